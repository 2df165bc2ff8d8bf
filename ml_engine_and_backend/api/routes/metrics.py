"""For Prometheus."""

from fastapi import APIRouter, Response

from ml_engine_and_backend.api.observability.metrics import CONTENT_TYPE, exposition

# text for a program of its own, so not in the OpenAPI document
router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics() -> Response:
    """Every metric of every worker of this host."""
    # no coroutine: reading the workers' files takes a while
    return Response(exposition(), headers={"Content-Type": CONTENT_TYPE})
