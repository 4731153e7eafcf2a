"""The body that all bundled models share: its vocabulary and its pre-training."""
