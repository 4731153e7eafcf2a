"""Before Tokki runs on Slack: the app's manifest, and what is not yet right."""
