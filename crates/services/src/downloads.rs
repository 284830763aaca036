//! How many downloads go on at once: each holds an open file and a connection for as long as its receiver likes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{Problem, ProblemKind, TenantId};

use crate::{Result, ServiceError};

/// Of one tenant.
const TENANT_MAX: usize = 16;
/// Of all tenants in this process.
const PROCESS_MAX: usize = 256;

#[derive(Clone, Default)]
pub(crate) struct Downloads(Arc<Mutex<HashMap<TenantId, usize>>>);

/// One that goes on; it has ended when this is dropped.
pub(crate) struct Download {
    of: Downloads,
    tenant: TenantId,
}

impl Downloads {
    /// # Errors
    /// A refusal where the tenant has too many under way; [`ServiceError::Busy`] where the process has.
    pub(crate) fn begin(&self, tenant: TenantId) -> Result<Download> {
        let mut counts = self.lock();
        if counts.values().sum::<usize>() >= PROCESS_MAX {
            return Err(ServiceError::Busy { seconds: 5 });
        }
        let count = counts.entry(tenant).or_default();
        if *count >= TENANT_MAX {
            let problem = Problem::new(ProblemKind::Throttled, "error-too-many-downloads");
            return Err(problem.with("limit", TENANT_MAX).into());
        }
        *count += 1;
        Ok(Download { of: self.clone(), tenant })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let mut counts = self.of.lock();
        if let Some(count) = counts.get_mut(&self.tenant) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.tenant);
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
        under_way.clear();
        assert!(downloads.lock().is_empty());
    }
}
