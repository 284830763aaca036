//! Which addresses are on the public Internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 that no remote service has: the IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast, and what follows it.
const INSIDE_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),        // this network, RFC 791
    ([10, 0, 0, 0], 8),       // private, RFC 1918
    ([100, 64, 0, 0], 10),    // carrier-grade NAT, RFC 6598
    ([127, 0, 0, 0], 8),      // loopback, RFC 1122
    ([168, 63, 129, 16], 32), // the host's own services at Azure
    ([169, 254, 0, 0], 16),   // link-local with the metadata of clouds, RFC 3927
    ([172, 16, 0, 0], 12),    // private, RFC 1918
    ([192, 0, 0, 0], 24),     // IETF protocol assignments, RFC 6890
    ([192, 0, 2, 0], 24),     // documentation, RFC 5737
    ([192, 88, 99, 0], 24),   // 6to4 relays, RFC 7526
    ([192, 168, 0, 0], 16),   // private, RFC 1918
    ([198, 18, 0, 0], 15),    // benchmarks, RFC 2544
    ([198, 51, 100, 0], 24),  // documentation, RFC 5737
    ([203, 0, 113, 0], 24),   // documentation, RFC 5737
    ([224, 0, 0, 0], 4),      // multicast, RFC 5771
    ([240, 0, 0, 0], 4),      // reserved, and broadcast, RFC 1112
];

/// What IPv6 has for unicast on the Internet (RFC 4291, section 2.4, as assigned by IANA). Loopback, unspecified, unique-local,
/// link-local, site-local, multicast and IPv4-compatible addresses lie outside.
const GLOBAL_V6: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What of that no remote service has: the IANA IPv6 Special-Purpose Address Registry.
const INSIDE_V6: [([u16; 8], u32); 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // IETF protocol assignments, RFC 2928: Teredo, benchmarks, ORCHID
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation, RFC 3849
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4, RFC 3056
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation, RFC 9637
];

/// IPv6 that stands for the IPv4 address in its last 32 bits: IPv4-mapped (RFC 4291, section 2.5.5.2), and the well-known
/// prefix of NAT64 (RFC 6052), by which a network without IPv4 reaches the rest of the world.
const EMBEDDING_V6: [([u16; 8], u32); 2] =
    [([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96)];

/// Whether an address is one that a remote service can have. Prefixes of NAT64 of a network's own (RFC 8215 and others) cannot
/// be told from other addresses where they are not 64:ff9b:1::/48.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = u128::from(address.to_bits());
    !INSIDE_V4.iter().any(|(net, prefix)| is_in(bits, u128::from(Ipv4Addr::from(*net).to_bits()), 32, *prefix))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within =
        |(net, prefix): &([u16; 8], u32)| is_in(address.to_bits(), Ipv6Addr::from(*net).to_bits(), 128, *prefix);
    if EMBEDDING_V6.iter().any(within) {
        return is_public_v4(Ipv4Addr::from_bits(address.to_bits() as u32));
    }
    within(&GLOBAL_V6) && !INSIDE_V6.iter().any(within)
}

fn is_in(address: u128, net: u128, width: u32, prefix: u32) -> bool {
    (address ^ net) >> (width - prefix) == 0
}

#[cfg(test)]
mod tests;
