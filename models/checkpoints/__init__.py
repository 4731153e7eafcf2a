"""The one way to find, check and read a checkpoint; its tokenizer, card and calibration."""
