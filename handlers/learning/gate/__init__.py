"""Whether a new model is better than the one that answers, told from the same items. Pure."""
