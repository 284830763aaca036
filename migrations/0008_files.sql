-- One owner of the files' life. A row says that a file is (or is about to be) in the store, how many rows use it, and
-- since when none does. Uses are counted here, by triggers on every table that names a file, so that no code can forget
-- one; the row's lock is the lock of its content hash.
--
-- A program from before knows nothing of these rows, and what it stores is refused: stop it, migrate, start the new one.
--
--   arriving  the row is there, its bytes are being stored; nothing can use it yet
--   stored    its bytes are in the store; rows may use it
--   doomed    unused for long; its bytes are being removed, and nothing can use it until it is stored again

create table files (
    tenant_id uuid not null references tenants on delete cascade,
    -- image: an uploaded picture with its levels and thumbnail; render: a finished file with its preview;
    -- thumbnail: a template's small picture.
    kind text not null check (kind in ('image', 'render', 'thumbnail')),
    hash bytea not null check (length(hash) = 32),
    state text not null default 'arriving' check (state in ('arriving', 'stored', 'doomed')),
    -- Of everything kept under this hash.
    bytes bigint not null check (bytes >= 0),
    uses integer not null default 0 check (uses >= 0),
    -- One from being claimed to being removed: a claim from an earlier life says nothing of the bytes of this one.
    life uuid not null default gen_random_uuid(),
    unused_since timestamptz default now(),
    primary key (tenant_id, kind, hash),
    constraint only_stored_files_are_used check (uses = 0 or state = 'stored'),
    check ((uses = 0) = (unused_since is not null))
);
create index on files (tenant_id, unused_since) where unused_since is not null;
alter table files enable row level security;
alter table files force row level security;
create policy tenant on files using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, update, delete on files to vitrine_app;

-- What a tenant keeps in the store, counted as it changes.
create table tenant_storage (
    tenant_id uuid primary key references tenants on delete cascade,
    bytes bigint not null default 0,
    files bigint not null default 0,
    -- When rows and store were last compared.
    reconciled_at timestamptz not null default now()
);
alter table tenant_storage enable row level security;
alter table tenant_storage force row level security;
create policy tenant on tenant_storage using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, update on tenant_storage to vitrine_app;

-- The photos of a batch's document, so that a batch that is tried again finds them when its template is long gone.
create table batch_images (
    tenant_id uuid not null references tenants on delete cascade,
    batch_id uuid not null references batches on delete cascade,
    image_hash bytea not null,
    primary key (tenant_id, batch_id, image_hash),
    foreign key (tenant_id, image_hash) references images
);
-- For the cascade from a batch, which asks by its id alone, and for the images' foreign key.
create index on batch_images (batch_id);
create index on batch_images (tenant_id, image_hash);
alter table batch_images enable row level security;
alter table batch_images force row level security;
create policy tenant on batch_images using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, delete on batch_images to vitrine_app;

-- The small picture made of the template's present document.
alter table templates add column thumbnail_hash bytea check (length(thumbnail_hash) = 32);

-- How far a batch has come, counted as its renders change: lists need not look at a million renders.
alter table batches
    add column queued integer not null default 0,
    add column done integer not null default 0,
    add column failed integer not null default 0,
    add column cancelled integer not null default 0;
grant update (queued, done, failed, cancelled) on batches to vitrine_app;

-- What stands already is counted once, tenant by tenant, as each is behind row-level security from the owner too.
lock table images, designs, templates, template_images, batches, renders in share row exclusive mode;
do $$
declare
    tenant uuid;
begin
    for tenant in select tenant_id from subdomains loop
        perform set_config('app.tenant_id', tenant::text, true);

        insert into batch_images (tenant_id, batch_id, image_hash)
        select b.tenant_id, b.id, i.hash
        from batches b join images i on strpos(b.document::text, encode(i.hash, 'hex')) > 0;

        update batches b set queued = c.queued, done = c.done, failed = c.failed, cancelled = c.cancelled
        from (
            select batch_id, count(*) filter (where state = 'queued') as queued,
                count(*) filter (where state = 'done') as done, count(*) filter (where state = 'failed') as failed,
                count(*) filter (where state = 'cancelled') as cancelled
            from renders group by batch_id
        ) c where c.batch_id = b.id;

        -- Of an image its own bytes; the weekly comparison with the store adds those of its levels.
        insert into files (tenant_id, kind, hash, state, bytes, uses, unused_since)
        select i.tenant_id, 'image', i.hash, 'stored', i.bytes, u.uses, case when u.uses = 0 then now() end
        from images i cross join lateral (
            select (select count(*) from designs d where d.tenant_id = i.tenant_id and d.image_hash = i.hash)
                + (select count(*) from template_images t where t.tenant_id = i.tenant_id and t.image_hash = i.hash)
                + (select count(*) from batch_images b where b.tenant_id = i.tenant_id and b.image_hash = i.hash)
                + (select count(*) from renders r where r.tenant_id = i.tenant_id and r.image_hash = i.hash) as uses
        ) u;
        insert into files (tenant_id, kind, hash, state, bytes, uses, unused_since)
        select tenant_id, 'render', output_hash, 'stored', max(bytes), count(*), null
        from renders where output_hash is not null group by tenant_id, output_hash;
        insert into tenant_storage (tenant_id, bytes, files, reconciled_at)
        select tenant, coalesce(sum(bytes), 0), count(*), '-infinity' from files;

        -- An update of migration 0005 that the forced policy kept from every row.
        update templates set updated_by = created_by where updated_by is null;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

-- Counts the uses of files that a statement adds and removes: arguments are the kind and the column that names it.
-- In the order of the hashes, so that two statements about the same files wait for each other and never in a circle.
create function count_uses() returns trigger language plpgsql as $$
declare
    changes text[] := '{}';
    change record;
begin
    if TG_OP <> 'DELETE' then
        changes := changes || format('select tenant_id, %I as hash, 1 as n from added', TG_ARGV[1]);
    end if;
    if TG_OP <> 'INSERT' then
        changes := changes || format('select tenant_id, %I as hash, -1 as n from removed', TG_ARGV[1]);
    end if;
    for change in execute format(
        'select tenant_id, hash, sum(n)::integer as n from (%s) c where hash is not null
        group by tenant_id, hash having sum(n) <> 0 order by tenant_id, hash', array_to_string(changes, ' union all '))
    loop
        update files set uses = uses + change.n, unused_since = case when uses + change.n = 0 then now() end
        where tenant_id = change.tenant_id and kind = TG_ARGV[0] and hash = change.hash;
        if not found and change.n > 0 then
            raise foreign_key_violation using message = format('%s uses a file that is not stored', TG_TABLE_NAME);
        end if;
    end loop;
    return null;
end $$;

create function count_storage() returns trigger language plpgsql as $$
declare
    changes text[] := '{}';
begin
    if TG_OP <> 'DELETE' then
        changes := changes || 'select tenant_id, bytes, 1 as n from added where state = ''stored'''::text;
    end if;
    if TG_OP <> 'INSERT' then
        changes := changes || 'select tenant_id, -bytes as bytes, -1 as n from removed where state = ''stored'''::text;
    end if;
    execute format(
        'insert into tenant_storage as s (tenant_id, bytes, files)
        select tenant_id, sum(bytes), sum(n) from (%s) c where exists (select from tenants t where t.id = c.tenant_id)
        group by tenant_id having sum(bytes) <> 0 or sum(n) <> 0 order by tenant_id
        on conflict (tenant_id) do update set bytes = s.bytes + excluded.bytes, files = s.files + excluded.files',
        array_to_string(changes, ' union all '));
    return null;
end $$;

create function count_batch_states() returns trigger language plpgsql as $$
declare
    changes text[] := '{}';
begin
    if TG_OP <> 'DELETE' then
        changes := changes || 'select batch_id, state, 1 as n from added'::text;
    end if;
    if TG_OP <> 'INSERT' then
        changes := changes || 'select batch_id, state, -1 as n from removed'::text;
    end if;
    execute format(
        'update batches b set queued = b.queued + c.queued, done = b.done + c.done, failed = b.failed + c.failed,
            cancelled = b.cancelled + c.cancelled
        from (
            select batch_id, coalesce(sum(n) filter (where state = ''queued''), 0) as queued,
                coalesce(sum(n) filter (where state = ''done''), 0) as done,
                coalesce(sum(n) filter (where state = ''failed''), 0) as failed,
                coalesce(sum(n) filter (where state = ''cancelled''), 0) as cancelled
            from (%s) n group by batch_id
        ) c where b.id = c.batch_id', array_to_string(changes, ' union all '));
    return null;
end $$;

-- Three triggers for each function and table: one with a transition table takes one event.
do $$
declare
    counted record;
    event record;
begin
    for counted in values
        ('designs', 'count_uses(''image'', ''image_hash'')'),
        ('template_images', 'count_uses(''image'', ''image_hash'')'),
        ('batch_images', 'count_uses(''image'', ''image_hash'')'),
        ('renders', 'count_uses(''image'', ''image_hash'')'),
        ('renders', 'count_uses(''render'', ''output_hash'')'),
        ('renders', 'count_batch_states()'),
        ('templates', 'count_uses(''thumbnail'', ''thumbnail_hash'')'),
        ('files', 'count_storage()')
    loop
        for event in values
            ('insert', 'new table as added'), ('delete', 'old table as removed'),
            ('update', 'old table as removed new table as added')
        loop
            execute format('create trigger %I after %s on %I referencing %s for each statement execute function %s',
                replace(split_part(counted.column2, '(', 1), 'count_', '') || '_' || event.column1
                    || coalesce('_' || nullif(split_part(counted.column2, '''', 4), ''), ''),
                event.column1, counted.column1, event.column2, counted.column2);
        end loop;
    end loop;
end $$;
