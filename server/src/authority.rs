//! Names of hosts, as the Host header, an Origin and the product's own address write them (RFC 3986, 3.2). The one place
//! that reads them.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// A host's name in small letters and without the dot that may end it, or an IP address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostName {
    Name(String),
    Address(IpAddr),
}

/// A host and, where it is said, the port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Authority {
    pub host: HostName,
    pub port: Option<u16>,
}

/// Where people reach the product: a scheme and an authority, and nothing after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    pub authority: Authority,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a host, like vitrine.example, 192.0.2.1:3000 or [2001:db8::1]")]
pub struct NotAHost;

impl HostName {
    /// Of this machine alone.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost",
            Self::Address(address) => address.to_canonical().is_loopback(),
        }
    }

    /// `a.b` of `a.b.vitrine.example`, below `vitrine.example`. Below an address is nothing.
    pub fn label_below(&self, domain: &Self) -> Option<&str> {
        match (self, domain) {
            (Self::Name(name), Self::Name(domain)) => name.strip_suffix(domain.as_str())?.strip_suffix('.'),
            _ => None,
        }
    }
}

impl FromStr for HostName {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        if let Some(bracketed) = text.strip_prefix('[') {
            let address: Option<Ipv6Addr> = bracketed.strip_suffix(']').and_then(|address| address.parse().ok());
            return address.map(|address| Self::Address(address.into())).ok_or(NotAHost);
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(IpAddr::V4(address)));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let sound = |label: &str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let sound = name.len() <= 253 && name.split('.').all(sound);
        sound.then_some(Self::Name(name)).ok_or(NotAHost)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl Authority {
    /// The authority of an `http` or `https` address, and what follows it.
    pub fn of_url(url: &str) -> Option<(Self, &str)> {
        let (_, rest) = url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        Some((authority.parse().ok()?, rest))
    }
}

impl FromStr for Authority {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        // The colons of an IPv6 address stand in brackets.
        let (host, port) = match text.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((host, port)) => (host, port),
            None => (text, ""),
        };
        // A port may be left empty, and is then the scheme's own.
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port =
            (!port.is_empty()).then(|| port.parse::<u16>()).transpose().ok().filter(|_| digits).ok_or(NotAHost)?;
        Ok(Self { host: host.parse()?, port })
    }
}

impl PublicUrl {
    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }
}

impl FromStr for PublicUrl {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let text = text.trim_end_matches('/').to_owned();
        let (authority, rest) = Authority::of_url(&text).ok_or(NotAHost)?;
        rest.is_empty().then_some(Self { text, authority }).ok_or(NotAHost)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Option<u16>) {
        let authority: Authority = text.parse().unwrap_or_else(|_| panic!("{text}"));
        (authority.host.to_string(), authority.port)
    }

    #[test]
    fn names_addresses_and_ports_are_read_as_they_are_written() {
        for (text, host, port) in [
            ("vitrine.example", "vitrine.example", None),
            ("Vitrine.Example.:443", "vitrine.example", Some(443)),
            ("vitrine.example:", "vitrine.example", None),
            ("localhost:3000", "localhost", Some(3000)),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", None),
            ("my_host", "my_host", None),
            ("192.0.2.1:80", "192.0.2.1", Some(80)),
            ("[2001:DB8::1]", "[2001:db8::1]", None),
            ("[::1]:3000", "[::1]", Some(3000)),
        ] {
            assert_eq!(read(text), (host.to_owned(), port), "{text}");
        }
        assert_eq!("[::1]:1".parse(), Ok(Authority { host: HostName::Address("::1".parse().unwrap()), port: Some(1) }));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_no_name() {
        for text in [
            "",
            ".",
            "..",
            ":80",
            ".vitrine.example",
            "a..b",
            "user@vitrine.example",
            "vitrine.example:80@evil.example",
            "vitrine.example:+80",
            "vitrine.example:65536",
            "vitrine.example:80:80",
            "2001:db8::1",
            "::1",
            "[::1",
            "::1]",
            "[vitrine.example]",
            "[127.0.0.1]",
            "[::1]x",
            "[::1]:80]",
            "a b",
            "a/b",
            "a\\b",
            "a%62",
            "bücher.example",
            "a\0",
        ] {
            assert_eq!(text.parse::<Authority>(), Err(NotAHost), "{text:?}");
        }
        assert!("a".repeat(254).parse::<HostName>().is_err());
    }

    #[test]
    fn an_address_s_authority_ends_where_its_path_query_or_fragment_begins() {
        let read =
            |url| Authority::of_url(url).map(|(authority, rest)| (authority.host.to_string(), authority.port, rest));
        let host = || "vitrine.example".to_owned();
        assert_eq!(read("https://vitrine.example"), Some((host(), None, "")));
        assert_eq!(read("http://vitrine.example:81/a://b"), Some((host(), Some(81), "/a://b")));
        assert_eq!(read("http://vitrine.example?a"), Some((host(), None, "?a")));
        assert_eq!(read("http://vitrine.example#/a"), Some((host(), None, "#/a")));
        for other in
            ["null", "vitrine.example", "//vitrine.example", "ftp://vitrine.example", "https://a@b", "https:///a"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn the_product_s_address_is_a_scheme_and_a_host() {
        let url: PublicUrl = "https://vitrine.example/".parse().unwrap();
        assert_eq!((url.as_str(), url.is_https()), ("https://vitrine.example", true));
        let url: PublicUrl = "http://[2001:db8::1]:3000".parse().unwrap();
        assert_eq!((url.authority.host.to_string(), url.is_https()), ("[2001:db8::1]".to_owned(), false));
        for wrong in ["vitrine.example", "https://", "https://vitrine.example/shop", "https://vitrine.example?a"] {
            assert_eq!(wrong.parse::<PublicUrl>(), Err(NotAHost), "{wrong}");
        }
    }

    #[test]
    fn a_label_stands_below_a_name_and_nothing_below_an_address() {
        let name = |text: &str| text.parse::<HostName>().unwrap();
        let below = |text: &str, domain: &str| name(text).label_below(&name(domain)).map(str::to_owned);
        assert_eq!(below("heron.vitrine.example", "vitrine.example").as_deref(), Some("heron"));
        assert_eq!(below("a.b.vitrine.example", "vitrine.example").as_deref(), Some("a.b"));
        for other in ["vitrine.example", "evilvitrine.example", "vitrine.example.evil.example"] {
            assert_eq!(below(other, "vitrine.example"), None, "{other}");
        }
        assert_eq!(below("a.127.0.0.1", "127.0.0.1"), None);
        for own in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(name(own).is_loopback(), "{own}");
        }
        assert!(!name("localhost.evil.example").is_loopback() && !name("10.0.0.1").is_loopback());
    }
}
