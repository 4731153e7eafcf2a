"""Answers, as long as somebody looks at them."""
