-- no-transaction
-- Built while the product goes on; `keys_begin_with_the_tenant` takes it into use. Where this was broken off, drop the index first.
create index concurrently batches_of_template on batches (tenant_id, template_id) where template_id is not null;
