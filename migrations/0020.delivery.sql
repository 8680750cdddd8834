-- Messages to people: a row for each channel, its words sealed. What cannot be sent stays visible with its reason.
-- depends: 0002.platform

CREATE SCHEMA delivery AUTHORIZATION tianping_migrator;
GRANT USAGE ON SCHEMA delivery TO tianping_delivery;
ALTER DEFAULT PRIVILEGES IN SCHEMA delivery GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tianping_delivery;

CREATE TABLE delivery.messages (
    id uuid PRIMARY KEY,
    person_id uuid,
    channel text NOT NULL CHECK (channel IN ('in_app', 'sms', 'email')),
    key text NOT NULL,
    address bytea,
    words bytea,
    link text,
    matter uuid,
    secret boolean NOT NULL DEFAULT false,
    expires_at timestamptz,
    state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'expired')),
    via text,
    attempts integer NOT NULL DEFAULT 0,
    failure text,
    queued_at timestamptz NOT NULL,
    sent_at timestamptz,
    read_at timestamptz,
    UNIQUE (key, channel),
    CHECK (person_id IS NOT NULL OR address IS NOT NULL OR secret)
);
CREATE INDEX messages_person ON delivery.messages (person_id, id DESC) WHERE channel = 'in_app';
CREATE INDEX messages_unread ON delivery.messages (person_id) WHERE channel = 'in_app' AND read_at IS NULL;
CREATE INDEX messages_failed ON delivery.messages (id DESC) WHERE state = 'failed';
CREATE INDEX messages_secret ON delivery.messages (expires_at) WHERE secret AND words IS NOT NULL;
COMMENT ON COLUMN delivery.messages.words IS 'SM4-GCM sealed JSON {title, body}; null once a secret text is spent';
COMMENT ON COLUMN delivery.messages.via IS 'The adapter that took it: app, stand_in, http, smpp, smtp';
