"""Who may, how often, not twice; and what is said when something fails."""
