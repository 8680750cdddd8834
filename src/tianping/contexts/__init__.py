"""The court's work, one folder per bounded context. `identity` is the one to read first."""
