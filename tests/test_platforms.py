"""Every locked package has a wheel for the platforms that README names, by its file name."""

import re
import tomllib

import pytest
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

from tests.conftest import REPOSITORY

README = " ".join((REPOSITORY / "README.md").read_text().split())
# requirements-serve.lock with the names of the files; its first lines say what writes it
PACKAGES = tomllib.loads((REPOSITORY / "pylock.serve.toml").read_text())["packages"]

GLIBC = [*(f"manylinux_2_{minor}" for minor in range(5, 29)), "manylinux2014"]  # 2.28: 2018
MUSL = [f"musllinux_1_{minor}" for minor in range(3)]
# what README's words are to pip: for each machine the platforms whose wheels run there
PLATFORMS = {
    "Linux with glibc (x86-64 and aarch64)": [
        [f"{libc}_{machine}" for libc in GLIBC] for machine in ("x86_64", "aarch64")
    ],
    "macOS 14 or newer on Apple silicon": [list(mac_platforms((14, 0), "arm64"))],
    "Windows on x86-64": [["win_amd64"]],
    "Intel Macs": [list(mac_platforms((26, 0), "x86_64"))],
    "Alpine (musl)": [[f"{libc}_{machine}" for libc in MUSL] for machine in ("x86_64", "aarch64")],
    "Windows on ARM": [["win_arm64"]],
}


def readme_says(sentence: str) -> tuple[str, ...]:
    """What stands in README for the groups of `sentence`."""
    found = re.search(sentence, README)
    assert found, f"expected README to say: {sentence}"
    return found.groups()


WITH_WHEELS, WITHOUT_WHEELS = (
    re.split(r", | and (?![^(]*\))", listed)  # an "and" in brackets belongs to its platform
    for listed in readme_says(r"locked wheels exist for ([^;]+); there are none for ([^.]+)\.")
)
OLDEST, NEWEST = map(int, readme_says(r"Python 3\.(\d+) to 3\.(\d+)"))
PYTHONS = [(3, minor) for minor in range(OLDEST, NEWEST + 1)]


def without_wheel(python: tuple[int, int], platforms: list[str]) -> list[str]:
    """The locked packages that pip finds no wheel of."""
    accepted = {
        *cpython_tags(python, platforms=platforms),
        *compatible_tags(python, f"cp3{python[1]}", platforms),
    }
    return [
        package["name"]
        for package in PACKAGES
        if all(
            accepted.isdisjoint(parse_wheel_filename(wheel["url"].rpartition("/")[2])[3])
            for wheel in package["wheels"]
        )
    ]


@pytest.mark.parametrize("python", PYTHONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("platform", WITH_WHEELS)
def test_every_locked_package_has_a_wheel(platform: str, python: tuple[int, int]) -> None:
    assert [
        missing for tags in PLATFORMS[platform] for missing in without_wheel(python, tags)
    ] == []


@pytest.mark.parametrize("platform", WITHOUT_WHEELS)
def test_some_locked_package_has_no_wheel(platform: str) -> None:
    assert all(without_wheel(python, tags) for python in PYTHONS for tags in PLATFORMS[platform])


def test_file_names_belong_to_what_is_installed() -> None:
    lock = (REPOSITORY / "requirements-serve.lock").read_text()
    pins = re.findall(r"^\S+==\S+", lock, re.MULTILINE)
    assert {f"{package['name']}=={package['version']}" for package in PACKAGES} == set(pins)
    wheels = [wheel for package in PACKAGES for wheel in package["wheels"]]
    assert {wheel["hashes"]["sha256"] for wheel in wheels} <= set(re.findall(r"sha256:(\w+)", lock))
