-- What programs act with in a workspace. A key's text names its tenant and a secret, so that it is looked up behind row-level
-- security like everything else; only the secret's hash is here.

create table api_keys (
    tenant_id uuid not null references tenants on delete cascade,
    id uuid not null,
    name text not null check (char_length(name) between 1 and 120),
    -- How the secret begins, by which people tell keys apart.
    prefix text not null,
    secret_hash bytea not null check (length(secret_hash) = 32),
    -- Words of the program's table of permissions. What the creator may not do any more, the key may not either.
    permissions text[] not null check (cardinality(permissions) > 0),
    created_by uuid not null references accounts,
    created_at timestamptz not null default now(),
    -- Written at most once a minute.
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, secret_hash)
);
-- What is listed, and what ends with its creator's membership.
create index on api_keys (tenant_id, created_by) where revoked_at is null;
alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy tenant on api_keys using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());
-- A key is never made to be another, nor brought back to life under another name.
grant select, insert, update (last_used_at, revoked_at) on api_keys to vitrine_app;
