"""How the bundled models were made, from public data; nothing of it is installed."""
