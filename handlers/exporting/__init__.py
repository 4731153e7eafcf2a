"""Datasets as files for others, and published on the Hugging Face Hub."""
