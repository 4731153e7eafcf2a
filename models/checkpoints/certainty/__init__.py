"""What a checkpoint says of how sure it is."""
