# syntax=docker/dockerfile:1

# The page: Node builds it and stays behind.
FROM node:22-bookworm-slim AS page
WORKDIR /build
COPY frontend/.npmrc frontend/package.json frontend/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY frontend ./
RUN npm run build

# What serving needs, by hash and as wheels only; pip stays behind. The Python that the tests run on.
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv --without-pip /venv
COPY requirements-serve.lock ./
RUN pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements-serve.lock

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Digit Ladder" \
    org.opencontainers.image.description="Reads drawn digits with every rung of a ladder of neural networks" \
    org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 ladder \
    && useradd --uid 10001 --gid ladder --no-create-home --shell /usr/sbin/nologin ladder
WORKDIR /app
# the database, where LADDER_DATABASE_URL names no other: for a volume
RUN install --directory --owner ladder --group ladder --mode 700 data
COPY --from=packages /venv /venv
COPY --from=page /build/dist ./frontend/dist
COPY models ./models
COPY deploy/ready.py ./deploy/
COPY ml_engine_and_backend ./ml_engine_and_backend
# Compiled here, since the user may not write; by content, since a copy may change the time stamps.
RUN /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash ml_engine_and_backend
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LADDER_HOST=0.0.0.0
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["python", "deploy/ready.py"]
CMD ["python", "-m", "ml_engine_and_backend"]
