-- The roles and the database of Nærvær. Run by psql as superuser, for the embedded server and in production alike;
-- running it again changes only the passwords. Needs these three in the environment:
\getenv owner_password NAERVAER_OWNER_PASSWORD
\getenv app_password NAERVAER_APP_PASSWORD
\getenv backup_password NAERVAER_BACKUP_PASSWORD
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET log_min_error_statement = panic;  -- no password in the server's log, should a statement fail

SELECT format('CREATE ROLE %I LOGIN', role)
FROM unnest(ARRAY['naervaer_owner', 'naervaer_app', 'naervaer_backup']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- The owner migrates. CREATEDB only lets tests make their own databases; production may take it away.
ALTER ROLE naervaer_owner NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB PASSWORD :'owner_password';
-- Web and workers: row-level security always binds this role.
ALTER ROLE naervaer_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
-- Backups must see every municipality's rows, and write nothing.
ALTER ROLE naervaer_backup NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'backup_password';
ALTER ROLE naervaer_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO naervaer_backup;

SELECT 'CREATE DATABASE naervaer OWNER naervaer_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'naervaer') \gexec
REVOKE ALL ON DATABASE naervaer FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE naervaer TO naervaer_app;
GRANT CONNECT ON DATABASE naervaer TO naervaer_backup;

\connect naervaer
SET client_min_messages = warning;
ALTER SCHEMA public OWNER TO naervaer_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO naervaer_app, naervaer_backup;
