"""Whether the model that answers is still as good as it was, told from what people do. Pure."""
