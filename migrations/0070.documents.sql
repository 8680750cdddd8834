-- Papers of the court: series of numbers without gaps, and what was issued. The PDF itself is a blob, named by its SM3.
-- depends: 0002.platform

CREATE SCHEMA documents AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA documents TO tianping_documents;
ALTER DEFAULT PRIVILEGES IN SCHEMA documents GRANT SELECT, INSERT ON TABLES TO tianping_documents;

CREATE TABLE documents.series (
    court text NOT NULL,
    year integer NOT NULL,
    kind text NOT NULL,
    last integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (court, year, kind)
);
GRANT UPDATE ON documents.series TO tianping_documents;

CREATE TABLE documents.issued (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    kind text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    filing_id uuid,
    case_id uuid,
    matter uuid NOT NULL,
    cause text NOT NULL UNIQUE,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL,
    pages integer NOT NULL CHECK (pages > 0),
    readers uuid[] NOT NULL,
    open_to_parties boolean NOT NULL,
    issued_at timestamptz NOT NULL,
    UNIQUE (matter, kind, version)
);
CREATE INDEX issued_filing ON documents.issued (filing_id, issued_at) WHERE filing_id IS NOT NULL;
CREATE INDEX issued_case ON documents.issued (case_id, issued_at) WHERE case_id IS NOT NULL;
CREATE INDEX issued_readers ON documents.issued USING gin (readers);
COMMENT ON TABLE documents.issued IS 'Rows are never changed or removed: no role has the right.';
COMMENT ON COLUMN documents.issued.cause IS 'The event and kind that this paper answers, so that it is made once';
COMMENT ON COLUMN documents.issued.matter IS 'What versions are counted in: the filing, case, order or mandate';
