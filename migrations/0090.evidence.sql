-- Deposits on the evidence ledger and who may see them, captures, verdicts on exhibits, the docket's heads, access of platforms.
-- depends: 0002.platform

CREATE SCHEMA evidence AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA evidence TO tianping_evidence;
ALTER DEFAULT PRIVILEGES IN SCHEMA evidence GRANT SELECT, INSERT ON TABLES TO tianping_evidence;

CREATE TABLE evidence.captures (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL,
    organisation_id uuid,
    url bytea NOT NULL,
    title bytea NOT NULL,
    category text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'stored', 'failed')),
    step text NOT NULL,
    findings bytea,
    package text CHECK (package ~ '^[0-9a-f]{64}$'),
    package_size bigint,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    failure_zh text,
    failure_en text
);
GRANT UPDATE ON evidence.captures TO tianping_evidence;
CREATE INDEX captures_owner ON evidence.captures (owner, made_at DESC);
COMMENT ON COLUMN evidence.captures.findings IS 'JSON, sealed: addresses of pages may name people';

CREATE TABLE evidence.deposits (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL,
    organisation_id uuid,
    batch uuid NOT NULL,
    position integer NOT NULL CHECK (position >= 0),
    category text NOT NULL,
    title bytea NOT NULL,
    file_name bytea NOT NULL,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL CHECK (size >= 0),
    media_type text NOT NULL,
    upload_id uuid,
    capture_id uuid REFERENCES evidence.captures,
    claimed_at timestamptz,
    facts bytea,
    state text NOT NULL CHECK (state IN ('pending', 'stored', 'failed')),
    made_at timestamptz NOT NULL,
    number text UNIQUE,
    chain text,
    leaf bigint,
    stored_at timestamptz,
    failure_zh text,
    failure_en text,
    code bytea,
    code_digest bytea UNIQUE,
    shared_until timestamptz,
    forgotten_at timestamptz,
    revision integer NOT NULL DEFAULT 0,
    UNIQUE (batch, category, position),
    CHECK ((state = 'stored') = (number IS NOT NULL))
);
GRANT UPDATE ON evidence.deposits TO tianping_evidence;
CREATE INDEX deposits_owner ON evidence.deposits (owner, made_at DESC, id DESC);
CREATE INDEX deposits_organisation ON evidence.deposits (organisation_id, made_at DESC, id DESC) WHERE organisation_id IS NOT NULL;
CREATE INDEX deposits_unsettled ON evidence.deposits (state, made_at) WHERE state <> 'stored';
CREATE INDEX deposits_capture ON evidence.deposits (capture_id) WHERE capture_id IS NOT NULL;
COMMENT ON COLUMN evidence.deposits.batch IS 'With the category the reference at the node: asking again gives the same numbers';
COMMENT ON COLUMN evidence.deposits.facts IS 'Canonical JSON of the provenance, sealed; its digest is on the chain. Null once forgotten';

CREATE TABLE evidence.checks (
    id uuid PRIMARY KEY,
    filing_id uuid NOT NULL,
    number text NOT NULL,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    verification jsonb NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX checks_filing ON evidence.checks (filing_id, number, digest, made_at DESC);
COMMENT ON TABLE evidence.checks IS 'Verdicts on record. Rows are never changed or removed: no role has the right';

CREATE TABLE evidence.unchecked (
    filing_id uuid PRIMARY KEY,
    since timestamptz NOT NULL
);
GRANT DELETE ON evidence.unchecked TO tianping_evidence;
COMMENT ON TABLE evidence.unchecked IS 'Filings whose exhibits wait for the ledger to answer';

CREATE TABLE evidence.reports (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    counts jsonb NOT NULL,
    items bytea NOT NULL
);
GRANT UPDATE (items) ON evidence.reports TO tianping_evidence;
CREATE INDEX reports_case ON evidence.reports (case_id, made_at DESC);
COMMENT ON COLUMN evidence.reports.items IS 'JSON, sealed: labels of exhibits may name people';

CREATE TABLE evidence.docket_heads (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    seq integer NOT NULL CHECK (seq > 0),
    head text NOT NULL CHECK (head ~ '^[0-9a-f]{64}$'),
    batch uuid NOT NULL,
    position integer NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'stored', 'failed')),
    made_at timestamptz NOT NULL,
    number text UNIQUE,
    stored_at timestamptz,
    UNIQUE (case_id, seq),
    UNIQUE (batch, position)
);
GRANT UPDATE ON evidence.docket_heads TO tianping_evidence;
CREATE INDEX docket_heads_pending ON evidence.docket_heads (made_at) WHERE state = 'pending';

CREATE TABLE evidence.docket_watch (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seen_until timestamptz NOT NULL
);
GRANT UPDATE ON evidence.docket_watch TO tianping_evidence;
COMMENT ON TABLE evidence.docket_watch IS 'Up to where growing dockets were looked for, by the clock of the database';

CREATE TABLE evidence.applications (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$'),
    organisation_id uuid NOT NULL,
    organisation text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    categories text[] NOT NULL,
    certificate text NOT NULL,
    manifest text NOT NULL,
    papers_digest text NOT NULL CHECK (papers_digest ~ '^[0-9a-f]{64}$'),
    note bytea NOT NULL,
    standing text NOT NULL CHECK (standing IN ('received', 'applied', 'probation', 'admitted', 'suspended', 'revoked')),
    applied_by uuid NOT NULL,
    applied_at timestamptz NOT NULL,
    failure_zh text,
    failure_en text,
    revision integer NOT NULL DEFAULT 0
);
GRANT UPDATE ON evidence.applications TO tianping_evidence;
CREATE INDEX applications_organisation ON evidence.applications (organisation_id);

CREATE TABLE evidence.papers (
    id uuid PRIMARY KEY,
    application text NOT NULL REFERENCES evidence.applications,
    revision integer NOT NULL,
    kind text NOT NULL,
    name bytea NOT NULL,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL,
    media_type text NOT NULL,
    upload_id uuid NOT NULL
);
GRANT UPDATE (name) ON evidence.papers TO tianping_evidence;
CREATE INDEX papers_application ON evidence.papers (application, revision);

CREATE TABLE evidence.sheets (
    id uuid PRIMARY KEY,
    application text NOT NULL REFERENCES evidence.applications,
    standard text NOT NULL,
    score integer NOT NULL CHECK (score BETWEEN 0 AND 100),
    passed boolean NOT NULL,
    lines jsonb NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    recorded_at timestamptz,
    failure_zh text,
    failure_en text
);
GRANT UPDATE ON evidence.sheets TO tianping_evidence;
CREATE INDEX sheets_application ON evidence.sheets (application, made_at DESC);

CREATE TABLE evidence.resolutions (
    id uuid PRIMARY KEY,
    application text NOT NULL REFERENCES evidence.applications,
    decision text NOT NULL CHECK (decision IN ('probation', 'admit', 'refuse', 'suspend', 'resume', 'revoke')),
    reasons text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'dropped', 'decided', 'recorded', 'refused')),
    first_by uuid NOT NULL,
    first_at timestamptz NOT NULL,
    second_by uuid,
    second_at timestamptz,
    recorded_at timestamptz,
    failure_zh text,
    failure_en text,
    CHECK (second_by IS NULL OR second_by <> first_by)
);
GRANT UPDATE ON evidence.resolutions TO tianping_evidence;
CREATE UNIQUE INDEX resolutions_one_open ON evidence.resolutions (application) WHERE state IN ('waiting', 'decided');
COMMENT ON CONSTRAINT resolutions_check ON evidence.resolutions IS 'Two different officers decide';
