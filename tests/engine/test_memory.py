"""What decoding a large picture takes, alone and as often at once as the service lets in."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

# a phone's photograph of 50 megapixels
SIZE = 8_160, 6_120
# decoded as it is, the largest kind takes 4 bytes a pixel: 200 MB
PEAK_MB = 460
AT_ONCE = 3

MEASURE = """
import resource, sys, threading
from ml_engine_and_backend.engine.decoding import decode
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
threads = [threading.Thread(target=decode, args=(data,)) for _ in range(int(sys.argv[2]))]
for thread in threads: thread.start()
for thread in threads: thread.join()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def photograph(mode: str, kind: str) -> bytes:
    light = np.linspace(120, 220, SIZE[0], dtype=np.uint8)[None, :].repeat(SIZE[1], axis=0)
    image = Image.fromarray(light).convert(mode)
    image.paste(0, (2000, 1000, 2300, 5000))
    file = BytesIO()
    image.save(file, kind, compress_level=1, progressive=True)
    return file.getvalue()


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGBA", "PNG")])
def test_peak_of_large_pictures_is_bounded_however_many_come(
    tmp_path: Path, mode: str, kind: str
) -> None:
    path = tmp_path / "photograph"
    path.write_bytes(photograph(mode, kind))
    command = [sys.executable, "-c", MEASURE, str(path), str(AT_ONCE)]
    measured = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(measured.stdout) < PEAK_MB
