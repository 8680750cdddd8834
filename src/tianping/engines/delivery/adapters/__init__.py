"""Ways out of the house. Each takes an `Outgoing` and says who has it, or why not."""
