-- Filings: a draft begun anew with the answers of an earlier filing.
-- depends: 0044.filing_clocks

ALTER TABLE filing.filings ADD COLUMN begun_from uuid REFERENCES filing.filings;
COMMENT ON COLUMN filing.filings.begun_from IS 'The earlier filing whose answers this draft was begun with; null for a draft begun empty';
CREATE INDEX filings_begun_from ON filing.filings (begun_from) WHERE begun_from IS NOT NULL;
