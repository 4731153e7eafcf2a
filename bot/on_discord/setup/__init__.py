"""Before Tokki runs on Discord: links, commands, and what is not yet right."""
