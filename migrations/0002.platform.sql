-- The journal, acts done once, failures of reactions, settings that administrators may change.
-- depends: 0001.jobs

CREATE SCHEMA platform AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA platform TO tianping_teller, tianping_platform;

CREATE TABLE platform.journal (
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id uuid PRIMARY KEY,
    name text NOT NULL,
    subject uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor uuid,
    data jsonb NOT NULL
);
CREATE INDEX journal_subject ON platform.journal (subject, seq);
COMMENT ON TABLE platform.journal IS 'What happened, append-only. Rows are never changed or removed: no role has the right.';

CREATE TABLE platform.acts (
    scope text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    answer bytea,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX acts_at ON platform.acts (at);
COMMENT ON COLUMN platform.acts.answer IS 'SM4-GCM sealed JSON that the act answered; null when it answered nothing';

CREATE TABLE platform.failures (
    job_id bigint PRIMARY KEY,
    task text NOT NULL,
    at timestamptz NOT NULL,
    error text NOT NULL,
    trace text NOT NULL
);

CREATE TABLE platform.calendar_changes (
    day date PRIMARY KEY,
    working boolean NOT NULL,
    reason text NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE platform.calendar_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day date NOT NULL,
    working boolean,
    reason text NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN platform.calendar_history.working IS 'Null: the change of that day was taken back';

GRANT SELECT, INSERT ON platform.journal TO tianping_teller;
GRANT SELECT, INSERT, UPDATE ON platform.acts TO tianping_teller;
GRANT SELECT ON platform.calendar_changes TO tianping_teller;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.acts, platform.failures, platform.calendar_changes TO tianping_platform;
GRANT SELECT, INSERT ON platform.calendar_history, platform.journal TO tianping_platform;
GRANT USAGE ON SCHEMA jobs TO tianping_platform;
GRANT ALL ON ALL TABLES IN SCHEMA jobs TO tianping_platform;
