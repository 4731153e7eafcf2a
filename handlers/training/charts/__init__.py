"""A training and what came of it as pictures; their words need no Korean letters."""
