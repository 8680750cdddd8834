-- Filings: third parties, corrections that run out or are given more time, reviews that are late, and what was handed
-- in while it is being corrected.
-- depends: 0040.filing

ALTER TABLE filing.filings
    ADD COLUMN correction_due date,
    ADD COLUMN correction_warned_for date,
    ADD COLUMN late_noted_for date,
    ADD COLUMN third_parties_left_out smallint[] NOT NULL DEFAULT '{}',
    ADD COLUMN filed_answers bytea,
    ADD COLUMN filed_edits bytea,
    ADD COLUMN filed_signature bytea;
COMMENT ON COLUMN filing.filings.correction_due IS 'Last court-local day for the correction, extensions counted';
COMMENT ON COLUMN filing.filings.late_noted_for IS 'The last day of the review that was noted as missed';
COMMENT ON COLUMN filing.filings.third_parties_left_out IS 'Positions of third parties that the court does not notify (JI art. 222)';
COMMENT ON COLUMN filing.filings.filed_answers IS 'What was handed in, while the filer is correcting it: the court sees nothing that was not handed in';

UPDATE filing.filings f SET correction_due = n.due
    FROM filing.notices n WHERE n.filing_id = f.id AND n.kind = 'correction';

CREATE INDEX filings_correction_due ON filing.filings (correction_due) WHERE state = 'correction_requested';

ALTER TABLE filing.notices DROP CONSTRAINT notices_kind_check;
ALTER TABLE filing.notices ADD CONSTRAINT notices_kind_check
    CHECK (kind IN ('correction', 'return', 'redirect', 'refusal', 'extension', 'lapse'));
-- What follows from the lapse of time has no author.
ALTER TABLE filing.notices ALTER COLUMN decided_by DROP NOT NULL;
ALTER TABLE filing.notices ADD CONSTRAINT notices_author CHECK (decided_by IS NOT NULL OR kind = 'lapse');
