"""The FastAPI application: `uvicorn ml_engine_and_backend.api.app:app`."""

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from PIL import Image
from starlette.middleware import Middleware

from ml_engine_and_backend.api.accounts.attempts import Attempts
from ml_engine_and_backend.api.accounts.limiter import Limiter
from ml_engine_and_backend.api.accounts.session_cookie import SessionCookie
from ml_engine_and_backend.api.errors.handlers import EXCEPTION_HANDLERS
from ml_engine_and_backend.api.memory import Memory
from ml_engine_and_backend.api.middleware.access import Access
from ml_engine_and_backend.api.middleware.admission import Admission
from ml_engine_and_backend.api.middleware.cors import CORS
from ml_engine_and_backend.api.middleware.head_requests import HeadRequests
from ml_engine_and_backend.api.middleware.observability import Observability
from ml_engine_and_backend.api.middleware.page_headers import PageHeaders
from ml_engine_and_backend.api.middleware.precompressed import Precompressed
from ml_engine_and_backend.api.middleware.proxies import RootPath, TrustedProxies
from ml_engine_and_backend.api.middleware.security_headers import SecurityHeaders
from ml_engine_and_backend.api.middleware.unexpected_errors import UnexpectedErrors
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.model_reloader import ModelReloader
from ml_engine_and_backend.api.observability.logs import configure_logging
from ml_engine_and_backend.api.observability.metrics import forget_dead_workers
from ml_engine_and_backend.api.openapi import extend_openapi
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.api.retraining import Retraining
from ml_engine_and_backend.api.routes import (
    accounts,
    drawings,
    feedback,
    health,
    history,
    metrics,
    models,
    networks,
    open_inference,
    page,
    predict,
    promotions,
    reports,
    retraining,
    review,
    sessions,
    statistics,
)
from ml_engine_and_backend.api.settings import (
    Settings,
    SettingsError,
    load_settings,
    service_links,
)
from ml_engine_and_backend.engine.model_repository import ModelRepository

DESCRIPTION = """
Post a drawing of a digit and get the probabilities of each digit from the model that the query
parameter names: the rungs of a ladder from one sigmoid layer to convolutional networks.
"""

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None, registry: ModelRegistry | None = None) -> FastAPI:
    """Build the application; models are loaded when it starts, not here.

    A `registry` is used as it is: tests bring fake models that way.

    Raises:
        SettingsError: `settings` is left out and the environment holds a bad one.
    """
    settings = settings or load_settings()
    limiter = Limiter(settings.rate_limit_store.get_secret_value())
    app = FastAPI(
        title="Digit Ladder",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=_remember if registry else _load_models,
        middleware=list(_middleware(settings, limiter)),
        exception_handlers={**EXCEPTION_HANDLERS, 404: page.unknown_path},
        # FastAPI's own pages load scripts from the internet
        docs_url=None,
        redoc_url=None,
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    app.state.settings = settings
    app.state.registry = registry or ModelRegistry()
    app.state.memory = None if settings.keeps_nothing else Memory(settings)
    memory: Memory | None = app.state.memory
    app.state.retraining = Retraining(memory.database, settings) if memory else None
    needs_sessions = settings.api_keys or not settings.keeps_nothing
    app.state.session_cookie = SessionCookie(settings) if needs_sessions else None
    app.state.limiter = limiter
    app.state.attempts = Attempts(limiter)
    app.state.prediction_service = PredictionService()
    keeping = (feedback, history, drawings, statistics)
    people = (sessions, accounts, review, promotions, retraining)
    for room in (
        predict,
        *keeping,
        *people,
        models,
        networks,
        reports,
        health,
        metrics,
        open_inference,
        page,
    ):
        app.include_router(room.router)
    if page.DIST.is_dir():
        app.frontend("/", directory=page.DIST, fallback=None)
    else:
        app.add_api_route("/", page.not_built, include_in_schema=False)
    extend_openapi(app, needs_key=bool(settings.api_keys))
    return app


def _middleware(settings: Settings, limiter: Limiter) -> Iterator[Middleware]:
    """From the outermost to the innermost; every answer passes those around where it is made."""
    if settings.root_path:
        yield Middleware(RootPath, settings.root_path)
    if settings.trusted_proxies:
        yield Middleware(TrustedProxies, settings.trusted_proxies)
    yield Middleware(Observability)
    yield Middleware(SecurityHeaders)
    if settings.cors_origins:
        # around Access: a preflight carries no key, and pages must be able to read a refusal
        yield Middleware(CORS, settings.cors_origins)
    yield Middleware(UnexpectedErrors)
    yield Middleware(HeadRequests)
    yield Middleware(PageHeaders, settings.frame_ancestors)
    yield Middleware(Access, settings.api_keys, settings.rate_limit, limiter)
    yield Middleware(Admission)
    yield Middleware(Precompressed, page.DIST)


@asynccontextmanager
async def _load_models(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    configure_logging(settings.log_level, settings.log_format)
    # Pillow warns of each size by another text, and Python remembers every text that it has shown
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ignored = service_links()
    if ignored:
        log.info("Ignored, as links to a Kubernetes service: %s", ", ".join(ignored))
    if not page.DIST.is_dir():
        log.warning("The page is not served: %s", page.NOT_BUILT)
    forget_dead_workers()
    repository = ModelRepository(settings.models_dir, settings.default_model)
    reloader = ModelReloader(app.state.registry, repository, settings.reload_seconds)
    reloader.start()
    # what is not ready does not listen yet, so that proxies and other workers take its share
    await asyncio.to_thread(reloader.wait_for_first_look)
    async with _remember(app):
        yield
    await asyncio.to_thread(reloader.stop)


@asynccontextmanager
async def _remember(app: FastAPI) -> AsyncIterator[None]:
    memory: Memory | None = app.state.memory
    await asyncio.to_thread(app.state.limiter.look)
    if memory is None:
        yield
        return
    await asyncio.to_thread(memory.start)
    try:
        yield
    finally:
        await asyncio.to_thread(memory.stop)


try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(str(error)) from None
