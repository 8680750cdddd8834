"""Rules of evidence as pure functions."""
