"""How a checkpoint comes of labelled texts: one recipe a file, chosen by its name in the plan."""
