"""What is asked, of which checkpoints."""
