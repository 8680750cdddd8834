-- Accounts in full: identity numbers, one-time codes, TOTP, tokens, organisations, mandates, staff, administrators' trace.
-- Throttling moves to a table keyed by the number that was tried, so that unknown numbers behave as known ones do.
-- depends: 0010.identity

ALTER TABLE identity.people
    DROP COLUMN failures,
    DROP COLUMN failed_at,
    ADD COLUMN identity_number bytea,
    ADD COLUMN identity_number_digest bytea UNIQUE,
    ADD COLUMN email bytea,
    ADD COLUMN address bytea,
    ADD COLUMN real_name_source text,
    ADD COLUMN real_name_matched boolean,
    ADD COLUMN staff boolean NOT NULL DEFAULT false,
    ADD COLUMN subjects text[] NOT NULL DEFAULT '{}',
    ADD COLUMN load_weight numeric(4, 2) NOT NULL DEFAULT 1 CHECK (load_weight BETWEEN 0 AND 2),
    ADD COLUMN licence bytea,
    ADD COLUMN firm text,
    ADD COLUMN licence_state text CHECK (licence_state IN ('stated', 'confirmed', 'refused')),
    ADD COLUMN totp_secret bytea,
    ADD COLUMN totp_on boolean NOT NULL DEFAULT false,
    ADD COLUMN totp_step bigint NOT NULL DEFAULT 0,
    ADD COLUMN demo_about jsonb,
    ADD CONSTRAINT duties_separate CHECK (
        ('system_admin' = ANY (roles))::int + ('security_admin' = ANY (roles))::int + ('audit_admin' = ANY (roles))::int <= 1
    );
COMMENT ON COLUMN identity.people.totp_step IS 'The last 30-second step whose code was used: a code works once';
COMMENT ON COLUMN identity.people.demo_about IS 'Set for the people of the demo court only: {zh, en} shown beside the one-click sign-in';
CREATE INDEX people_staff ON identity.people (id) WHERE staff;
CREATE INDEX people_licence ON identity.people (id) WHERE licence_state = 'stated';

CREATE TABLE identity.recovery_codes (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES identity.people,
    digest bytea NOT NULL,
    used_at timestamptz
);
CREATE INDEX recovery_codes_person ON identity.recovery_codes (person_id);

CREATE TABLE identity.sign_in_failures (
    mobile_digest bytea PRIMARY KEY,
    failures integer NOT NULL,
    failed_at timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_at ON identity.sign_in_failures (failed_at);

CREATE TABLE identity.one_time_codes (
    id uuid PRIMARY KEY,
    mobile_digest bytea NOT NULL,
    purpose text NOT NULL,
    code_digest bytea NOT NULL,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    used_at timestamptz
);
CREATE INDEX one_time_codes_mobile ON identity.one_time_codes (mobile_digest, sent_at);

CREATE TABLE identity.solved_challenges (
    digest bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE TABLE identity.api_tokens (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES identity.people,
    name text NOT NULL,
    token_digest bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_tokens_person ON identity.api_tokens (person_id);

CREATE TABLE identity.organisations (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    credit_code text NOT NULL UNIQUE,
    legal_representative bytea NOT NULL,
    address text,
    register_matched boolean,
    register_source text NOT NULL,
    registered_by uuid NOT NULL REFERENCES identity.people,
    registered_at timestamptz NOT NULL
);

CREATE TABLE identity.members (
    organisation_id uuid NOT NULL REFERENCES identity.organisations,
    person_id uuid NOT NULL REFERENCES identity.people,
    role text NOT NULL CHECK (role IN ('owner', 'member')),
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX members_person ON identity.members (person_id);

CREATE TABLE identity.invitations (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES identity.organisations,
    mobile bytea NOT NULL,
    mobile_digest bytea NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'member')),
    invited_by uuid NOT NULL REFERENCES identity.people,
    invited_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    settled_at timestamptz
);
CREATE INDEX invitations_mobile ON identity.invitations (mobile_digest) WHERE state = 'open';
CREATE UNIQUE INDEX invitations_once ON identity.invitations (organisation_id, mobile_digest) WHERE state = 'open';

CREATE TABLE identity.mandates (
    id uuid PRIMARY KEY,
    agent uuid NOT NULL REFERENCES identity.people,
    agent_kind text NOT NULL,
    principal_person uuid REFERENCES identity.people,
    principal_organisation uuid REFERENCES identity.organisations,
    given_by uuid NOT NULL REFERENCES identity.people,
    matter uuid,
    powers text[] NOT NULL CHECK ('general' = ANY (powers)),
    valid_until date,
    given_at timestamptz NOT NULL,
    signature_kind text NOT NULL CHECK (signature_kind IN ('drawn', 'typed')),
    signature bytea NOT NULL,
    digest text NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid REFERENCES identity.people,
    CHECK (num_nonnulls(principal_person, principal_organisation) = 1),
    CHECK (principal_person IS NULL OR principal_person <> agent)
);
CREATE INDEX mandates_agent ON identity.mandates (agent) WHERE revoked_at IS NULL;
CREATE INDEX mandates_person ON identity.mandates (principal_person);
CREATE INDEX mandates_organisation ON identity.mandates (principal_organisation);
COMMENT ON COLUMN identity.mandates.signature IS 'Sealed JSON {name, image}: what the principal signed with; image is a PNG data URL or null';
COMMENT ON COLUMN identity.mandates.digest IS 'SM3 over the canonical JSON of the mandate that was signed';

CREATE TABLE identity.role_grants (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES identity.people,
    role text NOT NULL,
    requested_by uuid NOT NULL REFERENCES identity.people,
    requested_at timestamptz NOT NULL,
    settled_by uuid REFERENCES identity.people,
    settled_at timestamptz,
    state text NOT NULL CHECK (state IN ('open', 'confirmed', 'refused')),
    CHECK (settled_by <> requested_by),
    CHECK (settled_by <> person_id),
    CHECK ((state = 'open') = (settled_by IS NULL))
);
CREATE UNIQUE INDEX role_grants_once ON identity.role_grants (person_id, role) WHERE state = 'open';

CREATE TABLE identity.leaves (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES identity.people,
    first_day date NOT NULL,
    last_day date NOT NULL,
    noted_by uuid NOT NULL REFERENCES identity.people,
    noted_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    CHECK (last_day >= first_day)
);
CREATE INDEX leaves_person ON identity.leaves (person_id) WHERE cancelled_at IS NULL;

CREATE TABLE identity.access_log (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES identity.people,
    matter text NOT NULL,
    matter_id uuid,
    what text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (person_id, matter, matter_id, what, at)
);
CREATE INDEX access_log_matter ON identity.access_log (matter_id, id DESC);
CREATE INDEX access_log_person ON identity.access_log (person_id, id DESC);
COMMENT ON TABLE identity.access_log IS 'Who of the court opened or administered what. Append-only: the role may not change or remove rows.';
REVOKE UPDATE, DELETE ON identity.access_log FROM tianping_identity;

CREATE TABLE identity.key_rotations (
    id uuid PRIMARY KEY,
    number integer NOT NULL,
    by uuid NOT NULL REFERENCES identity.people,
    at timestamptz NOT NULL,
    finished_at timestamptz
);
