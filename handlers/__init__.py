"""What Tokki does: commands and buttons, free of any platform, of torch and of SQL."""
