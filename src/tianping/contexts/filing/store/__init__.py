"""All SQL of filing. Functions take a transaction (or a reader) and the keyring that opens sealed columns."""
