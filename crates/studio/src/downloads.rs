//! How many downloads go on at once: each holds an open file and a connection for as long as its receiver likes.

use domain::{Problem, ProblemKind, TenantId};

use platform::{
    Result, ServiceError,
    places::{Holder, Place, Places},
};

/// Of one tenant.
const TENANT_MAX: usize = 16;
/// Of all tenants in this process.
const PROCESS_MAX: usize = 256;

#[derive(Clone, Default)]
pub(crate) struct Downloads(Places);

/// One that goes on; it has ended when this is dropped.
pub(crate) struct Download {
    _place: Place,
}

impl Downloads {
    /// # Errors
    /// A refusal where the tenant has too many under way; [`ServiceError::Busy`] where the process has.
    pub(crate) fn begin(&self, tenant: TenantId) -> Result<Download> {
        let limits = [(Holder::Process, PROCESS_MAX), (Holder::Tenant(tenant), TENANT_MAX)];
        match self.0.take(&limits) {
            Ok(place) => Ok(Download { _place: place }),
            Err(Holder::Process) => Err(ServiceError::Busy { seconds: 5 }),
            Err(_) => {
                let problem = Problem::new(ProblemKind::Throttled, "error-too-many-downloads");
                Err(problem.with("limit", TENANT_MAX).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_s_downloads_are_limited_and_take_nothing_from_others() {
        let downloads = Downloads::default();
        let tenant = |number| TenantId(uuid::Uuid::from_u128(number));
        let mut under_way: Vec<_> = (0..TENANT_MAX).map(|_| downloads.begin(tenant(1)).unwrap()).collect();
        assert!(matches!(downloads.begin(tenant(1)), Err(ServiceError::Refused(_))));
        under_way.pop();
        under_way.push(downloads.begin(tenant(1)).unwrap());
        let others = (2..).map_while(|number| downloads.begin(tenant(number)).ok());
        under_way.extend(others);
        assert_eq!(under_way.len(), PROCESS_MAX);
        assert!(matches!(downloads.begin(tenant(1000)), Err(ServiceError::Busy { .. })));
    }
}
