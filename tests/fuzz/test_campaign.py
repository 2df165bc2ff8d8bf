from pathlib import Path

import pytest

from tests.fuzz import campaign
from tests.fuzz.campaign import random_for, replayable
from tests.fuzz.envelopes import picture_request
from tests.fuzz.tensors import tensor_request
from tests.fuzz.test_connections import bent


@pytest.mark.parametrize("make", [picture_request, tensor_request, bent])
def test_an_input_is_made_again_from_its_number_alone(make: object) -> None:
    assert callable(make)
    numbers = range(200)
    once = [make(random_for(number)) for number in numbers]
    again = [make(random_for(number)) for number in reversed(numbers)]
    assert once == again[::-1]
    assert len({repr(each) for each in once}) > 100


def test_another_seed_makes_other_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture_request(random_for(0))
    monkeypatch.setattr(campaign, "SEED", campaign.SEED + 1)
    assert picture_request(random_for(0)) != before


def test_an_input_that_fails_is_kept_and_named(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as raised, replayable(17, b"GET /", tmp_path):
        _ = 1 / 0
    (note,) = raised.value.__notes__
    assert f"input 17 of DIGIT_LADDER_FUZZ_SEED={campaign.SEED}" in note
    assert (tmp_path / "input-17.http").read_bytes() == b"GET /"


def test_an_input_that_passes_is_not_kept(tmp_path: Path) -> None:
    with replayable(17, b"GET /", tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
