"""Tianping (天平): an open-source Internet court."""

__version__ = "0.1.0"
