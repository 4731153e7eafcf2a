"""What an operator wrote down: the file .env, the names of settings, and what is wrong in them."""
