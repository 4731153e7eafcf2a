"""How tokenizers are found, tried and asked."""
