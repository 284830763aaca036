-- Earlier documents of a template, so that any of them can be brought back.

alter table templates add column updated_by uuid references accounts on delete set null;
update templates set updated_by = created_by;

create table template_versions (
    tenant_id uuid not null references tenants on delete cascade,
    template_id uuid not null references templates on delete cascade,
    revision integer not null,
    document jsonb not null,
    -- When and by whom this document was saved.
    saved_at timestamptz not null,
    saved_by uuid references accounts on delete set null,
    primary key (template_id, revision)
);
create index on template_versions (tenant_id, template_id, revision desc);
alter table template_versions enable row level security;
alter table template_versions force row level security;
create policy tenant on template_versions using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, delete on template_versions to vitrine_app;

comment on table template_images is 'The images that a template or an earlier version of it refers to.';
