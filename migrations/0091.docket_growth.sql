-- When a docket last grew, by the clock of the database, so that its heads are deposited without looking at every case.
-- depends: 0050.cases

ALTER TABLE cases.cases ADD COLUMN docket_grown_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX cases_docket_growth ON cases.cases (docket_grown_at, id);
