"""What the chat platforms' doors share: how an answer comes along, and which are under way."""
