-- Files on their way in, and what refers to them. Names may be personal data and are sealed (SM4-GCM).
-- depends: 0002.platform

CREATE SCHEMA uploads AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA uploads TO tianping_uploads;
ALTER DEFAULT PRIVILEGES IN SCHEMA uploads GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tianping_uploads;

CREATE TABLE uploads.files (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL,
    name bytea NOT NULL,
    declared_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    state text NOT NULL CHECK (state IN ('receiving', 'inspecting', 'ready', 'rejected', 'quarantined', 'expired')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    received_at timestamptz,
    digest text CHECK (digest ~ '^[0-9a-f]{64}$'),
    inspection jsonb,
    finding jsonb,
    scanned_by text,
    thumbnail text CHECK (thumbnail ~ '^[0-9a-f]{64}$'),
    view text CHECK (view ~ '^[0-9a-f]{64}$')
);
CREATE INDEX files_owner ON uploads.files (owner) WHERE state <> 'expired';
CREATE INDEX files_expiry ON uploads.files (expires_at);
CREATE INDEX files_digest ON uploads.files (digest) WHERE digest IS NOT NULL;
CREATE INDEX files_thumbnail ON uploads.files (thumbnail) WHERE thumbnail IS NOT NULL;
CREATE INDEX files_view ON uploads.files (view) WHERE view IS NOT NULL;
COMMENT ON COLUMN uploads.files.size IS 'Declared length in bytes. How much has arrived is the size of the file on disk';

CREATE TABLE uploads.holds (
    file_id uuid NOT NULL REFERENCES uploads.files,
    held_by text NOT NULL,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (file_id, held_by)
);
COMMENT ON TABLE uploads.holds IS 'What of the court refers to a file, such as filing:<id>; a held file is not removed';
