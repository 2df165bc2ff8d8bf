"""The base of the domain's errors, and what can be wrong with a model folder."""


class LadderError(Exception):
    """Base of the domain's errors; `str(error)` says what was expected and what came."""


class BrokenModelError(LadderError):
    """A model folder that is missing, incomplete, damaged or not what its metadata says."""
