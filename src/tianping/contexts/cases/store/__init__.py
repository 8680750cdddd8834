"""All SQL of cases: the case file, the docket, draws and commitments, requests and exclusions."""
