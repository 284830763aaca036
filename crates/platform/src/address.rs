//! Where somebody acts from: what the audit log and the list of sessions show, and what limits count as one sender.

use std::{
    fmt,
    net::{AddrParseError, IpAddr, Ipv6Addr},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ClientAddress {
    /// The command line of the machine itself.
    #[default]
    Local,
    Ip(IpAddr),
}

const LOCAL: &str = "local";

impl ClientAddress {
    /// What limits count as one sender: an IPv4 address, or the first of the /64 that a single IPv6 customer is given.
    pub fn sender(self) -> Self {
        match self {
            Self::Local => Self::Local,
            Self::Ip(address) => Self::Ip(match address.to_canonical() {
                IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
                address @ IpAddr::V4(_) => address,
            }),
        }
    }

    /// The sender as text.
    pub fn network(self) -> String {
        match self.sender() {
            Self::Ip(IpAddr::V6(first)) => format!("{first}/64"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str(LOCAL),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

impl FromStr for ClientAddress {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        if text == LOCAL { Ok(Self::Local) } else { text.parse().map(Self::Ip) }
    }
}

impl TryFrom<String> for ClientAddress {
    type Error = AddrParseError;

    fn try_from(text: String) -> Result<Self, AddrParseError> {
        text.parse()
    }
}

impl From<ClientAddress> for String {
    fn from(address: ClientAddress) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> String {
        text.parse::<ClientAddress>().unwrap().network()
    }

    #[test]
    fn limits_count_an_ipv4_address_and_a_whole_ipv6_network_as_one() {
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("local"), "local");
    }

    #[test]
    fn an_address_is_written_as_it_is_read_and_nothing_else_is_one() {
        for text in ["local", "203.0.113.9", "2001:db8::1"] {
            let address: ClientAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
            assert_eq!(serde_json::to_string(&address).unwrap(), format!("{text:?}"));
            assert_eq!(serde_json::from_str::<ClientAddress>(&format!("{text:?}")).unwrap(), address);
        }
        for other in ["", "nobody", "203.0.113.9:80", "[2001:db8::1]"] {
            assert!(other.parse::<ClientAddress>().is_err(), "{other}");
        }
    }
}
