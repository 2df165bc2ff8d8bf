"""What stops a measure."""


class BenchmarkError(Exception):
    """A server that does not start, a generator that fails, output that cannot be read."""
