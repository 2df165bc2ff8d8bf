"""What is promised of the whole path, on MNIST's own test digits, through the HTTP API."""

import asyncio
import base64
import json
from collections.abc import Iterable
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from experiments.data.dataset import Dataset
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.model_folder.comparison import read_predictions
from tests.api.asgi import call, request
from tests.drawings import encode, paste

# accuracy that a rung may lose on digits pasted anywhere in any size, in points of 100
MAY_LOSE_POINTS = {"single_layer": 5.0, "hidden_layer": 2.5, "cnn": 1.5}
# of MNIST's test digits; all of them took most of a minute and found no more
POSTED_EVERY = 5
PASTED = 1_000
HEADERS = [("Content-Type", "image/png")]

Answers = dict[str, NDArray[np.integer]]  # rung -> the digits that it read, in order


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    repository = ModelRepository(REPOSITORY / "models")
    repository.poll()
    assert repository.ladder is not None
    return repository.ladder


@pytest.fixture(scope="module")
def evaluated(ladder: Ladder) -> Answers:
    """What each network reads in the 10,000 test digits without picture, HTTP or preprocessing."""
    return {
        model.metadata.name: read_predictions(
            REPOSITORY / "models" / model.metadata.name / str(model.metadata.version)
        ).digits
        for model in ladder.models
    }


def post_all(
    ladder: Ladder, pictures: Iterable[NDArray[np.uint8]]
) -> tuple[Answers, NDArray[np.uint8]]:
    """Post each picture as a PNG to `/predict/all`: the answers, and the (n, 28, 28) seen."""
    app = create_app(Settings(), ModelRegistry(ladder))
    read: dict[str, list[int]] = {name: [] for name in ladder.names}
    fields = []

    async def post() -> None:
        for picture in pictures:
            png = encode(Image.fromarray(picture))
            answer = await call(app, request("POST", "/predict/all", HEADERS), [png])
            assert answer.status == 200, answer.body
            results = json.loads(answer.body)["results"]
            for result in results:
                read[result["model"]].append(result["digit"])
            url: str = results[0]["preprocessing"]["image"]
            field = base64.b64decode(url.removeprefix("data:image/png;base64,"))
            fields.append(np.asarray(Image.open(BytesIO(field))))

    asyncio.run(post())
    return {name: np.array(digits) for name, digits in read.items()}, np.stack(fields)


# thousands of requests: on a busy machine they take as long as they take
@pytest.mark.timeout(1_200)
def test_api_predicts_test_digits_as_evaluation_does(
    ladder: Ladder, mnist: Dataset, evaluated: Answers
) -> None:
    images = mnist.test.images[::POSTED_EVERY, :, :, 0]
    posted, fields = post_all(ladder, images)
    assert np.array_equal(fields, images)  # a digit that is centred already passes unchanged
    for name in ladder.names:
        assert np.array_equal(posted[name], evaluated[name][::POSTED_EVERY]), name


@pytest.mark.parametrize("light_on_dark", [False, True])
def test_accuracy_holds_for_any_size_and_place(
    ladder: Ladder, mnist: Dataset, evaluated: Answers, light_on_dark: bool
) -> None:
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(mnist.test), PASTED, replace=False)
    canvases = []
    for index in chosen:
        size_px = int(rng.integers(60, 201))
        left_px, top_px = (int(place) for place in rng.integers(0, 281 - size_px, 2))
        canvas = paste(mnist.test.images[index, :, :, 0], size_px, left_px, top_px)
        canvases.append(canvas if light_on_dark else 255 - canvas)
    posted, _ = post_all(ladder, canvases)
    labels = mnist.test.labels[chosen]
    for name, allowed in MAY_LOSE_POINTS.items():
        before, after = evaluated[name][chosen] == labels, posted[name] == labels
        lost_points = 100 * (before.mean() - after.mean())
        assert lost_points <= allowed, name
