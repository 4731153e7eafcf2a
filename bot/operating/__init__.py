"""What an operator does with a data folder: back it up, restore it, check what was noted."""
