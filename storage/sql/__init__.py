"""How statements are run: transactions, and what two databases say in different words."""
