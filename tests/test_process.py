"""What the process should be like, seen from a fresh one."""

import platform
import subprocess
import sys

import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.conftest import leave_out
from tests.drawings import SEVEN, draw, encode

DRAWING = encode(draw(SEVEN).convert("RGBA"))

READ = (
    "import sys\n"
    "from ml_engine_and_backend.engine.decoding import decode\n"
    "from ml_engine_and_backend.engine.preprocessing import preprocess\n"
    "data = sys.stdin.buffer.read()\n"
    "def read(): return preprocess(decode(data))\n"
)


def run(code: str, data: bytes = DRAWING) -> str:
    """What a fresh Python prints that has `read`, and `data` to read."""
    result = subprocess.run(
        [sys.executable, "-c", READ + code],
        input=data,
        capture_output=True,
        cwd=REPOSITORY,
        check=True,
    )
    return result.stdout.decode().strip()


def test_freed_memory_is_used_again_for_the_next_picture() -> None:
    if platform.libc_ver()[0] != "glibc":
        leave_out("needs glibc: others keep freed memory by their own rules")
    faults = run(
        "import resource\n"
        "def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(20): read()\n"
        "before = faults()\n"
        "for _ in range(100): read()\n"
        "print(faults() - before)\n"
    )
    # about 165 a picture where glibc gives the memory back each time
    assert int(faults) < 100 * 10


def test_arithmetic_starts_no_threads() -> None:
    if sys.platform != "linux":
        leave_out("needs Linux: counts threads in /proc")
    assert run("import os\nread(); read()\nprint(len(os.listdir('/proc/self/task')))") == "1"


@pytest.mark.parametrize(
    "picture",
    [
        DRAWING,
        encode(draw()),
        encode(draw(pen_px=2)),  # a hairline, which is widened
        encode(draw(SEVEN), "JPEG"),
        encode(draw(SEVEN).resize((1500, 1500))),
    ],
    ids=["RGBA", "grey", "hairline", "JPEG", "large"],
)
def test_reading_a_drawing_imports_no_scipy(picture: bytes) -> None:
    # it alone takes as long to import, and as much memory, as a server start may
    assert run("read()\nprint('scipy' in sys.modules)", picture) == "False"
