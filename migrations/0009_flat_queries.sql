-- What each page and the hourly clean-up ask, by an index of its own, so that no question grows with what is stored.

-- What a job is about, such as the batch it renders for: cancelling finds its jobs without reading payloads.
alter table jobs add column subject uuid;
update jobs set subject = (payload ->> 'batch')::uuid where kind = 'render' and state in ('queued', 'running');
create index on jobs (tenant_id, subject) where state in ('queued', 'running');
create index on jobs (tenant_id, finished_at) where finished_at is not null and state <> 'dead';
create index on jobs (tenant_id, finished_at) where state = 'dead';
drop index jobs_finished_at_idx;

-- For the cascade from a batch and for lists of its pictures.
create index on renders (batch_id, position);
drop index renders_tenant_id_batch_id_position_idx;

create index on designs (tenant_id, deleted_at) where deleted_at is not null;
create index on templates (tenant_id, deleted_at) where deleted_at is not null;
create index on invitations (tenant_id, expires_at);
create index on attempts (window_started_at);
create index on account_tokens (expires_at);
create index on mails (sent_at) where sent_at is not null;
create index on batches (template_id) where template_id is not null;
-- For the cascade from a template.
create index on template_images (template_id);

-- The next job for a worker: of the kinds that it knows.
drop function claim_job(uuid, interval);
create function claim_job(claiming_worker uuid, lease interval, known text[])
returns setof jobs language plpgsql security definer set search_path = public as $$
declare
    candidate record;
    claimed jobs;
begin
    update jobs set state = 'queued', worker = null, leased_until = null
    where id in (
        select id from jobs where state = 'running' and leased_until < now() for update skip locked
    );

    for candidate in
        select due.tenant_id, due.priority
        from (
            select tenant_id, min(priority) as priority from jobs
            where state = 'queued' and run_at <= now() and kind = any(known) group by tenant_id
        ) due
        left join (
            select tenant_id, count(*) as running from jobs where state = 'running' group by tenant_id
        ) busy using (tenant_id)
        order by due.priority, coalesce(busy.running, 0), random()
    loop
        update jobs set state = 'running', worker = claiming_worker, leased_until = now() + lease,
            attempts = attempts + 1
        where id = (
            select id from jobs
            where tenant_id = candidate.tenant_id and state = 'queued' and run_at <= now() and kind = any(known)
            order by priority, run_at, id
            limit 1 for update skip locked
        )
        returning * into claimed;
        if found then
            return next claimed;
            return;
        end if;
    end loop;
end $$;
revoke all on function claim_job(uuid, interval, text[]) from public;
grant execute on function claim_job(uuid, interval, text[]) to vitrine_app;

-- How many jobs wait, run and are dead, for the operator's metrics: counted to 10,000 at most, which the metric says.
create or replace function job_counts() returns table (state text, count bigint)
language sql security definer stable set search_path = public as $$
    select 'queued', (select count(*) from (select from jobs where state = 'queued' limit 10000) j)
    union all select 'running', (select count(*) from (select from jobs where state = 'running' limit 10000) j)
    union all select 'dead', (select count(*) from (select from jobs where state = 'dead' limit 10000) j)
$$;
