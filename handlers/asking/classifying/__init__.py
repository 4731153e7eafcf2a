"""`/classify`, and what is shown, kept and told of a classification."""
