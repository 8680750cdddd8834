-- Cases: from which day the fee's period is counted; requests about the bench that wait for a decision, oldest first.
-- depends: 0050.cases

ALTER TABLE cases.cases ADD COLUMN fee_from date;
COMMENT ON COLUMN cases.cases.fee_from IS 'Court-local day on which the fee was asked for; null for cases asked before this was kept';
CREATE INDEX requests_open ON cases.requests (requested_at, id) WHERE state = 'open';
