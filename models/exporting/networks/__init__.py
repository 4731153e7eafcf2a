"""The families of networks, written down as ONNX."""
