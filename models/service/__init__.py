"""The engine as one thing: what there is, what is loaded, and what is asked."""
