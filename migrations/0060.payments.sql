-- Fee orders, relief, payments through a gateway, statements, and the double-entry ledger of court money.
-- depends: 0002.platform

CREATE SCHEMA payments AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA payments TO tianping_payments;
ALTER DEFAULT PRIVILEGES IN SCHEMA payments GRANT SELECT, INSERT, UPDATE ON TABLES TO tianping_payments;
ALTER DEFAULT PRIVILEGES IN SCHEMA payments GRANT USAGE ON SEQUENCES TO tianping_payments;

CREATE TABLE payments.orders (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    case_number text NOT NULL,
    payer uuid NOT NULL,
    purpose text NOT NULL,
    amount numeric(15, 2) NOT NULL CHECK (amount >= 0),
    state text NOT NULL CHECK (state IN ('due', 'deferred', 'paid', 'waived', 'overdue', 'cancelled', 'refunded')),
    due date NOT NULL,
    counted jsonb NOT NULL,
    steps jsonb NOT NULL,
    articles text[] NOT NULL,
    created_at timestamptz NOT NULL,
    paid_at timestamptz,
    receipt_number text UNIQUE,
    revision integer NOT NULL DEFAULT 0,
    UNIQUE (case_id, purpose)
);
CREATE INDEX orders_due ON payments.orders (due) WHERE state IN ('due', 'deferred');
CREATE INDEX orders_payer ON payments.orders (payer, created_at DESC);

CREATE TABLE payments.reliefs (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES payments.orders,
    kind text NOT NULL CHECK (kind IN ('deferral', 'reduction', 'waiver')),
    ground text NOT NULL,
    explanation bytea NOT NULL,
    proof uuid[] NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'granted', 'refused')),
    decided_by uuid,
    decided_at timestamptz,
    reasons text,
    reduce_to numeric(15, 2),
    new_due date
);
CREATE UNIQUE INDEX reliefs_one_open ON payments.reliefs (order_id) WHERE state = 'asked';

CREATE TABLE payments.attempts (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES payments.orders,
    gateway text NOT NULL,
    reference text NOT NULL,
    amount numeric(15, 2) NOT NULL,
    state text NOT NULL CHECK (state IN ('started', 'succeeded', 'failed')),
    pay_at text NOT NULL,
    started_by uuid NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    UNIQUE (gateway, reference)
);
CREATE INDEX attempts_order ON payments.attempts (order_id);

CREATE TABLE payments.notifications (
    gateway text NOT NULL,
    nonce text NOT NULL,
    digest text NOT NULL,
    received_at timestamptz NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (gateway, nonce)
);

CREATE TABLE payments.refunds (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES payments.orders,
    amount numeric(15, 2) NOT NULL CHECK (amount > 0),
    reason text NOT NULL,
    article text NOT NULL,
    due date NOT NULL,
    state text NOT NULL CHECK (state IN ('owed', 'sent')),
    reference text,
    made_at timestamptz NOT NULL,
    sent_at timestamptz,
    UNIQUE (order_id, reason)
);

CREATE TABLE payments.receipt_series (
    year integer PRIMARY KEY,
    last integer NOT NULL
);

CREATE TABLE payments.statements (
    gateway text NOT NULL,
    day date NOT NULL,
    read_at timestamptz NOT NULL,
    matched integer NOT NULL,
    differences jsonb NOT NULL,
    PRIMARY KEY (gateway, day)
);

CREATE TABLE payments.entries (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    what text NOT NULL,
    order_id uuid,
    cause text NOT NULL UNIQUE
);
CREATE TABLE payments.postings (
    entry_id uuid NOT NULL REFERENCES payments.entries,
    account text NOT NULL CHECK (account IN
        ('receivable', 'fees_held', 'gateway', 'treasury', 'refunds_payable', 'differences')),
    amount numeric(15, 2) NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (entry_id, account)
);
COMMENT ON TABLE payments.entries IS 'Double-entry: the postings of an entry sum to zero; debit positive. `cause` makes it once.';

CREATE FUNCTION payments.entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM payments.postings WHERE entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON payments.postings
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.entry_balances();
REVOKE UPDATE ON payments.entries, payments.postings FROM tianping_payments;

CREATE TABLE payments.stand_in (
    reference text PRIMARY KEY,
    order_id uuid NOT NULL,
    amount numeric(15, 2) NOT NULL,
    description text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'paid', 'declined')),
    at timestamptz NOT NULL
);
COMMENT ON TABLE payments.stand_in IS 'The local stand-in for a payment gateway keeps its own books here, as a bank would';
CREATE TABLE payments.stand_in_refunds (
    refund_id uuid PRIMARY KEY,
    reference text NOT NULL REFERENCES payments.stand_in,
    amount numeric(15, 2) NOT NULL,
    at timestamptz NOT NULL
);
