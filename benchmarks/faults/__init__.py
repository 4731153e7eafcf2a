"""What goes wrong on purpose: `python -m benchmarks.faults` kills, confuses and wears out Tokki."""
