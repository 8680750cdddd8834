"""Where the one-file form begins."""

import sys

from tianping_verify.cli import main


def run() -> None:
    sys.exit(main())
