-- Cases: numbers, parties, bench, docket, draws that anyone can recompute, requests about the bench.
-- depends: 0002.platform

CREATE SCHEMA cases AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA cases TO tianping_cases;
ALTER DEFAULT PRIVILEGES IN SCHEMA cases GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tianping_cases;
ALTER DEFAULT PRIVILEGES IN SCHEMA cases GRANT USAGE ON SEQUENCES TO tianping_cases;

CREATE FUNCTION cases.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE cases.series (
    court text NOT NULL,
    year integer NOT NULL,
    type_word text NOT NULL,
    last_number integer NOT NULL,
    PRIMARY KEY (court, year, type_word)
);
COMMENT ON TABLE cases.series IS 'The last number allotted; the row is locked while a case is opened, so that none is skipped or given twice';

CREATE TABLE cases.cases (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    court text NOT NULL,
    year integer NOT NULL,
    type_word text NOT NULL,
    serial integer NOT NULL,
    filing_id uuid NOT NULL UNIQUE,
    filing_number text NOT NULL,
    filing_digest text NOT NULL,
    filer uuid NOT NULL,
    submitted_at timestamptz NOT NULL,
    accepted_at timestamptz NOT NULL,
    accepted_by uuid NOT NULL,
    cause text NOT NULL,
    case_type text NOT NULL,
    fee_act text NOT NULL,
    procedure text NOT NULL,
    bench_kind text NOT NULL,
    stage text NOT NULL,
    amount numeric(17, 2),
    division text,
    evidence_count integer NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_on date NOT NULL,
    trial_due date,
    fee_due date,
    next_due date,
    waiting text,
    waiting_since timestamptz,
    paid_at timestamptz,
    assigned_at timestamptz,
    bench_notified boolean NOT NULL DEFAULT false,
    closed_at timestamptz,
    closed_ground text,
    docket_seq integer NOT NULL DEFAULT 0,
    docket_head text NOT NULL,
    document_count integer NOT NULL DEFAULT 0,
    UNIQUE (court, year, type_word, serial)
);
COMMENT ON COLUMN cases.cases.next_due IS 'Court-local day of the next step, for work lists';
CREATE INDEX cases_opened ON cases.cases (opened_at DESC, id DESC);
CREATE INDEX cases_due ON cases.cases (next_due) WHERE closed_at IS NULL;

CREATE TABLE cases.parties (
    case_id uuid NOT NULL REFERENCES cases.cases,
    ordinal integer NOT NULL,
    capacity text NOT NULL,
    kind text NOT NULL,
    name bytea NOT NULL,
    name_digest bytea NOT NULL,
    person_id uuid,
    organisation_id uuid,
    agents uuid[] NOT NULL,
    known bytea,
    PRIMARY KEY (case_id, ordinal)
);
COMMENT ON COLUMN cases.parties.known IS 'What is known of a party whose identity is not, sealed';
CREATE INDEX parties_person ON cases.parties (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX parties_organisation ON cases.parties (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX parties_name ON cases.parties (name_digest);

CREATE TABLE cases.relations (
    case_id uuid NOT NULL REFERENCES cases.cases,
    number text NOT NULL,
    PRIMARY KEY (case_id, number)
);
CREATE INDEX relations_number ON cases.relations (number);

CREATE TABLE cases.docket (
    case_id uuid NOT NULL REFERENCES cases.cases,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    text_zh text NOT NULL,
    text_en text NOT NULL,
    articles text[] NOT NULL,
    refs jsonb NOT NULL,
    restricted_digest text,
    restricted bytea,
    visible_to text[] NOT NULL,
    prev text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (case_id, seq)
);
COMMENT ON COLUMN cases.docket.restricted IS 'Sealed JSON {salt, zh, en}; restricted_digest is made over it';
CREATE TRIGGER docket_append_only BEFORE UPDATE OR DELETE ON cases.docket
    FOR EACH ROW EXECUTE FUNCTION cases.refuse_change();
CREATE TRIGGER docket_not_emptied BEFORE TRUNCATE ON cases.docket
    FOR EACH STATEMENT EXECUTE FUNCTION cases.refuse_change();
REVOKE UPDATE, DELETE ON cases.docket FROM tianping_cases;

CREATE TABLE cases.commitments (
    seq integer PRIMARY KEY,
    at timestamptz NOT NULL,
    commitment text NOT NULL,
    prev text NOT NULL,
    hash text NOT NULL
);
CREATE TRIGGER commitments_append_only BEFORE UPDATE OR DELETE ON cases.commitments
    FOR EACH ROW EXECUTE FUNCTION cases.refuse_change();
CREATE TRIGGER commitments_not_emptied BEFORE TRUNCATE ON cases.commitments
    FOR EACH STATEMENT EXECUTE FUNCTION cases.refuse_change();
REVOKE UPDATE, DELETE ON cases.commitments FROM tianping_cases;

CREATE TABLE cases.seeds (
    seq integer PRIMARY KEY REFERENCES cases.commitments,
    at timestamptz NOT NULL,
    seed bytea NOT NULL,
    used_at timestamptz
);
COMMENT ON COLUMN cases.seeds.seed IS 'SM4-GCM sealed until its draw reveals it';
CREATE INDEX seeds_unused ON cases.seeds (seq) WHERE used_at IS NULL;

CREATE TABLE cases.draws (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases.cases,
    ordinal integer NOT NULL,
    at timestamptz NOT NULL,
    purpose text NOT NULL,
    commitment_seq integer NOT NULL UNIQUE REFERENCES cases.commitments,
    seed text NOT NULL,
    basis text NOT NULL,
    basis_at timestamptz NOT NULL,
    input text NOT NULL,
    steps jsonb NOT NULL,
    chosen jsonb NOT NULL,
    judges jsonb NOT NULL,
    UNIQUE (case_id, ordinal)
);
COMMENT ON COLUMN cases.draws.input IS 'Canonical JSON, exactly as it was drawn on';
CREATE TRIGGER draws_append_only BEFORE UPDATE OR DELETE ON cases.draws
    FOR EACH ROW EXECUTE FUNCTION cases.refuse_change();
CREATE TRIGGER draws_not_emptied BEFORE TRUNCATE ON cases.draws
    FOR EACH STATEMENT EXECUTE FUNCTION cases.refuse_change();
REVOKE UPDATE, DELETE ON cases.draws FROM tianping_cases;

CREATE TABLE cases.bench (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases.cases,
    person_id uuid NOT NULL,
    name text NOT NULL,
    seat text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz
);
CREATE UNIQUE INDEX bench_one_seat ON cases.bench (case_id, person_id) WHERE until IS NULL;
CREATE INDEX bench_person ON cases.bench (person_id) WHERE until IS NULL;

CREATE TABLE cases.exclusions (
    id uuid PRIMARY KEY,
    judge uuid NOT NULL,
    kind text NOT NULL,
    case_id uuid REFERENCES cases.cases,
    party_name bytea,
    party_digest bytea,
    declared_by uuid NOT NULL,
    declared_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    CHECK ((case_id IS NULL) <> (party_digest IS NULL))
);
COMMENT ON TABLE cases.exclusions IS 'Judge and party (by keyed digest of its name), or judge and case, that must not meet. CPL art. 47';
CREATE INDEX exclusions_judge ON cases.exclusions (judge) WHERE withdrawn_at IS NULL;
CREATE INDEX exclusions_party ON cases.exclusions (party_digest) WHERE withdrawn_at IS NULL;
CREATE INDEX exclusions_case ON cases.exclusions (case_id) WHERE withdrawn_at IS NULL;

CREATE TABLE cases.requests (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases.cases,
    kind text NOT NULL,
    about uuid NOT NULL,
    about_name text NOT NULL,
    level text NOT NULL,
    ground text NOT NULL,
    reason bytea NOT NULL,
    requested_by uuid NOT NULL,
    requester text NOT NULL,
    requested_at timestamptz NOT NULL,
    due date,
    reconsiders uuid UNIQUE REFERENCES cases.requests,
    state text NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    decision_reason bytea
);
CREATE INDEX requests_case ON cases.requests (case_id);
CREATE UNIQUE INDEX requests_one_open ON cases.requests (case_id, kind, about) WHERE state = 'open';
