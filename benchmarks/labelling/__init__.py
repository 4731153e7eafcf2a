"""How labels become gold, measured beside what others do."""
