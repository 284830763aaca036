-- The indexes that the last three took the place of.
set local lock_timeout = '5s';
drop index designs_tenant_id_created_at_idx;
drop index templates_tenant_id_updated_at_idx;
drop index batches_tenant_id_created_at_idx;
