"""For operators: whether the server answers, whether it can serve, and what it has counted."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kb.model import Verdict
from kb.processes import METRICS_FOLDER
from webapp.current import center, remote_address

blueprint = Blueprint("operations", __name__)

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""Who may read the metrics unless told otherwise: this machine."""

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Network = IPv4Network | IPv6Network

_FILES = ("counter", "histogram")
"""What prometheus-client calls the files of a process, by the kinds of metrics that we have."""

_ROOM = 512 * 1024
"""Bytes of each: all endpoints with four methods and fifteen statuses each take three quarters of them."""

_LOOK_AGAIN_S = 60.0


class Metrics:
    """What one application counts.

    With PROMETHEUS_MULTIPROC_DIR set before this module is imported, each process writes to files there,
    and `text` gives the sum of all; without it an application counts for itself.
    """

    def __init__(self, networks: Sequence[str], proxies: int) -> None:
        self._process, self._not_before, self._told = 0, 0.0, False
        self.networks: tuple[Network, ...] = tuple(map(ip_network, networks))
        self.proxies = proxies
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kb_requests", "Requests answered.", ("endpoint", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "kb_request_seconds",
            "Time to answer a request.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.verdicts = Counter("kb_searches", "Searches, by verdict.", ("verdict",), registry=self.registry)

    def count(self, note: Callable[["Metrics"], None]) -> None:
        """Lets `note` count. Where that can't be done the log says so once, and whoever asked is answered.

        It is tried again after a minute: the disk may have room by then.
        """
        if time.monotonic() < self._not_before:
            return
        try:
            if self._process != os.getpid():
                _reserve()
                self._process = os.getpid()
            note(self)
        except Exception as error:  # whatever it is, a count is worth no request
            self._not_before = time.monotonic() + _LOOK_AGAIN_S
            if not self._told:
                current_app.logger.warning("Nothing is counted for /metrics now: %s", error)
            self._told = True

    def text(self) -> bytes:
        """Everything counted so far, in Prometheus's text form."""
        registry = self.registry
        if Path(os.environ.get(METRICS_FOLDER) or os.devnull).is_dir():
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it registers itself
        now = CollectorRegistry()
        now.register(_Now())
        return generate_latest(registry) + generate_latest(now)


def _reserve() -> None:
    """Makes this process's files with all their blocks on the disk; raises OSError when there is no room.

    prometheus-client makes files with holes and maps them into memory. Filling a hole of a full disk ends the
    process (SIGBUS), and no exception says so.
    """
    folder = os.environ.get(METRICS_FOLDER)
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for kind in _FILES:
        path = Path(folder) / f"{kind}_{os.getpid()}.db"
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(file, 0, _ROOM)
        except OSError:
            path.unlink()  # half a file is none that can be read
            raise
        finally:
            os.close(file)


class _Now(Collector):
    """The live index and the database at the moment of asking, the same for all processes."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        live = int(center().generation.folder.name)
        yield GaugeMetricFamily("kb_index_generation", "Which index is live.", live)
        yield GaugeMetricFamily("kb_index_articles", "Articles that can be found.", len(center().slugs))
        up = "database" not in center().failing()
        yield GaugeMetricFamily("kb_database_up", "Whether the database can be used.", int(up))


def install(app: Flask, networks: Sequence[str], proxies: int) -> None:
    """Let `app` count, and show what it counted to `networks`; ValueError when one of them is none."""
    app.extensions["metrics"] = Metrics(networks, proxies)
    app.before_request(_begin)
    app.after_request(_count)


def searched(verdict: Verdict) -> None:
    """Counts one search."""
    _metrics().count(lambda known: known.verdicts.labels(verdict.value).inc())


@blueprint.get("/healthz")
def healthz() -> Response:
    """Says that the process answers; needs nothing else to work."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Whether customers can be served, and what cannot be used, one a line.

    503 without an index. Without the database 200: articles, search and channels are still there, and
    taking a server away would take those too; the metric kb_database_up says so.
    """
    failing = center().failing()
    unusable = "".join(f"{part}: cannot be used\n" for part in failing)
    served = "index" not in failing
    text = ("ready\n" if served else "not ready\n") + unusable
    response = Response(text, 200 if served else 503, mimetype="text/plain")
    response.cache_control.no_store = True
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """What all workers together have counted, in Prometheus's text form, for the operator alone."""
    if not _is_operator():
        refusal = "Metrics are for the operator alone: see --metrics-from of 'kb serve'.\n"
        return Response(refusal, 403, mimetype="text/plain")
    response = Response(_metrics().text(), content_type=CONTENT_TYPE_LATEST)
    response.cache_control.no_store = True
    return response


def _is_operator() -> bool:
    """Whether the request is from a network that may read metrics.

    A request that was forwarded by a proxy nobody told us of says nothing of where it comes from.
    """
    known = _metrics()
    if not known.proxies and any(name in request.headers for name in _FORWARDED):
        return False
    address = remote_address()
    return address is not None and any(address in network for network in known.networks)


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    """Counts one request under its endpoint, never its address: there are only so many endpoints."""
    endpoint = request.endpoint or "none"
    method = request.method if request.method in _METHODS else "other"

    def note(known: Metrics) -> None:
        known.requests.labels(endpoint, method, str(response.status_code)).inc()
        known.seconds.labels(endpoint).observe(time.perf_counter() - g.began)

    _metrics().count(note)
    return response


def _metrics() -> Metrics:
    return cast("Metrics", current_app.extensions["metrics"])
