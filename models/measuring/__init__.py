"""How classifiers fare on texts that are kept for that, in a process of its own."""
