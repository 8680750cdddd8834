-- Identity: when an account was closed and by whom, so that closed accounts can be listed.
-- depends: 0011.identity_accounts

ALTER TABLE identity.people ADD COLUMN closed_at timestamptz, ADD COLUMN closed_by uuid;
COMMENT ON COLUMN identity.people.closed_at IS 'Null while the account is open, and where no record says when it was closed';
UPDATE identity.people p SET closed_at = l.at, closed_by = l.person_id
  FROM (SELECT DISTINCT ON (matter_id) matter_id, at, person_id FROM identity.access_log
        WHERE matter = 'account' AND what = 'account closed' ORDER BY matter_id, at DESC) l
 WHERE l.matter_id = p.id AND NOT p.active;
CREATE INDEX people_closed ON identity.people ((coalesce(closed_at, registered_at)) DESC, id DESC) WHERE NOT active;
