use proptest::prelude::*;

use super::*;

/// First and last address of what is refused, in order and without gaps left out.
const REFUSED_V4: [(&str, &str); 15] = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("168.63.129.16", "168.63.129.16"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "255.255.255.255"),
];

/// First and last address of what is let through.
const PUBLIC_V6: [(&str, &str); 5] = [
    ("2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2003::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

fn v4(text: &str) -> u32 {
    text.parse::<Ipv4Addr>().unwrap().to_bits()
}

fn v6(text: &str) -> u128 {
    text.parse::<Ipv6Addr>().unwrap().to_bits()
}

fn refused_v4(bits: u32) -> bool {
    REFUSED_V4.iter().any(|(first, last)| (v4(first)..=v4(last)).contains(&bits))
}

fn public(text: &str) -> bool {
    is_public(text.parse().unwrap())
}

#[test]
fn the_edges_of_every_net_are_exact() {
    for (first, last) in REFUSED_V4 {
        for bits in [v4(first), v4(last)] {
            assert!(!is_public(Ipv4Addr::from_bits(bits).into()));
            for outside in [bits.wrapping_sub(1), bits.wrapping_add(1)] {
                assert_eq!(is_public(Ipv4Addr::from_bits(outside).into()), !refused_v4(outside), "{outside:x}");
            }
        }
    }
    for (first, last) in PUBLIC_V6 {
        assert!(public(first) && public(last), "{first} to {last}");
    }
    // 2001::/23, 2001:db8::/32, 2002::/16 and 3fff::/20 lie between.
    for edge in
        ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:ffff:ffff::", "3fff::", "4000::"]
    {
        assert!(!public(edge), "{edge}");
    }
}

#[test]
fn every_way_to_write_an_inner_address_is_refused() {
    for address in [
        "127.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "2001:0:7f00:1::",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "5f00::1",
        "2001:db8::1",
    ] {
        assert!(!public(address), "{address}");
    }
    for address in ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2a00:1450::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"] {
        assert!(public(address), "{address}");
    }
}

proptest! {
    #[test]
    fn ipv4_is_refused_in_the_nets_of_the_table_only(bits: u32) {
        prop_assert_eq!(is_public(Ipv4Addr::from_bits(bits).into()), !refused_v4(bits));
    }

    #[test]
    fn ipv4_within_each_net_is_refused_in_every_form(net in 0..REFUSED_V4.len(), at in 0.0f64..1.0) {
        let (first, last) = (v4(REFUSED_V4[net].0), v4(REFUSED_V4[net].1));
        let bits = first + (f64::from(last - first) * at) as u32;
        let low = u128::from(bits);
        for form in [low, 0xffff << 32 | low, v6("64:ff9b::") | low, v6("2002::") | low << 80, v6("2001::") | u128::from(!bits)] {
            prop_assert!(!is_public(Ipv6Addr::from_bits(form).into()), "{}", Ipv6Addr::from_bits(form));
        }
        prop_assert!(!is_public(Ipv4Addr::from_bits(bits).into()));
    }

    #[test]
    fn ipv6_is_let_through_in_the_nets_of_the_table_only(bits: u128, near in 0..PUBLIC_V6.len(), global: bool) {
        // Half of them near the nets, where random addresses seldom fall.
        let bits = if global { v6(PUBLIC_V6[near].0) ^ bits >> 8 } else { bits };
        let expected = PUBLIC_V6.iter().any(|(first, last)| (v6(first)..=v6(last)).contains(&bits));
        prop_assert_eq!(is_public(Ipv6Addr::from_bits(bits).into()), expected, "{}", Ipv6Addr::from_bits(bits));
    }
}
