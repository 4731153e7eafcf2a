"""To Discord and back: logs in, stays connected, hands on what is delivered."""
