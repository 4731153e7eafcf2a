"""What the gate lets through, and what comes of a community's labels."""
