//! Names to addresses, and which of those are connected to.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::is_public, guard::Refusal};

/// Finds the addresses of a name.
pub trait Resolver: Send + Sync {
    fn addresses(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The operating system's.
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn addresses(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
    }
}

/// What a client connects to: it gets these addresses and no others, so what was looked at is what is used.
pub(super) struct Connectable {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) public_only: bool,
}

impl Resolve for Connectable {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, public_only) = (self.resolver.addresses(name.as_str().to_owned()), self.public_only);
        Box::pin(async move {
            let mut addresses = found.await?;
            let any = !addresses.is_empty();
            addresses.retain(|address| !public_only || is_public(*address));
            if any && addresses.is_empty() {
                return Err(Refusal::Private.into());
            }
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Mixed;

    impl Resolver for Mixed {
        fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            let addresses = ["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1111"].map(|address| address.parse().unwrap());
            Box::pin(async move { Ok(addresses.to_vec()) })
        }
    }

    #[tokio::test]
    async fn of_mixed_addresses_only_the_public_ones_are_connected_to() {
        for (public_only, expected) in [
            (true, vec!["8.8.8.8:0", "[2606:4700::1111]:0"]),
            (false, vec!["10.0.0.1:0", "8.8.8.8:0", "[::1]:0", "[2606:4700::1111]:0"]),
        ] {
            let resolver = Connectable { resolver: Arc::new(Mixed), public_only };
            let found = resolver.resolve("shop.example".parse().unwrap()).await.unwrap();
            assert_eq!(found.map(|address| address.to_string()).collect::<Vec<_>>(), expected);
        }
    }
}
