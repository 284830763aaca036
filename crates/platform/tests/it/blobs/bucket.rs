//! What only a bucket has: a key, a service that may lack it, addresses that are signed.

use platform::blobs::{Blobs, StoreProblem, s3::AccessKey};
use test_support::s3_server::{BUCKET, EMPTY_BUCKET, S3Server};

use super::{FILES, In, content, in_bucket, put, tenant};
use crate::support::http::{Server, answer};

#[tokio::test]
async fn an_empty_bucket_answers_and_a_missing_one_does_not() {
    let server = S3Server::shared();
    let empty = in_bucket(server, &format!("s3://{EMPTY_BUCKET}"));
    assert_eq!((empty.check().await, empty.answers().await), (Ok(()), true));

    let missing = in_bucket(server, "s3://missing");
    let problem = missing.check().await.unwrap_err();
    assert_eq!(problem.to_string(), format!("the bucket missing does not exist at {}", server.address()));
    assert!(!missing.answers().await);
}

#[tokio::test]
async fn nothing_is_said_to_be_missing_in_a_bucket_that_is_missing() {
    let (missing, tenant, bytes) = (in_bucket(S3Server::shared(), "s3://missing"), tenant(), content(10));
    let hash = platform::blobs::content_hash(&bytes);
    let away = |error: platform::ServiceError| {
        let platform::ServiceError::Unavailable(cause) = error else { panic!("{error:?}") };
        assert!(cause.starts_with("NoSuchBucket"), "{cause}");
    };
    away(missing.get(tenant, FILES, hash).await.unwrap_err());
    away(missing.put(tenant, FILES, hash, bytes).await.unwrap_err());
    away(missing.delete(tenant, FILES, hash).await.unwrap_err());
    away(missing.put(tenant, FILES, hash, content(9 << 20)).await.unwrap_err());
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_a_sentence_without_its_secret() {
    let (server, key) = S3Server::locked();
    let wrong_secret = {
        // The id is right: it is read where the library prints it.
        let blobs = Blobs::in_bucket(server.settings(&format!("s3://{BUCKET}"), key)).unwrap();
        assert!(blobs.answers().await);
        let signed = blobs.signed_get(tenant(), FILES, platform::blobs::content_hash(b"a"), "attachment").await;
        let signed = signed.unwrap().unwrap();
        let credential = signed.query_pairs().find(|(name, _)| name == "X-Amz-Credential").unwrap().1;
        AccessKey::new(credential.split('/').next().unwrap().to_owned(), "hunter2hunter2".into())
    };
    let unknown = AccessKey::new("AKIANOBODY".into(), "hunter2hunter2".into());
    for (key, code) in [(wrong_secret, "SignatureDoesNotMatch"), (unknown, "InvalidAccessKeyId")] {
        let blobs = Blobs::in_bucket(server.settings(&format!("s3://{BUCKET}"), key)).unwrap();
        assert!(!blobs.answers().await);
        let problem = blobs.check().await.unwrap_err();
        let said = problem.to_string();
        assert!(matches!(problem, StoreProblem::Refused { .. }), "{said}");
        assert!(said.contains(&format!("refuses access to the bucket files: {code}")), "{said}");
        assert!(!said.contains("hunter2") && said.lines().count() == 1, "{said}");
    }
}

#[tokio::test]
async fn another_region_and_a_page_of_somebody_elses_are_told_apart() {
    let elsewhere = "<?xml version=\"1.0\"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>the region \
        'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>";
    for (told, words) in [
        (
            answer("400 Bad Request", elsewhere),
            "is not in the region us-east-1: AuthorizationHeaderMalformed: the region",
        ),
        (answer("301 Moved Permanently", ""), "is not in the region us-east-1"),
        (answer("200 OK", "<html><body>Welcome</body></html>"), "does not answer"),
        (answer("404 Not Found", "<html></html>"), "does not answer"),
    ] {
        let server = Server::answering(&[&told]).await;
        let problem = super::outages::store_at(server.address).check().await.unwrap_err().to_string();
        assert!(problem.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn a_signed_address_gives_its_file_to_anybody_for_five_minutes() {
    // moto asks for a header where it checks signatures, so whether they are right is for the library's own tests.
    let blobs = in_bucket(S3Server::shared(), &format!("s3://{BUCKET}/within"));
    let (tenant, bytes) = (tenant(), content(1000));
    let hash = put(&blobs, tenant, FILES, &bytes).await;
    let disposition = "attachment; filename*=UTF-8''caf%C3%A9%20%22mug%22.png";
    let url = blobs.signed_get(tenant, FILES, hash, disposition).await.unwrap().unwrap();
    assert_eq!(url.path(), format!("/{BUCKET}/within/tenant/{tenant}/file/{hash}"));
    assert!(url.query_pairs().any(|(name, value)| name == "X-Amz-Expires" && value == "300"));

    let answer = plain_client().get(url).send().await.unwrap();
    assert_eq!(answer.headers()["content-disposition"], disposition);
    assert_eq!(answer.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn no_address_is_signed_outside_of_the_tenants_own() {
    let folder = tempfile::tempdir().unwrap();
    let (tenant, hash) = (tenant(), platform::blobs::content_hash(b"file"));
    let in_folder = Blobs::in_folder(folder.path()).unwrap();
    assert_eq!(in_folder.signed_get(tenant, FILES, hash, "inline").await.unwrap(), None);

    let blobs = in_bucket(S3Server::shared(), "s3://files/within");
    let own = format!("/files/within/tenant/{tenant}/");
    for name in ["..", "../..", "../../other", "/", "a/../../b", "%2e%2e", "%2f..", "?x", "#x", "a b", ""] {
        let url = blobs.signed_get(tenant, In(name), hash, "inline").await.unwrap().unwrap();
        let rest = url.path().strip_prefix(&own).unwrap_or_else(|| panic!("{name}: {url}"));
        assert!(rest.ends_with(&hash.to_string()) && rest.matches('/').count() <= 1, "{name}: {url}");
        // As a server reads it that decodes once.
        assert!(!rest.to_lowercase().replace("%2e", ".").split('/').any(|part| part == ".."), "{name}: {url}");
    }
}

fn plain_client() -> reqwest::Client {
    // What the product's own client does not need, this one does not either.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}
