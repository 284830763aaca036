-- An entry of the audit log says which key of a program acted, by its id and its name at that time, or which job or schedule
-- of the product itself. Entries of before are of members, and stay as they are: their hashes still fit.
set local lock_timeout = '10s';

alter table audit_log
    add column api_key_id uuid,
    add column api_key_name text,
    add column system text,
    add constraint audit_log_one_acts check (
        num_nonnulls(account_id, api_key_id, system) = 1 and (api_key_id is null) = (api_key_name is null)
    ) not valid;
