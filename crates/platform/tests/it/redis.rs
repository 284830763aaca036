use std::time::{Duration, Instant};

use platform::{
    limits::{Limits, LimitsError, Rate, RedisLimits},
    redis::{Redis, RedisError},
};

use crate::support::redis_server::RedisServer;

#[tokio::test]
async fn a_wrong_address_is_named_without_its_password() {
    for address in ["", "localhost:6379", "rediss://:password@localhost:6379", "redis://:password@localhost:port"] {
        let error = Redis::connect(address).await.unwrap_err();
        assert!(matches!(error, RedisError::Address), "{address}: {error}");
        assert!(!format!("{error:?} {error}").contains(":password@localhost"), "{error:?}");
    }
}

#[tokio::test]
async fn where_nothing_answers_connecting_ends_in_time() {
    let mut server = RedisServer::start();
    server.stop();
    let began = Instant::now();
    assert!(matches!(Redis::connect(&server.address()).await, Err(RedisError::Unreachable(_))));
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("redis://{}", silent.local_addr().unwrap());
    let error = Redis::connect(&address).await.unwrap_err();
    assert!(matches!(error, RedisError::TimedOut(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_lost_connection_is_an_error_at_once_and_comes_back_by_itself() {
    let mut server = RedisServer::start();
    let limits = RedisLimits::new(Redis::connect(&server.address()).await.unwrap());
    let rate = Rate::fixed::<1000, 60>();
    assert!(limits.take("key", rate, 1).await.unwrap().allowed);
    server.stop();
    for _ in 0..5 {
        let began = Instant::now();
        assert!(matches!(limits.take("key", rate, 1).await, Err(LimitsError::Unavailable(_))));
        assert!(began.elapsed() < Duration::from_secs(3));
    }
    server.start_again();
    let back = async {
        while limits.take("key", rate, 1).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), back).await.expect("Redis is used again");
}
