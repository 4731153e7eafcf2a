"""Training a classifier from labelled examples, in a child process of its own."""
