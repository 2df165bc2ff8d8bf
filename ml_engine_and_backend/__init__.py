"""Models in, answers out: the engine that reads a drawing and the HTTP service around it."""

import os

# Here, because it counts only before NumPy is imported: OpenBLAS would hand products of 28 rows to
# threads that wait for them by spinning, which takes several times as long as the products.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
