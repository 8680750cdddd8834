"""Acts of cases, by topic: opening, assignment, requests about the bench, changes, commitments, reading."""
