"""What Discord delivers, read with care: who asks, where, and what."""
