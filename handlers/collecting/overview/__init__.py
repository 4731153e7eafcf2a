"""How far a dataset has come: its texts, its labels, how far people agree, and who they are."""
