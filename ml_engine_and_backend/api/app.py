"""The FastAPI application: `uvicorn ml_engine_and_backend.api.app:app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_engine_and_backend.api.direct import Direct
from ml_engine_and_backend.api.errors.handlers import add_error_handlers
from ml_engine_and_backend.api.errors.problems import add_problem_schema
from ml_engine_and_backend.api.middleware.access import KEY_HEADER, RATE_LIMIT_HEADERS, add_access
from ml_engine_and_backend.api.middleware.head_requests import HeadRequests
from ml_engine_and_backend.api.middleware.observability import add_observed
from ml_engine_and_backend.api.middleware.proxies import add_trusted_proxies
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.model_reloader import Reloader
from ml_engine_and_backend.api.page import add_page
from ml_engine_and_backend.api.routes import health, metrics, models, predict, reports
from ml_engine_and_backend.api.routes.add import add_routes
from ml_engine_and_backend.api.routes.open_inference import add_inference_protocol
from ml_engine_and_backend.api.settings import Settings, SettingsError, load_settings
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.model_folder.folder import version_paths

DESCRIPTION = """
Post a drawing of a digit and get the probabilities of each digit from the model that the query
parameter names: the rungs of a ladder from one sigmoid layer to convolutional networks.
"""


def create_app(settings: Settings | None = None, serving: Serving | None = None) -> FastAPI:
    """Build the application; models are loaded when it starts, not here.

    A `serving` that already holds a ladder is used as it is: tests bring fakes that way.

    Raises:
        SettingsError: `settings` is left out and the environment holds a bad one.
    """
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if serving is not None:
            yield
            return
        _check_default(settings)
        reloader = Reloader(
            app.state.serving,
            ModelRepository(settings.models_dir, settings.default_model),
            settings.reload_seconds,
        )
        reloader.start()
        # who is not ready does not listen yet, so that proxies and other workers take its share
        await asyncio.to_thread(reloader.wait_for_first_look)
        yield
        await asyncio.to_thread(reloader.stop)

    app = FastAPI(
        title="Digit Ladder",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        # FastAPI's own pages load scripts from the internet; add_page has one
        docs_url=None,
        redoc_url=None,
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    app.state.settings = settings
    app.state.serving = serving or Serving()
    # the last one added is asked first
    app.add_middleware(HeadRequests)
    app.state.gate = add_access(app, settings)
    if settings.cors_origins:
        # around Access: a preflight carries no key, and pages must be able to read a refusal
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Authorization", KEY_HEADER],
            expose_headers=["Retry-After", "X-Request-ID", *RATE_LIMIT_HEADERS],
        )
    add_trusted_proxies(app, settings.trusted_proxies)
    app.state.direct = Direct(app.state.serving, settings, app.state.gate)
    app.add_middleware(_OneSentenceStartFailure)
    add_error_handlers(app)
    predict.add_predict(app)
    for route in (models, reports, health, metrics):
        add_routes(app, route.router)
    add_inference_protocol(app)
    add_problem_schema(app)
    add_page(app)
    add_observed(app)
    return app


def _check_default(settings: Settings) -> None:
    default = settings.default_model
    try:
        paths = version_paths(settings.models_dir)
    except OSError:  # loading says so, and tries again
        return
    names = list(dict.fromkeys(path.parent.name for path in paths))
    versions = [f"{path.parent.name}@{path.name}" for path in paths]
    if default is not None and paths and default not in names + versions:
        raise SettingsError(
            f"LADDER_DEFAULT_MODEL: expected one of {', '.join(names)}, got {default!r}"
        )


class _OneSentenceStartFailure:
    """Tells the server a failed start by its last line, not by a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def shortened(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                message["message"] = message["message"].strip().rpartition("\n")[2]
            await send(message)

        await self._app(scope, receive, shortened if scope["type"] == "lifespan" else send)


try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(str(error)) from None
