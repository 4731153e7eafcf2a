"""Whole files at once: each row of a file is asked, and the file comes back with the answers."""
