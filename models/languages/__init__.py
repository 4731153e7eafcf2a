"""Which languages and scripts a text is in, and how models call them."""
