-- People, sessions. Personal data is sealed (SM4-GCM) in bytea columns; `_digest` columns are keyed SM3 for search.
-- depends: 0002.platform

CREATE SCHEMA identity AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA identity TO tianping_identity;
ALTER DEFAULT PRIVILEGES IN SCHEMA identity GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tianping_identity;
ALTER DEFAULT PRIVILEGES IN SCHEMA identity GRANT USAGE ON SEQUENCES TO tianping_identity;

CREATE TABLE identity.people (
    id uuid PRIMARY KEY,
    name bytea NOT NULL,
    mobile bytea NOT NULL,
    mobile_digest bytea NOT NULL UNIQUE,
    password_hash text,
    roles text[] NOT NULL,
    division text,
    real_name_checked_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    failed_at timestamptz,
    active boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL
);

CREATE TABLE identity.sessions (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES identity.people,
    token_digest bytea NOT NULL UNIQUE,
    csrf_token text NOT NULL,
    device text NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX sessions_person ON identity.sessions (person_id) WHERE ended_at IS NULL;
