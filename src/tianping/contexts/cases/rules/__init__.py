"""Law of cases as pure functions: draws, the docket's chain, stages and permitted acts, who may see, refusals, words."""
