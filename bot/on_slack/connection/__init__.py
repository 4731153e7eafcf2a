"""To Slack and back: sockets and HTTP, what is delivered, and how its Web API is asked."""
