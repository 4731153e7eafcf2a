"""What all tests have in common: several workers and many child processes on a few cores."""

import os

# Threads that share tiny products wait for each other far longer than they work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Hundreds of children import the same modules: let them keep what they have compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
