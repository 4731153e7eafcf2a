"""Front doors: translate between a platform and the neutral types; decide nothing."""
