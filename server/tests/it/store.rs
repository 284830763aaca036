//! The program with its files in a bucket.

use std::process::Command;

use test_support::{
    s3_server::{BUCKET, S3Server},
    until,
};

use crate::processes::{Data, Running};

const KEY: [(&str, &str); 2] = [("S3_ACCESS_KEY_ID", "any"), ("S3_SECRET_ACCESS_KEY", "hunter2hunter2")];

/// What the program says when it does not start.
fn refusal(data: &Data, settings: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.arg("worker").env("VITRINE_DATA", &data.folder).env_remove("DATABASE_URL");
    let output = command.envs(KEY).envs(settings.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && !said.contains("hunter2"), "{said}");
    said
}

#[test]
fn a_setting_of_the_store_that_is_wrong_is_named() {
    let data = Data::new();
    let amazon = ("VITRINE_STORE", "s3://files");
    for (settings, words) in [
        (vec![("VITRINE_STORE", "gs://files")], "VITRINE_STORE=gs://files is not a folder, or s3://bucket"),
        (vec![("VITRINE_STORE", "s3://Files")], "VITRINE_STORE=s3://Files is not s3://bucket"),
        (vec![("VITRINE_STORE", "s3://id:hunter2@files")], "VITRINE_STORE=s3://… is not s3://bucket"),
        (vec![amazon], "S3_REGION must be set for a bucket of Amazon's"),
        (vec![amazon, ("S3_REGION", "eu/west")], "S3_REGION=eu/west is not a region"),
        (vec![amazon, ("S3_ENDPOINT", "https://a:hunter2@s3.example.com")], "S3_ENDPOINT=… is not an address"),
        (vec![amazon, ("S3_ENDPOINT", "http://minio:9000")], "S3_PLAIN_HTTP=yes"),
        (vec![amazon, ("S3_PLAIN_HTTP", "perhaps")], "S3_PLAIN_HTTP=perhaps is not yes"),
        (
            vec![amazon, ("S3_REGION", "eu-west-1"), KEY[0], ("S3_SECRET_ACCESS_KEY", "")],
            "S3_SECRET_ACCESS_KEY must be set",
        ),
    ] {
        let said = refusal(&data, &settings);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_bucket_that_cannot_be_used_is_said_in_one_sentence() {
    let data = Data::new();
    let address = S3Server::shared().address();
    let said = refusal(&data, &[("VITRINE_STORE", "s3://missing"), ("S3_ENDPOINT", &address)]);
    assert!(said.contains(&format!("the bucket missing does not exist at {address} (VITRINE_STORE, S3_ENDPOINT)")));

    let (locked, _) = S3Server::locked();
    let said = refusal(&data, &[("VITRINE_STORE", "s3://files"), ("S3_ENDPOINT", &locked.address())]);
    assert!(said.contains("refuses access to the bucket files: InvalidAccessKeyId: "), "{said}");
    assert!(said.contains("(S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY)"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_while_the_store_is_away_says_so_and_is_ready_when_it_is_back() {
    let (data, mut s3) = (Data::new(), S3Server::start());
    s3.stop();
    let (location, address) = (format!("s3://{BUCKET}/prefix"), s3.address());
    let settings = [KEY[0], KEY[1], ("VITRINE_STORE", &location), ("S3_ENDPOINT", &address)];
    let server = Running::start(&data.folder, "serve", &settings);
    until("it says that the store is away", async || server.said().contains("the file store is away")).await;
    until("it serves all the same", async || server.said().contains("Vitrine is ready")).await;
    s3.start_again();
    server.ready().await;
    assert!(!server.said().contains("hunter2") && !data.folder.join("blobs").exists());
    server.stop();
}
