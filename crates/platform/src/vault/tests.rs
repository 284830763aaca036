use base64::{Engine, engine::general_purpose::STANDARD};
use uuid::Uuid;

use super::*;

const TENANT: TenantId = TenantId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001));
const OTHER: TenantId = TenantId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0002));
const CONTEXT: &str = "connections.token";

fn entry(id: &str, byte: u8) -> String {
    format!("{id}:{}", STANDARD.encode([byte; 32]))
}

fn vault(entries: &[String]) -> Vault {
    Vault::new(KeyRing::parse("KEYS", &entries.join(",")).unwrap())
}

fn opened(vault: &Vault, sealed: &Sealed) -> Vec<u8> {
    vault.open(TENANT, CONTEXT, sealed).unwrap().expose().to_vec()
}

#[test]
fn what_was_sealed_opens_and_is_sealed_differently_each_time() {
    let vault = vault(&[entry("a", 1)]);
    for plaintext in [&b""[..], b"token", &[0xff; 5000]] {
        let sealed = vault.seal(TENANT, CONTEXT, plaintext).unwrap();
        assert_eq!(opened(&vault, &Sealed::from_bytes(&sealed.to_bytes()).unwrap()), plaintext);
        assert_ne!(sealed.to_bytes(), vault.seal(TENANT, CONTEXT, plaintext).unwrap().to_bytes());
    }
}

#[test]
fn it_opens_for_its_tenant_and_its_context_only() {
    let vault = vault(&[entry("a", 1)]);
    let sealed = vault.seal(TENANT, CONTEXT, b"token").unwrap();
    assert!(matches!(vault.open(OTHER, CONTEXT, &sealed), Err(VaultError::Refused)));
    assert!(matches!(vault.open(TENANT, "connections.secret", &sealed), Err(VaultError::Refused)));
    assert!(matches!(vault.open(TENANT, "", &sealed), Err(VaultError::Refused)));
    assert!(matches!(vault.rewrap(OTHER, CONTEXT, &sealed), Err(VaultError::Refused)));
}

#[test]
fn every_flipped_bit_is_refused() {
    let vault = vault(&[entry("a", 1), entry("c", 1)]);
    let bytes = vault.seal(TENANT, CONTEXT, b"token").unwrap().to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let result = Sealed::from_bytes(&changed).and_then(|sealed| vault.open(TENANT, CONTEXT, &sealed));
        assert!(result.is_err(), "bit {bit}");
    }
}

#[test]
fn the_id_of_another_key_with_the_same_bytes_is_refused() {
    let vault = vault(&[entry("a", 1), entry("b", 1)]);
    let sealed = vault.seal(TENANT, CONTEXT, b"token").unwrap();
    let moved = Sealed { key_id: "b".to_owned(), ..sealed };
    assert!(matches!(vault.open(TENANT, CONTEXT, &moved), Err(VaultError::Refused)));
}

#[test]
fn a_payload_under_another_secrets_data_key_is_refused() {
    let vault = vault(&[entry("a", 1)]);
    let [one, two] = [b"one", b"two"].map(|text| vault.seal(TENANT, CONTEXT, text).unwrap());
    let mixed = Sealed { payload: two.payload, nonce: two.nonce, ..one };
    assert!(matches!(vault.open(TENANT, CONTEXT, &mixed), Err(VaultError::Refused)));
}

#[test]
fn what_is_cut_off_or_longer_is_refused() {
    let vault = vault(&[entry("a", 1)]);
    let bytes = vault.seal(TENANT, CONTEXT, b"token").unwrap().to_bytes();
    for length in 0..bytes.len() {
        let result = Sealed::from_bytes(&bytes[..length]).and_then(|sealed| vault.open(TENANT, CONTEXT, &sealed));
        assert!(result.is_err(), "the first {length} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(vault.open(TENANT, CONTEXT, &Sealed::from_bytes(&longer).unwrap()).is_err());
}

#[test]
fn a_key_that_is_not_in_the_ring_and_a_later_version_are_named() {
    let sealed = vault(&[entry("old", 1)]).seal(TENANT, CONTEXT, b"token").unwrap();
    let error = vault(&[entry("new", 2)]).open(TENANT, CONTEXT, &sealed).unwrap_err();
    assert!(matches!(&error, VaultError::UnknownKey(id) if id == "old"), "{error}");
    let mut later = sealed.to_bytes();
    later[0] = 2;
    assert!(matches!(Sealed::from_bytes(&later), Err(VaultError::UnknownVersion(2))));
}

#[test]
fn a_new_master_key_is_taken_up_without_touching_the_payload() {
    let before = vault(&[entry("2025", 1)]);
    let during = vault(&[entry("2026", 2), entry("2025", 1)]);
    let after = vault(&[entry("2026", 2)]);
    let sealed = before.seal(TENANT, CONTEXT, b"token").unwrap();
    assert!(!before.needs_rewrap(&sealed));
    assert_eq!(opened(&during, &sealed), b"token");
    assert!(during.needs_rewrap(&sealed));
    let rewrapped = during.rewrap(TENANT, CONTEXT, &sealed).unwrap();
    assert!(!during.needs_rewrap(&rewrapped));
    assert_eq!(rewrapped.key_id(), "2026");
    assert_eq!((rewrapped.nonce, &rewrapped.payload), (sealed.nonce, &sealed.payload));
    assert_eq!(opened(&after, &rewrapped), b"token");
    assert!(matches!(before.open(TENANT, CONTEXT, &rewrapped), Err(VaultError::UnknownKey(_))));
}

#[test]
fn nothing_prints_a_secret_or_a_key() {
    let ring = KeyRing::parse("KEYS", &[entry("a", 7), entry("b", 8)].join(",")).unwrap();
    assert_eq!(format!("{ring:?}"), r#"KeyRing("a" and 1 earlier)"#);
    let vault = Vault::new(ring);
    let sealed = vault.seal(TENANT, CONTEXT, b"token").unwrap();
    assert_eq!(format!("{sealed:?}"), r#"Sealed("a", …)"#);
    assert_eq!(format!("{:?}", vault.open(TENANT, CONTEXT, &sealed).unwrap()), "Secret(…)");
}

#[test]
fn a_wrong_setting_is_named_with_what_to_do_and_without_the_key() {
    let short = format!("a:{}", STANDARD.encode([9; 31]));
    let again = [entry("a", 1), entry("a", 2)].join(",");
    let upper = entry("KEY", 1);
    let cases = [
        ("", "KEYS has no key; set KEYS=<id>:$(openssl rand -base64 32)"),
        ("CQkJCQkJ", "KEYS: entry 1 is not id:key; set KEYS="),
        (&upper, "KEYS: the id of entry 1 must have"),
        ("a:%%%", "KEYS: the key \"a\" is not Base64; set KEYS="),
        (&short, "KEYS: the key \"a\" has 31 bytes instead of 32; set KEYS="),
        (&again, "KEYS: the id \"a\" is there twice"),
        (&format!("{},", entry("a", 1)), "KEYS: entry 2 is not id:key"),
    ];
    for (value, says) in cases {
        let text = KeyRing::parse("KEYS", value).unwrap_err().to_string();
        assert!(text.starts_with(says), "{text}");
        assert!(!text.contains("CQkJ"), "{text}");
    }
}

/// Computed from the documented layout by libsodium (`crypto_aead_xchacha20poly1305_ietf_encrypt`), not by this program.
const GOLDEN: &str = "0106676f6c64656e0303030303030303030303030303030303030303030303034c020d73f23dd0c3e9dfa73e4f35df0115d526a098b9ef1bfb14f56179163dfd2adc56fce1a5d7299950be048fb54c7d040404040404040404040404040404040404040404040404fde3b97037b4e908bc3b6941f1322b19d5bdfa9a6033a6";

#[test]
fn the_layout_of_version_1_is_kept() {
    let vault = vault(&[entry("golden", 1)]);
    let sealed = vault.seal_with(&[2; 32], [[3; 24], [4; 24]], TENANT, CONTEXT, b"a token").unwrap();
    let hex: String = sealed.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, GOLDEN);
    assert_eq!(opened(&vault, &sealed), b"a token");
}
