"""Models in, answers out: the engine that reads a drawing and the HTTP service around it."""

from ml_engine_and_backend.process import suit_small_arrays

suit_small_arrays()  # here, because it must come before anything imports NumPy
