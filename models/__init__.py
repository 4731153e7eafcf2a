"""The engine: finds, loads, runs and trains checkpoints. Knows no chat and no SQL."""

import os

# Else ONNX Runtime tells Microsoft of each model it opens. It looks once, when it is imported:
# https://github.com/microsoft/onnxruntime/pull/27379
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
