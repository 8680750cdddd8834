"""Nouns of evidence."""
