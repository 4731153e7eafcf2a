"""What a checkpoint is, told from its files."""
