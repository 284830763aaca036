//! The same tests of both implementations.

use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use domain::TenantId;
use platform::{
    cache::{Cache, Key, LoadError, MemoryStore, RedisStore},
    redis::Redis,
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::support::redis_server::RedisServer;

const MINUTE: Duration = Duration::from_secs(60);

async fn both() -> [(&'static str, Cache); 2] {
    let redis = Redis::connect(&RedisServer::shared().address()).await.unwrap();
    [("memory", Cache::new(MemoryStore::new(10_000_000))), ("redis", Cache::new(RedisStore::new(redis)))]
}

fn tenant() -> TenantId {
    TenantId(Uuid::now_v7())
}

fn key() -> Key {
    Key::of(tenant(), "test", "key")
}

fn made(text: &'static str) -> Result<Bytes, Infallible> {
    Ok(Bytes::from_static(text.as_bytes()))
}

#[tokio::test]
async fn what_was_put_is_there_until_it_is_removed() {
    for (name, cache) in both().await {
        let key = key();
        assert_eq!(cache.get(&key).await.unwrap(), None, "{name}");
        for bytes in [Bytes::new(), Bytes::from_static(b"\0\xff text"), Bytes::from(vec![7; 1_000_000])] {
            cache.put(&key, bytes.clone(), MINUTE).await.unwrap();
            assert_eq!(cache.get(&key).await.unwrap(), Some(bytes), "{name}");
        }
        cache.remove(&key).await.unwrap();
        cache.remove(&key).await.unwrap();
        assert_eq!(cache.get(&key).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn tenants_areas_and_ids_share_nothing() {
    let (one, other) = (tenant(), tenant());
    for (name, cache) in both().await {
        let keys = [
            Key::of(one, "a", "b"),
            Key::of(other, "a", "b"),
            Key::of(one, "ab", ""),
            Key::of(one, "a", "b".repeat(5000)),
            Key::of(one, "a", [0xff]),
        ];
        for (n, key) in keys.iter().enumerate() {
            cache.put(key, vec![n as u8].into(), MINUTE).await.unwrap();
        }
        for (n, key) in keys.iter().enumerate() {
            assert_eq!(cache.get(key).await.unwrap(), Some(vec![n as u8].into()), "{name}");
        }
    }
}

#[tokio::test]
async fn each_entry_is_there_for_its_own_time() {
    for (name, cache) in both().await {
        let (short, long, none) = (key(), key(), key());
        let bytes = Bytes::from_static(b"text");
        cache.put(&short, bytes.clone(), Duration::from_millis(500)).await.unwrap();
        cache.put(&long, bytes.clone(), Duration::MAX).await.unwrap();
        cache.put(&none, bytes.clone(), Duration::ZERO).await.unwrap();
        assert!(cache.get(&short).await.unwrap().is_some(), "{name}");
        sleep(Duration::from_millis(600)).await;
        assert_eq!(cache.get(&short).await.unwrap(), None, "{name}");
        assert_eq!(cache.get(&none).await.unwrap(), None, "{name}");
        assert_eq!(cache.get(&long).await.unwrap(), Some(bytes.clone()), "{name}");
        cache.put(&long, bytes, Duration::from_millis(100)).await.unwrap();
        sleep(Duration::from_millis(200)).await;
        assert_eq!(cache.get(&long).await.unwrap(), None, "{name}: the time of the last put counts");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_ask_at_once_one_loads() {
    for (name, cache) in both().await {
        let (key, loads) = (key(), Arc::new(AtomicUsize::new(0)));
        let all = (0..100).map(|_| {
            let (cache, key, loads) = (cache.clone(), key.clone(), Arc::clone(&loads));
            tokio::spawn(async move {
                let load = async || {
                    loads.fetch_add(1, SeqCst);
                    sleep(Duration::from_millis(50)).await;
                    made("text")
                };
                cache.get_or_load(&key, MINUTE, load).await.unwrap()
            })
        });
        for bytes in futures::future::join_all(all).await {
            assert_eq!(bytes.unwrap(), "text", "{name}");
        }
        assert_eq!(loads.load(SeqCst), 1, "{name}");
        assert_eq!(cache.get(&key).await.unwrap().unwrap(), "text", "{name}");
    }
}

#[tokio::test]
async fn a_failure_is_told_to_all_that_waited_and_not_kept() {
    for (name, cache) in both().await {
        let (key, loads) = (key(), AtomicUsize::new(0));
        let load = async || {
            loads.fetch_add(1, SeqCst);
            sleep(Duration::from_millis(50)).await;
            Err::<Bytes, _>("the service is away")
        };
        let all = futures::future::join_all((0..10).map(|_| cache.get_or_load(&key, MINUTE, load))).await;
        assert_eq!(loads.load(SeqCst), 1, "{name}");
        assert_eq!(all.iter().filter(|result| matches!(result, Err(LoadError::Load(_)))).count(), 1, "{name}");
        assert!(all.iter().all(|result| result.as_ref().unwrap_err().to_string() == "the service is away"), "{name}");
        assert_eq!(cache.get_or_load(&key, MINUTE, async || made("back")).await.unwrap(), "back", "{name}");
    }
}

#[tokio::test]
async fn where_the_one_that_loads_gives_up_the_next_loads() {
    for (name, cache) in both().await {
        let key = key();
        let gives_up =
            timeout(Duration::from_millis(100), cache.get_or_load(&key, MINUTE, pending::<Result<_, Infallible>>));
        let waits = async {
            sleep(Duration::from_millis(20)).await;
            cache.get_or_load(&key, MINUTE, async || made("next")).await.unwrap()
        };
        let (given_up, next) = tokio::join!(gives_up, waits);
        assert!(given_up.is_err(), "{name}");
        assert_eq!(next, "next", "{name}");
    }
}

#[tokio::test]
async fn what_is_removed_while_it_is_loaded_is_not_kept() {
    for (name, cache) in both().await {
        let key = key();
        let load = async || {
            cache.remove(&key).await.unwrap();
            made("of before")
        };
        assert_eq!(cache.get_or_load(&key, MINUTE, load).await.unwrap(), "of before", "{name}");
        assert_eq!(cache.get(&key).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn where_redis_is_away_loading_goes_on() {
    let mut server = RedisServer::start();
    let cache = Cache::new(RedisStore::new(Redis::connect(&server.address()).await.unwrap()));
    server.stop();
    assert!(cache.get(&key()).await.is_err());
    assert_eq!(cache.get_or_load(&key(), MINUTE, async || made("text")).await.unwrap(), "text");
}
