"""Training from chat: what is asked for, what it will do, and the job that carries it."""
