"""What a process does that serves, beside answering: it tells how it fares, and knows of others."""
