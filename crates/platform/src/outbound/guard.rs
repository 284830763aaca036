//! Which addresses a client may call. It is asked for the first and for every one that a redirect leads to.

use reqwest::Url;

use super::base::{Base, Trusted, has_credentials};

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it must begin with https://")]
    NotHttps,
    #[error("it must have no user name or password")]
    Credentials,
    #[error("it must have a name instead of a numeric address")]
    Numeric,
    #[error("it must have no port but 443")]
    Port,
    #[error("it is not one of the service's")]
    NotOfService,
    #[error("it leads into a private network")]
    Private,
}

/// How an address that may be called is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To public addresses only.
    Public,
    /// To any address: the operator chose it.
    Trusted,
}

pub(super) struct Guard {
    pub(super) trusted: Vec<Trusted>,
    pub(super) others: Others,
}

/// What may be called beside what is trusted.
pub(super) enum Others {
    Bases(Vec<Base>),
    AnyOnTheInternet,
}

impl Guard {
    pub(super) fn way(&self, url: &Url) -> Result<Way, Refusal> {
        if has_credentials(url) {
            return Err(Refusal::Credentials);
        }
        if self.trusted.iter().any(|trusted| trusted.covers(url)) {
            return Ok(Way::Trusted);
        }
        match &self.others {
            Others::Bases(bases) if bases.iter().any(|base| base.covers(url)) => numeric(url),
            Others::Bases(_) => Err(Refusal::NotOfService),
            Others::AnyOnTheInternet => stranger(url),
        }
    }
}

/// Whether a redirect may lead on: nobody out there chooses what the operator trusted.
pub(super) fn leads_on(from: Way, to: Way) -> Result<Way, Refusal> {
    match (from, to) {
        (Way::Public, Way::Trusted) => Err(Refusal::Private),
        _ => Ok(to),
    }
}

fn stranger(url: &Url) -> Result<Way, Refusal> {
    if url.scheme() != "https" {
        return Err(Refusal::NotHttps);
    }
    if url.port_or_known_default() != Some(443) {
        return Err(Refusal::Port);
    }
    numeric(url)
}

/// What is numeric is connected to without asking a resolver, whose answers are looked at. The parser knows an IPv4 address
/// however it is written: `127.1`, `0x7f000001`, `2130706433`.
fn numeric(url: &Url) -> Result<Way, Refusal> {
    if url.domain().is_some() { Ok(Way::Public) } else { Err(Refusal::Numeric) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(others: Others, url: &str) -> Result<Way, Refusal> {
        let trusted = vec![Trusted::new("http://127.0.0.1:4000/sandbox").unwrap()];
        Guard { trusted, others }.way(&url.parse().unwrap())
    }

    #[test]
    fn of_what_users_type_only_names_by_https_at_port_443_are_called() {
        for (url, expected) in [
            ("https://shop.example/hook?key=1", Ok(Way::Public)),
            ("https://shop.example:443/hook", Ok(Way::Public)),
            ("http://shop.example/hook", Err(Refusal::NotHttps)),
            ("ftp://shop.example/hook", Err(Refusal::NotHttps)),
            ("https://shop.example:8443/hook", Err(Refusal::Port)),
            ("https://shop.example:22/hook", Err(Refusal::Port)),
            ("https://user:password@shop.example/", Err(Refusal::Credentials)),
            ("https://user@shop.example/", Err(Refusal::Credentials)),
            ("https://127.0.0.1/", Err(Refusal::Numeric)),
            ("https://8.8.8.8/", Err(Refusal::Numeric)),
            ("https://2130706433/", Err(Refusal::Numeric)),
            ("https://0x7f.1/", Err(Refusal::Numeric)),
            ("https://0177.0.0.1/", Err(Refusal::Numeric)),
            ("https://[::1]/", Err(Refusal::Numeric)),
            ("https://[::ffff:169.254.169.254]/", Err(Refusal::Numeric)),
            ("https://①②⑦.0.0.1/", Err(Refusal::Numeric)),
            ("http://127.0.0.1:4000/sandbox/hook", Ok(Way::Trusted)),
            ("http://127.0.0.1:4000/other", Err(Refusal::NotHttps)),
            ("http://127.0.0.1:4001/sandbox", Err(Refusal::NotHttps)),
        ] {
            assert_eq!(way(Others::AnyOnTheInternet, url), expected, "{url}");
        }
    }

    #[test]
    fn of_a_known_service_only_its_own_addresses_are_called() {
        for (url, expected) in [
            ("https://api.shop.example/v1", Ok(Way::Public)),
            ("https://api.shop.example/v1/orders?page=2", Ok(Way::Public)),
            ("https://api.shop.example/v10/orders", Err(Refusal::NotOfService)),
            ("https://api.shop.example/v1/../admin", Err(Refusal::NotOfService)),
            ("https://api.shop.example/v1/%2e%2e/admin", Err(Refusal::NotOfService)),
            ("http://api.shop.example/v1", Err(Refusal::NotOfService)),
            ("https://api.shop.example:444/v1", Err(Refusal::NotOfService)),
            ("https://api.shop.example.evil.example/v1", Err(Refusal::NotOfService)),
            ("https://api.shop.example@evil.example/v1", Err(Refusal::Credentials)),
            ("http://127.0.0.1:4000/sandbox", Ok(Way::Trusted)),
            ("http://127.0.0.1:4000/sandboxes", Err(Refusal::NotOfService)),
        ] {
            let bases = vec![Base::https("https://api.shop.example/v1/").unwrap()];
            assert_eq!(way(Others::Bases(bases), url), expected, "{url}");
        }
    }

    #[test]
    fn no_redirect_leads_from_outside_to_what_the_operator_trusts() {
        assert_eq!(leads_on(Way::Public, Way::Trusted), Err(Refusal::Private));
        for (from, to) in [(Way::Public, Way::Public), (Way::Trusted, Way::Trusted), (Way::Trusted, Way::Public)] {
            assert_eq!(leads_on(from, to), Ok(to));
        }
    }

    #[test]
    fn an_address_with_more_than_a_beginning_is_no_base() {
        assert!(Base::https("http://shop.example").is_err());
        for address in ["shop.example", "https://a:b@shop.example", "https://shop.example?a=b", "ftp://shop.example"] {
            assert!(Base::https(address).is_err() && Trusted::new(address).is_err(), "{address}");
        }
    }
}
