"""What becomes of the rows of a file: texts with labels, counted first, then kept. Pure."""
