"""The web door: Tokki as pages that the server draws, for whoever `/web` in chat lets in."""
