"""How a browser is let in, and what it is told where it is not."""
