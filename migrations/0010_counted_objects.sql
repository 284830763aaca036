-- Which of a file's objects `bytes` counts, by the names of their folders in the store: each counts once, however often
-- and by however many at once it is made.
alter table files add column counted text[] not null default '{}';

-- Of files from before it is not known what counts: the next hourly clean-up has rows and store compared.
do $$
declare
    tenant uuid;
begin
    for tenant in select tenant_id from subdomains loop
        perform set_config('app.tenant_id', tenant::text, true);
        update tenant_storage set reconciled_at = '-infinity' where tenant_id = tenant;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
