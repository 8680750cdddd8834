"""Measures: each figure beside a peer or a physical limit in the same run. `python -m bench` prints them all."""
