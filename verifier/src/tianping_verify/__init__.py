"""Checks a certificate of storage or a proof bundle of Tianping's evidence ledger, without a network and without us.

Written from the published format (docs/ledger-format.md) alone, with the standard library alone.
"""

from tianping_verify.checking import check
from tianping_verify.report import Check, Options, Report, Result, Verdict

__all__ = ["Check", "Options", "Report", "Result", "Verdict", "check"]
__version__ = "0.1.0"
