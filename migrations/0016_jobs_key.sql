-- no-transaction
-- Built while the product goes on; `keys_begin_with_the_tenant` takes it into use. Where this was broken off, drop the index first.
create unique index concurrently jobs_key on jobs (tenant_id, id);
