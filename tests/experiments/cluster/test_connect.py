"""What `--ray` takes, and where there is no Ray."""

import argparse
import importlib.util
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.cluster.connect import ray_address


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
