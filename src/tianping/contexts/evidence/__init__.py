"""Evidence: deposits on the ledger made through the court, captures of web pages, exhibits held against the ledger, the
docket's heads on it, access of platforms to it, and the public view of it.

Law: ORL 11-13, 16-19; IC18 11; CPL 66-84.
"""
