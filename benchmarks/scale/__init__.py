"""What more than one machine costs, and from which size on it pays."""
