"""Speed, memory and behaviour under load, each beside its goal: `python -m benchmarks`."""
