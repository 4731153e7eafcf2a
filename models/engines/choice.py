"""Which engine may answer."""

from typing import Literal

EngineChoice = Literal["auto", "torch", "onnx-fp32", "onnx-int8"]
"""`auto` takes the fastest that agreed with torch."""
