-- What each save has made, so that one whose answer was lost can be asked for again and answers as the first time.

create table template_saves (
    tenant_id uuid not null references tenants on delete cascade,
    template_id uuid not null references templates on delete cascade,
    -- Chosen by the page that saves.
    save_id uuid not null,
    revision integer not null,
    primary key (template_id, save_id),
    unique (template_id, revision)
);
alter table template_saves enable row level security;
alter table template_saves force row level security;
create policy tenant on template_saves using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert, delete on template_saves to vitrine_app;
