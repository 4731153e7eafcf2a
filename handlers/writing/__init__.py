"""What models write, word by word: summaries, translations, and whatever a prompt asks for."""
