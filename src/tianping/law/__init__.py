"""The law floor: dated figures (`lawbook`), the court calendar, and rules every context shares.

Pure: no clock, no network, no database. Only `lawbook.load` reads files. Every rule takes its date.
"""
