"""From what people say of answers to a trained model."""
