-- Filings: drafts, review, acceptance. Answers, edits, signatures and the court's words are sealed (SM4-GCM);
-- `_digest` columns are keyed SM3, for search and comparison without reading.
-- depends: 0002.platform

CREATE SCHEMA filing AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA filing TO tianping_filing;
ALTER DEFAULT PRIVILEGES IN SCHEMA filing GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tianping_filing;
ALTER DEFAULT PRIVILEGES IN SCHEMA filing GRANT USAGE ON SEQUENCES TO tianping_filing;

CREATE TABLE filing.filings (
    id uuid PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('draft', 'discarded', 'under_review', 'correction_requested', 'accepted',
                                         'returned', 'refused', 'withdrawn')),
    number text UNIQUE,
    filer uuid NOT NULL,
    for_person uuid,
    for_organisation uuid,
    mandate_id uuid,
    case_type text,
    revision integer NOT NULL DEFAULT 0,
    touched jsonb NOT NULL DEFAULT '{}',
    answers bytea NOT NULL,
    edits bytea,
    signature bytea,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    warned_at timestamptz,
    submitted_at timestamptz,
    received_at timestamptz,
    review_due date,
    review_warned_on date,
    round integer NOT NULL DEFAULT 0,
    correction_asked boolean NOT NULL DEFAULT false,
    corrected boolean NOT NULL DEFAULT false,
    reviewer uuid,
    claimed_at timestamptz,
    decided_at timestamptz,
    decided_by uuid,
    cause text,
    subject_type text,
    fee_act text,
    procedure text,
    bench text,
    amount numeric(17, 2),
    digest text,
    related_cases text[] NOT NULL DEFAULT '{}',
    CHECK ((number IS NULL) = (submitted_at IS NULL))
);
CREATE INDEX filings_filer ON filing.filings (filer, id DESC);
CREATE INDEX filings_for_person ON filing.filings (for_person, id DESC) WHERE for_person IS NOT NULL;
CREATE INDEX filings_for_organisation ON filing.filings (for_organisation, id DESC) WHERE for_organisation IS NOT NULL;
CREATE INDEX filings_queue ON filing.filings (review_due, id) WHERE state IN ('under_review', 'correction_requested');
CREATE INDEX filings_reviewer ON filing.filings (reviewer, review_due) WHERE reviewer IS NOT NULL;
CREATE INDEX filings_expiry ON filing.filings (expires_at) WHERE state IN ('draft', 'discarded');
COMMENT ON COLUMN filing.filings.touched IS 'Answer group to the revision that changed it last: how two devices notice each other';
COMMENT ON COLUMN filing.filings.received_at IS 'When the material under review came in: the submission, or the correction';

CREATE TABLE filing.fingerprints (
    filing_id uuid NOT NULL REFERENCES filing.filings ON DELETE CASCADE,
    kind text NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (filing_id, kind, digest)
);
CREATE INDEX fingerprints_digest ON filing.fingerprints (digest, kind);
COMMENT ON TABLE filing.fingerprints IS 'Keyed digests of parties, order numbers, links and amounts: like filings are found, nothing can be read';

CREATE TABLE filing.exhibits (
    filing_id uuid NOT NULL REFERENCES filing.filings ON DELETE CASCADE,
    upload_id uuid NOT NULL,
    owner uuid NOT NULL,
    digest text,
    pages integer,
    size bigint,
    PRIMARY KEY (filing_id, upload_id)
);
COMMENT ON COLUMN filing.exhibits.digest IS 'SM3, pages and size as they were when handed in; null in a draft';

CREATE TABLE filing.notices (
    id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    filing_id uuid NOT NULL REFERENCES filing.filings ON DELETE CASCADE,
    position integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('correction', 'return', 'redirect', 'refusal')),
    content bytea NOT NULL,
    due date,
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (filing_id, position)
);
-- What is missing is told once (ORL art. 9): a second correction notice of one filing cannot be stored.
CREATE UNIQUE INDEX notices_one_correction ON filing.notices (filing_id) WHERE kind = 'correction';

CREATE TABLE filing.checks (
    id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    filing_id uuid NOT NULL REFERENCES filing.filings ON DELETE CASCADE,
    round integer NOT NULL,
    item text NOT NULL,
    finding text NOT NULL CHECK (finding IN ('met', 'not_met', 'unclear')),
    note bytea NOT NULL,
    page text NOT NULL,
    by uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (filing_id, round, item)
);

CREATE TABLE filing.steps (
    filing_id uuid NOT NULL REFERENCES filing.filings ON DELETE CASCADE,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    act text NOT NULL,
    state text NOT NULL,
    by uuid,
    at timestamptz NOT NULL,
    articles text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (filing_id, seq)
);

CREATE TABLE filing.number_series (
    year integer PRIMARY KEY,
    last integer NOT NULL
);
