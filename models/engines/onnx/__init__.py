"""Encoders in ONNX Runtime: faster than torch on a processor, let to answer once they agree."""
