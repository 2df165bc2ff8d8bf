"""What `--ray` takes, and where there is no Ray."""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.cluster.connect import ray_address
from tests.conftest import REPOSITORY, leave_out


@pytest.mark.parametrize("address", ["local", "auto", "10.0.0.7:6379", "head:6379", "[::1]:6379"])
def test_addresses_are_taken(address: str) -> None:
    assert ray_address(address) == address


@pytest.mark.parametrize("text", ["cnn", "10.0.0.7", "head:", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="names go before --ray"):
        ray_address(text)


def test_without_ray_one_sentence_says_what_to_install(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["spread", "single_layer", "--ray", "--data-dir", str(data_dir)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: --ray: expected Ray to be installed, found none: "
        "pip install -r requirements-ray.txt, or make ray"
    )


def test_no_cluster_is_one_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: "is installed")
    command = ["spread", "single_layer", "--data-dir", str(data_dir), "--ray", "127.0.0.1:9"]
    assert main(command) == 1
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith("error: expected a Ray cluster at 127.0.0.1:9, got: ")
    )


CLUSTER = """
from ray.cluster_utils import Cluster
cluster = Cluster(
    initialize_head=True,
    head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": 2**27},
)
print(cluster.address, flush=True)
input()
cluster.shutdown()
"""
DRIVER = """
import sys
from experiments.cluster.connect import connected
from experiments.errors import ClusterError
try:
    with connected(sys.argv[1]):
        import ray
        cpus = ray.cluster_resources()["CPU"]
    print(cpus)
except ClusterError as error:
    print(error)
"""


@pytest.mark.timeout(180)
def test_a_cluster_with_a_token_is_reached_in_that_mode_alone_and_the_error_says_so(
    tmp_path: Path,
) -> None:
    if importlib.util.find_spec("ray") is None:
        leave_out("needs Ray: pip install -r requirements-ray.txt")
    token = tmp_path / ".ray" / "auth_token"
    token.parent.mkdir()
    token.write_text("5" * 64)
    plain = {name: each for name, each in os.environ.items() if not name.startswith("RAY_")}
    plain |= {"HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    with_token = plain | {"RAY_AUTH_MODE": "token"}
    with subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        env=with_token,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as cluster:
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        driver = [sys.executable, "-c", DRIVER, address]
        said = [
            subprocess.run(
                driver, env=mine, capture_output=True, text=True, check=False, timeout=120
            ).stdout
            for mine in (with_token, plain)
        ]
        cluster.communicate("\n", timeout=60)
    assert said[0] == "1.0\n"
    assert said[1].startswith(f"expected a Ray cluster at {address}, got: ")
    assert said[1].endswith("; if it has a token, set RAY_AUTH_MODE=token\n")
