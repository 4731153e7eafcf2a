"""Lines that a program or a file gives, and answers where nobody types."""
