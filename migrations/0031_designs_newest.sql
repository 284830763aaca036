-- no-transaction
-- A list goes on behind its last row, which a time alone does not name. `lists_go_on` drops the index of before. Where this was broken off, drop the index first.
create index concurrently designs_newest on designs (tenant_id, created_at desc, id desc) where deleted_at is null;
