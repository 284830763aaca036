-- no-transaction
-- Built while the product goes on; `keys_begin_with_the_tenant` takes it into use. Where this was broken off, drop the index first.
create index concurrently renders_in_order on renders (tenant_id, batch_id, position);
