"""Identity 身份: people, organisations, roles, sign-in, sessions, agents' mandates.

Law: ORL art. 7 (real-name registration, a dedicated account, acts with the account are one's own); CPL arts. 61-63
(agents and their powers); PIPL arts. 28, 51 (sensitive data, encryption).
"""
