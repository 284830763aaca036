-- Every key of a tenant's table begins with the tenant, so that one schema serves one server and many: the rows of a tenant
-- lie together, and no key or reference leads from one tenant to another. The indexes were built before; this only
-- exchanges them, and gives up rather than let everybody wait behind it.
set local lock_timeout = '10s';

alter table template_images drop constraint template_images_template_id_fkey;
alter table template_versions drop constraint template_versions_template_id_fkey;
alter table template_saves drop constraint template_saves_template_id_fkey;
alter table batches drop constraint batches_template_id_fkey;
alter table renders drop constraint renders_batch_id_fkey;
alter table batch_images drop constraint batch_images_batch_id_fkey;

alter table designs drop constraint designs_pkey, add constraint designs_pkey primary key using index designs_key;
alter table templates drop constraint templates_pkey, add constraint templates_pkey primary key using index templates_key;
alter table batches drop constraint batches_pkey, add constraint batches_pkey primary key using index batches_key;
alter table renders drop constraint renders_pkey, add constraint renders_pkey primary key using index renders_key;
alter table jobs drop constraint jobs_pkey, add constraint jobs_pkey primary key using index jobs_key;
alter table invitations
    drop constraint invitations_pkey, add constraint invitations_pkey primary key using index invitations_key,
    drop constraint invitations_token_hash_key,
    add constraint invitations_token_hash_key unique using index invitations_handed,
    drop constraint invitations_mail_token_hash_key,
    add constraint invitations_mail_token_hash_key unique using index invitations_mailed;
alter table template_images
    drop constraint template_images_pkey, add constraint template_images_pkey primary key using index template_images_key;
alter table template_versions
    drop constraint template_versions_pkey,
    add constraint template_versions_pkey primary key using index template_versions_key;
alter table template_saves
    drop constraint template_saves_pkey, add constraint template_saves_pkey primary key using index template_saves_key,
    drop constraint template_saves_template_id_revision_key,
    add constraint template_saves_template_id_revision_key unique using index template_saves_made;

alter table template_images add constraint template_images_template_id_fkey
    foreign key (tenant_id, template_id) references templates (tenant_id, id) on delete cascade not valid;
alter table template_versions add constraint template_versions_template_id_fkey
    foreign key (tenant_id, template_id) references templates (tenant_id, id) on delete cascade not valid;
alter table template_saves add constraint template_saves_template_id_fkey
    foreign key (tenant_id, template_id) references templates (tenant_id, id) on delete cascade not valid;
alter table batches add constraint batches_template_id_fkey
    foreign key (tenant_id, template_id) references templates (tenant_id, id) on delete set null (template_id) not valid;
alter table renders add constraint renders_batch_id_fkey
    foreign key (tenant_id, batch_id) references batches (tenant_id, id) on delete cascade not valid;
alter table batch_images add constraint batch_images_batch_id_fkey
    foreign key (tenant_id, batch_id) references batches (tenant_id, id) on delete cascade not valid;

-- Those that no key needs any more, or that begin with something else.
drop index invitations_tenant_id_idx;
drop index template_images_template_id_idx;
drop index batch_images_batch_id_idx;
drop index renders_batch_id_position_idx;
drop index batches_template_id_idx;
drop index template_versions_tenant_id_template_id_revision_idx;

-- As before, but that a job is found by its tenant and its id.
create or replace function claim_job(claiming_worker uuid, lease interval, asked_lane text, known text[])
returns setof jobs language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    due record;
    turn record;
    urgent record;
begin
    update jobs set state = 'queued', worker = null, leased_until = null
    where (tenant_id, id) in (
        select tenant_id, id from jobs where lane = asked_lane and state = 'running' and leased_until < now()
        for update skip locked
    );
    for due in
        select id, tenant_id from jobs where lane = asked_lane and state = 'delayed' and run_at <= now()
        order by run_at limit 10 for update skip locked
    loop
        -- A tenant that is just asking for work holds its turns until that is committed: nobody waits for it here.
        if pg_try_advisory_xact_lock(turns_lock(due.tenant_id, asked_lane)) then
            update jobs set state = 'queued', place = next_turn(due.tenant_id, asked_lane)
            where tenant_id = due.tenant_id and id = due.id;
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
        update jobs set place = urgent.place where tenant_id = turn.tenant_id and id = turn.id;
    end if;
    return query
        update jobs set state = 'running', place = turn.place, worker = claiming_worker, leased_until = now() + lease,
            attempts = attempts + 1
        where tenant_id = turn.tenant_id and id = urgent.id
        returning *;
end $$;
