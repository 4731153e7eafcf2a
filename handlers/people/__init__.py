"""What people know and decide for themselves: help, their own history, who may what."""
