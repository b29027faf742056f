#!/bin/sh
# Run once by the PostgreSQL container after roles.sql: the passwords, and the database with its owner.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username=postgres \
    --set=owner_password="$PORTAL_OWNER_PASSWORD" --set=app_password="$PORTAL_APP_PASSWORD" <<'SQL'
ALTER ROLE portal_owner PASSWORD :'owner_password';
ALTER ROLE portal_app PASSWORD :'app_password';
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_app;
SQL
