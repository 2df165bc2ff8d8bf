"""Why a measurement could not be made."""


class BenchmarkError(Exception):
    """A server that does not start, wrk that fails, or output that cannot be read."""
