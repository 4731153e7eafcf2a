"""What runs a network: torch, the reference, and ONNX Runtime, behind one Protocol."""
