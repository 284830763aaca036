-- Final renders, and the queue that makes them.

create table batches (
    id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    template_id uuid references templates on delete set null,
    template_name text not null,
    -- The document as it was when the renders were asked for.
    document jsonb not null,
    side integer not null check (side between 16 and 10000),
    format text not null check (format in ('jpeg', 'png')),
    created_by uuid references accounts on delete set null,
    created_at timestamptz not null default now()
);
create index on batches (tenant_id, created_at desc);
alter table batches enable row level security;
alter table batches force row level security;
create policy tenant on batches using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, delete on batches to vitrine_app;

create table renders (
    id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    batch_id uuid not null references batches on delete cascade,
    position integer not null,
    design_name text not null,
    image_hash bytea not null,
    -- Hash of everything the picture depends on: equal keys are equal pictures.
    key bytea not null,
    state text not null default 'queued' check (state in ('queued', 'done', 'failed', 'cancelled')),
    output_hash bytea,
    width integer,
    height integer,
    bytes bigint,
    failure text,
    finished_at timestamptz,
    check ((state = 'done') = (output_hash is not null)),
    foreign key (tenant_id, image_hash) references images
);
create index on renders (tenant_id, batch_id, position);
create index on renders (tenant_id, image_hash);
create index on renders (tenant_id, key) where state = 'done';
alter table renders enable row level security;
alter table renders force row level security;
create policy tenant on renders using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, update, delete on renders to vitrine_app;

create table jobs (
    id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    kind text not null,
    payload jsonb not null,
    -- Lower runs first: 0 high, 1 normal, 2 low.
    priority smallint not null default 1 check (priority between 0 and 2),
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'dead', 'cancelled')),
    attempts integer not null default 0,
    attempts_max integer not null default 5,
    run_at timestamptz not null default now(),
    -- A running job belongs to this worker until the lease ends; a worker that dies stops renewing it.
    worker uuid,
    leased_until timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    check ((state = 'running') = (worker is not null and leased_until is not null))
);
create index on jobs (tenant_id, priority, run_at, id) where state = 'queued';
create index on jobs (tenant_id, leased_until) where state = 'running';
create index on jobs (finished_at) where finished_at is not null;
alter table jobs enable row level security;
alter table jobs force row level security;
create policy tenant on jobs using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, update, delete on jobs to vitrine_app;

-- The queue is the one thing that looks across tenants. It does so inside these functions only, which run as the
-- tables' owner and give a worker the job together with the tenant it has to bind itself to.
do $$
begin
    execute format('create policy queue on jobs to %I using (true) with check (true)', current_user);
end $$;

-- The next job for a worker: of the tenants with something due, the one with the highest priority waiting and then
-- the fewest jobs running; within it the oldest of that priority. Jobs whose lease has ended count as due again; one
-- that comes back with more attempts than it may have is for the worker to bury, together with what it was for.
create function claim_job(claiming_worker uuid, lease interval)
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
            where state = 'queued' and run_at <= now() group by tenant_id
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
            where tenant_id = candidate.tenant_id and state = 'queued' and run_at <= now()
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
revoke all on function claim_job(uuid, interval) from public;
grant execute on function claim_job(uuid, interval) to vitrine_app;

-- How many jobs wait, run and are dead, for the operator's metrics.
create function job_counts() returns table (state text, count bigint)
language sql security definer stable set search_path = public as
    $$ select state, count(*) from jobs where state in ('queued', 'running', 'dead') group by state $$;
revoke all on function job_counts() from public;
grant execute on function job_counts() to vitrine_app;
