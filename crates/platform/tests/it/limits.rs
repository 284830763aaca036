//! The same tests of both implementations.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use platform::{
    limits::{Limits, LimitsError, MemoryLimits, Rate, RedisLimits},
    redis::Redis,
};
use tokio::time::sleep;
use uuid::Uuid;

use crate::support::redis_server::RedisServer;

async fn both() -> [(&'static str, Arc<dyn Limits>); 2] {
    let redis = Redis::connect(&RedisServer::shared().address()).await.unwrap();
    [("memory", Arc::new(MemoryLimits::default())), ("redis", Arc::new(RedisLimits::new(redis)))]
}

fn key() -> String {
    Uuid::now_v7().to_string()
}

#[tokio::test]
async fn a_burst_is_allowed_and_then_it_says_how_long_to_wait() {
    let rate = Rate::fixed::<3, 3600>();
    for (name, limits) in both().await {
        let (one, other) = (key(), key());
        for left in [2, 1, 0] {
            let decision = limits.take(&one, rate, 1).await.unwrap();
            assert_eq!(
                (decision.allowed, decision.remaining, decision.retry_after),
                (true, left, Duration::ZERO),
                "{name}"
            );
        }
        let refused = limits.take(&one, rate, 1).await.unwrap();
        assert_eq!((refused.allowed, refused.remaining), (false, 0), "{name}");
        let seconds = refused.retry_after.as_secs_f64();
        assert!((1190.0..=1200.0).contains(&seconds), "{name}: {seconds}");
        let seconds = refused.reset_after.as_secs_f64();
        assert!((3590.0..=3600.1).contains(&seconds), "{name}: {seconds}");
        assert!(limits.take(&other, rate, 3).await.unwrap().allowed, "{name}: keys do not share");
    }
}

#[tokio::test]
async fn what_is_refused_takes_nothing_and_a_cost_of_nothing_only_looks() {
    let rate = Rate::fixed::<10, 3600>();
    for (name, limits) in both().await {
        let key = key();
        assert_eq!(limits.take(&key, rate, 0).await.unwrap().remaining, 10, "{name}");
        assert!(limits.take(&key, rate, 8).await.unwrap().allowed, "{name}");
        for _ in 0..5 {
            let refused = limits.take(&key, rate, 3).await.unwrap();
            assert_eq!((refused.allowed, refused.remaining), (false, 2), "{name}");
        }
        assert!(limits.take(&key, rate, 2).await.unwrap().allowed, "{name}");
        assert_eq!(limits.take(&key, rate, 0).await.unwrap().remaining, 0, "{name}");
    }
}

#[tokio::test]
async fn what_was_taken_comes_back_evenly() {
    let rate = Rate::new(4, Duration::from_millis(2400)).unwrap();
    let story = async |(name, limits): (&str, Arc<dyn Limits>)| {
        let key = key();
        assert!(limits.take(&key, rate, 4).await.unwrap().allowed, "{name}");
        let refused = limits.take(&key, rate, 1).await.unwrap();
        assert!(!refused.allowed && refused.retry_after <= Duration::from_millis(600), "{name}: {refused:?}");
        sleep(refused.retry_after).await;
        assert!(limits.take(&key, rate, 1).await.unwrap().allowed, "{name}");
        let reset = limits.take(&key, rate, 0).await.unwrap().reset_after;
        sleep(reset).await;
        assert_eq!(limits.take(&key, rate, 0).await.unwrap().remaining, 4, "{name}");
    };
    join_all(both().await.map(story)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_exactly_the_burst_is_allowed() {
    let rate = Rate::fixed::<50, 3600>();
    for (name, limits) in both().await {
        let key = key();
        let all = (0..200).map(|_| {
            let (limits, key) = (Arc::clone(&limits), key.clone());
            tokio::spawn(async move { limits.take(&key, rate, 1).await.unwrap().allowed })
        });
        let all = join_all(all).await;
        assert_eq!(all.into_iter().filter(|allowed| *allowed.as_ref().unwrap()).count(), 50, "{name}");
    }
}

#[tokio::test]
async fn long_keys_are_keys_and_a_cost_above_the_burst_is_an_error() {
    let rate = Rate::fixed::<1, 3600>();
    for (name, limits) in both().await {
        let long = key().repeat(10_000);
        assert!(limits.take(&long, rate, 1).await.unwrap().allowed, "{name}");
        assert!(limits.take(&format!("{long}."), rate, 1).await.unwrap().allowed, "{name}");
        assert!(!limits.take(&long, rate, 1).await.unwrap().allowed, "{name}");
        assert!(matches!(limits.take(&long, rate, 2).await, Err(LimitsError::Cost { cost: 2, burst: 1 })), "{name}");
    }
}

#[tokio::test]
async fn a_rate_that_became_smaller_holds_nobody_longer_than_its_own_time() {
    for (name, limits) in both().await {
        let key = key();
        assert!(limits.take(&key, Rate::fixed::<1, 86400>(), 1).await.unwrap().allowed, "{name}");
        let smaller = Rate::new(1, Duration::from_millis(300)).unwrap();
        let refused = limits.take(&key, smaller, 1).await.unwrap();
        assert!(!refused.allowed && refused.retry_after <= Duration::from_millis(300), "{name}: {refused:?}");
        sleep(refused.retry_after).await;
        assert!(limits.take(&key, smaller, 1).await.unwrap().allowed, "{name}");
    }
}
