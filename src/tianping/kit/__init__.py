"""Pure building blocks of every floor: ids, money, clock, digests, problems. Imports nothing of ours."""
