"""Commands that look closer at a text, or at what models make of it."""
