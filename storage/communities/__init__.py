"""Communities and their people: what they chose, how long it is kept, and how it is erased."""
