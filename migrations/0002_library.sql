-- Images, designs and templates of a tenant.

create table images (
    tenant_id uuid not null references tenants on delete cascade,
    -- BLAKE3 of the uploaded file: stored once, however often it is uploaded.
    hash bytea not null check (length(hash) = 32),
    format text not null check (format in ('png', 'jpeg', 'webp')),
    width integer not null check (width > 0),
    height integer not null check (height > 0),
    has_alpha boolean not null,
    bytes bigint not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, hash)
);
alter table images enable row level security;
alter table images force row level security;
create policy tenant on images using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, delete on images to vitrine_app;

create table designs (
    id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    name text not null check (char_length(name) between 1 and 120),
    image_hash bytea not null,
    created_by uuid references accounts on delete set null,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    foreign key (tenant_id, image_hash) references images
);
create index on designs (tenant_id, created_at desc) where deleted_at is null;
create index on designs (tenant_id, image_hash);
alter table designs enable row level security;
alter table designs force row level security;
create policy tenant on designs using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, update, delete on designs to vitrine_app;

create table templates (
    id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    name text not null check (char_length(name) between 1 and 120),
    document jsonb not null,
    -- Grows by one with each save; a save names the revision it began from.
    revision integer not null default 1,
    created_by uuid references accounts on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index on templates (tenant_id, updated_at desc) where deleted_at is null;
alter table templates enable row level security;
alter table templates force row level security;
create policy tenant on templates using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, update, delete on templates to vitrine_app;

-- The images a template's document refers to, so that none is cleaned up under it.
create table template_images (
    tenant_id uuid not null references tenants on delete cascade,
    template_id uuid not null references templates on delete cascade,
    image_hash bytea not null,
    primary key (template_id, image_hash),
    foreign key (tenant_id, image_hash) references images
);
create index on template_images (tenant_id, image_hash);
alter table template_images enable row level security;
alter table template_images force row level security;
create policy tenant on template_images using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, delete on template_images to vitrine_app;
