-- People, workspaces and who may do what in them.
--
-- Two roles: the one that runs migrations owns everything; `vitrine_app` is what the program connects as. It owns
-- nothing and cannot bypass row-level security, so a query that forgets its filter sees one tenant at most.

do $$
begin
    if not exists (select from pg_roles where rolname = 'vitrine_app') then
        raise exception 'the role vitrine_app does not exist; create it first: create role vitrine_app login password ''...''';
    end if;
end $$;

grant usage on schema public to vitrine_app;

-- What a transaction is bound to. Unset reads as null, and null equals nothing.
create function app_tenant() returns uuid language sql stable as
    $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
create function app_account() returns uuid language sql stable as
    $$ select nullif(current_setting('app.account_id', true), '')::uuid $$;

-- Global tables: they hold people and directory entries, nothing a tenant owns.

create table accounts (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    password_hash text not null,
    email_verified_at timestamptz,
    created_at timestamptz not null default now()
);
grant select, insert, update on accounts to vitrine_app;

create table sessions (
    id uuid primary key,
    token_hash bytea not null unique,
    account_id uuid not null references accounts on delete cascade,
    tenant_id uuid,
    user_agent text not null,
    address text not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index on sessions (account_id);
create index on sessions (expires_at);
grant select, insert, update, delete on sessions to vitrine_app;

create table account_tokens (
    token_hash bytea primary key,
    account_id uuid not null references accounts on delete cascade,
    purpose text not null check (purpose in ('verify_email', 'reset_password')),
    expires_at timestamptz not null
);
create index on account_tokens (account_id);
grant select, insert, delete on account_tokens to vitrine_app;

-- Attempts per account and per address within a window, for throttling.
create table attempts (
    key text primary key,
    count integer not null,
    window_started_at timestamptz not null
);
grant select, insert, update, delete on attempts to vitrine_app;

-- Mail is written in the transaction that causes it and sent afterwards.
create table mails (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    last_error text
);
create index on mails (next_attempt_at) where sent_at is null;
grant select, insert, update, delete on mails to vitrine_app;

-- Which tenant an address belongs to: asked before any tenant is known.
create table subdomains (
    subdomain text primary key check (subdomain ~ '^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$'),
    tenant_id uuid not null unique
);
grant select, insert on subdomains to vitrine_app;

-- Tenant tables.

create table tenants (
    id uuid primary key,
    name text not null check (char_length(name) between 1 and 80),
    subdomain text not null unique references subdomains,
    created_at timestamptz not null default now()
);
alter table tenants enable row level security;
alter table tenants force row level security;

create table memberships (
    tenant_id uuid not null references tenants on delete cascade,
    account_id uuid not null references accounts on delete cascade,
    role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (tenant_id, account_id)
);
create index on memberships (account_id);
alter table memberships enable row level security;
alter table memberships force row level security;
-- A person sees their own memberships everywhere, and everybody's within the tenant they are in.
create policy tenant on memberships using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
create policy own on memberships for select using (account_id = app_account());
grant select, insert, update, delete on memberships to vitrine_app;

create policy tenant on tenants using (id = app_tenant()) with check (id = app_tenant());
create policy own on tenants for select using (
    id in (select m.tenant_id from memberships m where m.account_id = app_account())
);
grant select, insert, update on tenants to vitrine_app;

create table invitations (
    id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    email text not null check (email = lower(email)),
    role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
    token_hash bytea not null unique,
    invited_by uuid not null references accounts,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index on invitations (tenant_id);
alter table invitations enable row level security;
alter table invitations force row level security;
create policy tenant on invitations using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
-- `update` only for the lock that keeps one link from being taken twice at once.
grant select, insert, update, delete on invitations to vitrine_app;

-- Who did what. Each entry's hash covers the one before it, and the program may only add.
create table audit_log (
    tenant_id uuid not null references tenants on delete cascade,
    sequence bigint not null,
    at timestamptz not null,
    account_id uuid,
    address text not null,
    action text not null,
    object_kind text not null,
    object_id text not null,
    before jsonb,
    after jsonb,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (tenant_id, sequence)
);
alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy tenant on audit_log using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
grant select, insert on audit_log to vitrine_app;
