"""What the process should be like for many small arrays, one after the other."""

import ctypes
import os

# As mallopt(3) numbers them.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3


def suit_small_arrays() -> None:
    """Let freed memory be used again, and small matrix products stay on one thread.

    A picture's arrays are some 100 kB each. Unasked, glibc gives such memory back to the system
    when it is freed; to get it again, page by page, takes longer than the arithmetic. And OpenBLAS
    hands products of 28 rows to threads that wait for them by spinning. Both are left as they are
    where the environment says otherwise, and by other C and BLAS libraries; the second takes
    effect only before NumPy is imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if os.environ.keys() & {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"}:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt:
        mallopt(_M_MMAP_THRESHOLD, 4 << 20)
        mallopt(_M_TRIM_THRESHOLD, 16 << 20)
