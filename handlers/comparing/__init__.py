"""*Compare in chat*: people say which of two versions is right, without knowing which is which."""
