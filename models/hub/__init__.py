"""The Hugging Face Hub: what a repository has, and how it comes onto the disk."""
