-- Cases: what a third party claims for itself.
-- depends: 0055.cases_counting

ALTER TABLE cases.parties ADD COLUMN independent_claim boolean;
COMMENT ON COLUMN cases.parties.independent_claim IS
    'Of a third party: whether it claims the object of the dispute for itself (CPL art. 59); null for all others, and where it was not kept';
