"""Rules of identity as pure functions: no clock, no I/O. One file a subject."""
