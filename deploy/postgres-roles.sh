#!/bin/bash
# Run once by PostgreSQL's image, when its volume is new: the roles that the program expects. vitrine_owner owns the tables and runs
# migrations; vitrine_app is what the program connects as, owns nothing and cannot see past row-level security.
set -euo pipefail

# The passwords go by standard input and reach no list of processes.
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
create role vitrine_owner login password '$(cat /run/secrets/owner_password)';
create role vitrine_app login password '$(cat /run/secrets/app_password)';
alter database "$POSTGRES_DB" owner to vitrine_owner;
grant all on schema public to vitrine_owner;
SQL
