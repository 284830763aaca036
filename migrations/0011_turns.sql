-- A claim costs the same however many jobs wait: every job has its place in its lane's line from the moment it is
-- asked for (start-time fair queueing, Goyal, Vin and Cheng 1996), so that the next one is the first of an index.
-- Programs of before must be stopped: it holds the table of jobs for about 15 s where there are a million.

drop index jobs_tenant_id_priority_run_at_id_idx;
drop index jobs_tenant_id_leased_until_idx;
drop index jobs_tenant_id_subject_idx;
alter table jobs drop constraint jobs_state_check;
alter table jobs add constraint jobs_state_check
    check (state in ('delayed', 'queued', 'running', 'done', 'dead', 'cancelled'));
-- Work of one sort, with slots of its own in each process: a storm in one lane holds up no other.
alter table jobs add column lane text not null default 'render';
alter table jobs alter column lane drop default;
-- The turn that the job waits for. Turns are the tenant's: when one comes, the most urgent of the tenant's jobs takes it.
alter table jobs add column place bigint not null default 0;
alter table jobs alter column place drop default;
-- How long it will take, in units that its lane compares: a tenant's next turn comes that much later.
alter table jobs add column cost integer not null default 1 check (cost > 0);
-- While a job of this key waits or runs, asking for another changes nothing.
alter table jobs add column dedupe text;
update jobs set lane = 'maintenance' where kind = 'reconcile';
update jobs set state = 'delayed' where state = 'queued' and run_at > now();
update jobs set place = line.place
from (
    select id, row_number() over (partition by tenant_id, lane order by priority, id) as place
    from jobs where state in ('queued', 'delayed')
) line
where line.id = jobs.id;

create index jobs_line on jobs (lane, kind, place, id) where state = 'queued';
create index jobs_urgency on jobs (tenant_id, lane, kind, priority, id) where state = 'queued';
create index jobs_turns on jobs (tenant_id, lane, (place + cost)) where state in ('queued', 'running');
create index jobs_delayed on jobs (lane, run_at) where state = 'delayed';
create index jobs_leases on jobs (lane, leased_until) where state = 'running';
create index jobs_begun on jobs (lane, place) where state in ('running', 'done', 'dead');
create index jobs_unfinished on jobs (tenant_id, subject) where state in ('delayed', 'queued', 'running');
create unique index jobs_dedupe on jobs (tenant_id, kind, dedupe)
    where dedupe is not null and state in ('delayed', 'queued', 'running');

-- The key of the lock under which a tenant takes turns in a lane.
create function turns_lock(of_tenant uuid, asked_lane text) returns bigint
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select hashtextextended('turns ' || of_tenant || ' ' || asked_lane, 0)
$$;

-- A tenant's next turn in a lane: after what it waits for, as long as that takes, and not before the turn that is served
-- now. For the functions below only, which hold the lock.
create function next_turn(of_tenant uuid, asked_lane text) returns bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select greatest(
        (select max(place) + 1 from jobs where lane = asked_lane and state in ('running', 'done', 'dead')),
        (select max(place + cost) from jobs
            where tenant_id = of_tenant and lane = asked_lane and state in ('queued', 'running')),
        1)
$$;
revoke all on function next_turn(uuid, text) from public;

-- The first of the turns that the transaction's tenant may give to new jobs of a lane. Until it ends, the tenant's other
-- transactions wait for theirs.
create function take_turns(asked_lane text) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(turns_lock(app_tenant(), asked_lane));
    return next_turn(app_tenant(), asked_lane);
end $$;
revoke all on function take_turns(text) from public;
grant execute on function take_turns(text) to vitrine_app;

-- The next job for a worker of a lane, of the kinds that it knows. Whose turn comes first, then that tenant's most
-- urgent job, the one asked for first; the two change places. Jobs whose lease has ended keep their place, and count as
-- due again; one that comes back with more attempts than it may have is for the worker to bury, together with what it
-- was for. Jobs that were put off take a new turn when they fall due, a few of them with each claim.
drop function claim_job(uuid, interval, text[]);
create function claim_job(claiming_worker uuid, lease interval, asked_lane text, known text[])
returns setof jobs language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    due record;
    turn record;
    urgent record;
begin
    update jobs set state = 'queued', worker = null, leased_until = null
    where id in (
        select id from jobs where lane = asked_lane and state = 'running' and leased_until < now()
        for update skip locked
    );
    for due in
        select id, tenant_id from jobs where lane = asked_lane and state = 'delayed' and run_at <= now()
        order by run_at limit 10 for update skip locked
    loop
        -- A tenant that is just asking for work holds its turns until that is committed: nobody waits for it here.
        if pg_try_advisory_xact_lock(turns_lock(due.tenant_id, asked_lane)) then
            update jobs set state = 'queued', place = next_turn(due.tenant_id, asked_lane) where id = due.id;
        end if;
    end loop;

    select heads.* into turn
    from unnest(known) as kinds (kind) cross join lateral (
        select id, tenant_id, place from jobs
        where lane = asked_lane and kind = kinds.kind and state = 'queued'
        order by place, id limit 1 for update skip locked
    ) heads
    order by heads.place, heads.id limit 1;
    if not found then
        return;
    end if;

    select heads.* into urgent
    from unnest(known) as kinds (kind) cross join lateral (
        select id, priority, place from jobs
        where tenant_id = turn.tenant_id and lane = asked_lane and kind = kinds.kind and state = 'queued'
        order by priority, id limit 1 for update skip locked
    ) heads
    order by heads.priority, heads.id limit 1;
    if urgent.id <> turn.id then
        update jobs set place = urgent.place where id = turn.id;
    end if;
    return query
        update jobs set state = 'running', place = turn.place, worker = claiming_worker, leased_until = now() + lease,
            attempts = attempts + 1
        where id = urgent.id
        returning *;
end $$;
revoke all on function claim_job(uuid, interval, text, text[]) from public;
grant execute on function claim_job(uuid, interval, text, text[]) to vitrine_app;

-- How many jobs wait, run and are dead, for the operator's metrics: counted to 10,000 at most, which the metric says.
create or replace function job_counts() returns table (state text, count bigint)
language sql security definer stable set search_path = pg_catalog, public, pg_temp as $$
    select 'delayed', (select count(*) from (select from jobs where state = 'delayed' limit 10000) j)
    union all select 'queued', (select count(*) from (select from jobs where state = 'queued' limit 10000) j)
    union all select 'running', (select count(*) from (select from jobs where state = 'running' limit 10000) j)
    union all select 'dead', (select count(*) from (select from jobs where state = 'dead' limit 10000) j)
$$;

-- What is to be done again and again, by whichever process comes first when it is time.
create table schedules (
    name text primary key,
    next_run_at timestamptz not null
);
grant select, insert, update on schedules to vitrine_app;

-- A temporary table of a name would otherwise stand before ours in functions that run with the owner's rights.
do $$
begin
    execute format('revoke temporary on database %I from public', current_database());
end $$;
