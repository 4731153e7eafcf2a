"""One contestant at a time, measured in a process of its own."""
