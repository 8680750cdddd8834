"""Acts of documents: issue, read, check, and compose a complaint."""
