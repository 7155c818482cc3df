# The `parley` command, for a worker or any other verb: docker run parley:local explain …
# The builder has a C compiler: the hot modules are compiled beside their sources.
FROM python:3.11 AS build
WORKDIR /src
COPY constraints.txt ./
COPY pyproject.toml README.md LICENSE ./
COPY streams streams
COPY seeds seeds
RUN python -m venv /opt/parley \
    && /opt/parley/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt . \
    && python -m venv /opt/compiler \
    && /opt/compiler/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt mypy setuptools \
    && cd /opt/parley/lib/python3.11/site-packages && /opt/compiler/bin/python -m streams.build

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Parley" \
      org.opencontainers.image.description="Turns the world's news into typed, deduplicated event updates on Kafka" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin parley
COPY --from=build /opt/parley /opt/parley
WORKDIR /app
COPY seeds seeds
USER 10001:10001
ENV PATH="/opt/parley/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
STOPSIGNAL SIGTERM
# The worker's health server listens on loopback inside the container only, so no port is exposed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=90s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:6066/livez', timeout=2)"]
ENTRYPOINT ["parley"]
CMD ["worker"]
