"""The baseline: what a first service of this kind looks like.

FastAPI, Keras' `model.predict`, uvicorn with one worker and its defaults. Decoding and
preprocessing are the engine's, so that only the serving differs. The only module here that loads
TensorFlow.
"""

import os
from typing import Any, Protocol

import numpy as np
from fastapi import FastAPI, Request, UploadFile
from numpy.typing import NDArray

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.model_folder.folder import KERAS_FILE
from ml_engine_and_backend.model_folder.served import served

MODEL_FILE = served(REPOSITORY / "models", "cnn") / KERAS_FILE


class Model(Protocol):
    """What we need of a Keras model."""

    def predict(self, digits: NDArray[np.uint8], verbose: int = 1) -> NDArray[np.float32]:
        """Ten scores for each of `digits` (n, 28, 28, 1)."""


def create_app(model: Model | None = None) -> FastAPI:
    """The baseline over `model`; without one, over the cnn rung."""
    network = model or _load()
    app = FastAPI()

    # async: Keras' predict must not be entered by several threads at once, and a hop costs more
    @app.post("/predict/")
    async def predict_form(file: UploadFile) -> dict[str, Any]:
        return answer(network, await file.read())

    @app.post("/predict/raw")
    async def predict_raw(request: Request) -> dict[str, Any]:
        return answer(network, await request.body())

    return app


def answer(model: Model, picture: bytes) -> dict[str, Any]:
    """Digit and scores of an encoded picture."""
    field = preprocess(decode(picture)).field
    scores = model.predict(field[None, :, :, None], verbose=0)[0]
    return {"digit": int(scores.argmax()), "scores": scores.tolist()}


def _load() -> Model:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    model: Model = keras.models.load_model(MODEL_FILE, compile=False)
    return model
