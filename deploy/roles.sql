-- The two roles of the portal. Run once as a superuser (or a role with CREATEROLE); running it again changes nothing.
--
--   portal_owner  owns the database and its tables; used by migrations alone, never by a web process or a worker
--   portal_app    what the portal connects as: owns nothing, so row-level security always binds it
--
-- Both can log in and have no password yet: set one with ALTER ROLE ... PASSWORD, or use certificates.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN
        CREATE ROLE portal_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
        CREATE ROLE portal_app;
    END IF;
END
$$;
ALTER ROLE portal_owner LOGIN NOCREATEROLE;
ALTER ROLE portal_app LOGIN NOCREATEDB NOCREATEROLE;
