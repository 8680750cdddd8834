"""`python -m tianping_verify`."""

import sys

from tianping_verify.cli import main

sys.exit(main())
