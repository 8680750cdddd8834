"""Law of filing as pure functions: states and acts, completeness, claims, duplicates, clocks, composition."""
