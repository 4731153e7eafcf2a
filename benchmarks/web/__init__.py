"""How heavy the pages are, and how long people wait for them."""
