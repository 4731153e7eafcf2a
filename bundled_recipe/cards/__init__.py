"""What the checkpoints reach, measured as they are on disk, and the cards that say so."""
