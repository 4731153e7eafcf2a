"""What the numbers in settings and sentences mean."""

MB = 1_000_000
