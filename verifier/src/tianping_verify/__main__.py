"""`python -m tianping_verify`."""

from tianping_verify.entry import run

run()
