"""`/hub data`: data sets of the Hub, looked at row by row, and imported from there."""
