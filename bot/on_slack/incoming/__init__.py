"""What Slack delivers, read with care: who asks, where, and what."""
