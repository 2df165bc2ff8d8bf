"""How the routes of a module come into the application."""

from fastapi import APIRouter, FastAPI


def add_routes(app: FastAPI, router: APIRouter) -> None:
    """Let `app` serve the routes of `router` themselves.

    FastAPI's `include_router` builds each of them a second time when a first request comes by, and
    looks for the route of every request twice.
    """
    app.router.routes.extend(router.routes)
