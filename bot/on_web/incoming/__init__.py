"""What a browser sends: who it is, and filled-in forms."""
