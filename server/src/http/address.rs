//! Where a request comes from: the one answer that the audit log, the list of sessions and every limit use.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName};

use crate::authority::{Authority, HostName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Each proxy adds at the end the address it was called from, in the line that was there or in one of its own. Of all
/// lines as one list, the last `proxies` entries are those of our own proxies; what stands before them, anybody wrote.
pub fn client(headers: &HeaderMap, peer: Option<IpAddr>, proxies: usize) -> Option<IpAddr> {
    // By bytes: what a stranger wrote before our proxy's entry in the same line must not hide that.
    let lines = headers.get_all(FORWARDED_FOR).iter().map(|line| line.as_bytes());
    let entries: Vec<&[u8]> = lines.flat_map(|line| line.split(|byte| *byte == b',')).collect();
    // A request that passed fewer proxies than there are has only entries of ours.
    let entry = match proxies {
        0 => None,
        _ => entries.get(entries.len().saturating_sub(proxies)),
    };
    let entry = entry.and_then(|entry| std::str::from_utf8(entry).ok());
    entry.and_then(|entry| address(entry.trim())).or(peer).map(|address| address.to_canonical())
}

/// Bare, or as the host of an authority: some proxies write brackets and a port too.
fn address(entry: &str) -> Option<IpAddr> {
    let host = || entry.parse().ok().map(|Authority { host, .. }| host);
    entry.parse().ok().or_else(|| match host()? {
        HostName::Address(address) => Some(address),
        HostName::Name(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(lines: &[&str], proxies: usize) -> String {
        let lines = lines.iter().map(|line| (FORWARDED_FOR, line.parse().unwrap()));
        let headers = lines.fold(HeaderMap::new(), |mut headers, (name, line)| {
            headers.append(name, line);
            headers
        });
        client(&headers, Some([10, 0, 0, 1].into()), proxies).unwrap().to_string()
    }

    #[test]
    fn nobody_chooses_their_address() {
        // Without a proxy the header is only words.
        assert_eq!(seen(&["1.2.3.4"], 0), "10.0.0.1");
        // One proxy, that adds to the line or adds a line.
        assert_eq!(seen(&["1.2.3.4, 203.0.113.9"], 1), "203.0.113.9");
        assert_eq!(seen(&["1.2.3.4", "203.0.113.9"], 1), "203.0.113.9");
        assert_eq!(seen(&["1.2.3.4", "5.6.7.8,203.0.113.9", "10.0.0.7"], 2), "203.0.113.9");
        // Called past the outer proxy, and with nothing to read.
        assert_eq!(seen(&["203.0.113.9"], 2), "203.0.113.9");
        assert_eq!(seen(&[], 1), "10.0.0.1");
        assert_eq!(seen(&["1.2.3.4, unknown"], 1), "10.0.0.1");
        assert_eq!(seen(&["[2001:db8::1]:443"], 1), "2001:db8::1");
        assert_eq!(seen(&["203.0.113.9:1234"], 1), "203.0.113.9");
        assert_eq!(seen(&["::ffff:203.0.113.9"], 1), "203.0.113.9");
    }

    #[test]
    fn a_byte_that_is_no_text_hides_nothing_behind_it() {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, axum::http::HeaderValue::from_bytes(b"\xff, 203.0.113.9").unwrap());
        let seen = client(&headers, Some([10, 0, 0, 1].into()), 1);
        assert_eq!(seen, Some([203, 0, 113, 9].into()));
    }
}
