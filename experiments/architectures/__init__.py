"""One file a rung, in teaching order: see `experiments.registry`."""
