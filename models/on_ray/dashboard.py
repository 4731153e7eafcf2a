"""The cluster's own HTTP interface: which Ray it is, what Serve runs, and jobs.

A bot speaks HTTP alone: no part of Ray is in its process, which Ray would end with the head.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from models.reasons import Reason

RAY_SERIES = "2.60."
"""Of these we know what they do."""
_CONNECT_S = 3.0
_ANSWER_S = 15.0
_NOT_FOUND = 404
_NO_TOKEN = frozenset({401, 403})
_SHOWN = 200
"""So many letters of what it says when it cannot go into the log."""

log = logging.getLogger(__name__)


class NotThere(Exception):
    """The cluster does not do what it should; the message is a `Reason`."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What Serve says of one application."""

    status: str
    """Such as RUNNING; empty where there is none."""
    replicas: int
    urls: tuple[str, ...]
    """Where its questions go: a proxy on each node."""


class Dashboard:
    """Its calls wait for the network: for threads, any of them."""

    def __init__(self, address: str, token: str | None = None) -> None:
        """`address` is such as http://head:8265; `token` is what Ray's RAY_AUTH_TOKEN says."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx2.Client(
            base_url=address,
            headers=headers,
            timeout=httpx2.Timeout(_ANSWER_S, connect=_CONNECT_S),
            trust_env=False,
        )

    def require_known_ray(self) -> None:
        """Look which Ray this is.

        Raises:
            NotThere: nobody is there, or it is one that we do not know.
        """
        version = str(self._get("/api/version").get("ray_version"))
        if not version.startswith(RAY_SERIES):
            raise NotThere(Reason.RAY_OTHER_VERSION.of(version))

    def serving(self, name: str) -> Serving:
        """Return how an application fares.

        Raises:
            NotThere: nobody is there.
        """
        said = self._get("/api/serve/applications/")
        found = said.get("applications", {}).get(name, {})
        http = said.get("http_options") or {}
        proxies = [one for one in said.get("proxies", {}).values() if one["status"] == "HEALTHY"]
        hosts = sorted({one["node_ip"] for one in proxies})
        return Serving(
            found.get("status", ""),
            sum(_running(one) for one in found.get("deployments", {}).values()),
            tuple(f"http://{host}:{http.get('port')}/{name}" for host in hosts),
        )

    def submit(self, job: str, command: str, cores: float) -> bool:
        """Have a command run in the cluster; return False where a job of that name is there.

        Raises:
            NotThere: nobody is there.
        """
        order = {"entrypoint": command, "submission_id": job, "entrypoint_num_cpus": cores}
        response = self._send("POST", "/api/jobs/", order)
        if response.is_success:
            return True
        if self.status(job):
            return False
        log.warning("Ray says %s: %s", response.status_code, response.text[:_SHOWN])
        raise NotThere(Reason.RAY_REFUSES.of(response.status_code))

    def status(self, job: str) -> str:
        """Return how a job fares, such as RUNNING; empty where there is none.

        Raises:
            NotThere: nobody is there.
        """
        response = self._send("GET", f"/api/jobs/{job}")
        if response.status_code == _NOT_FOUND:
            return ""
        return str(_said(response).get("status", ""))

    def log(self, job: str) -> str:
        """Return what a job has printed.

        Raises:
            NotThere: nobody is there.
        """
        return str(self._get(f"/api/jobs/{job}/logs").get("logs", ""))

    def stop(self, job: str) -> None:
        """Have a job end, if there is one.

        Raises:
            NotThere: nobody is there.
        """
        self._send("POST", f"/api/jobs/{job}/stop")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _get(self, path: str) -> dict[str, Any]:
        return _said(self._send("GET", path))

    def _send(
        self, method: str, path: str, content: Mapping[str, object] | None = None
    ) -> httpx2.Response:
        try:
            response = self._client.request(method, path, json=content)
        except httpx2.RemoteProtocolError as error:  # another of Ray's ports, such as 6379
            raise NotThere(Reason.RAY_NO_RAY) from error
        except httpx2.TransportError as error:
            raise NotThere(Reason.RAY_UNREACHABLE) from error
        if response.status_code in _NO_TOKEN:
            raise NotThere(Reason.RAY_UNAUTHORIZED)
        return response


def _said(response: httpx2.Response) -> dict[str, Any]:
    try:
        said = response.raise_for_status().json()
    except httpx2.HTTPStatusError as error:
        log.warning("Ray says %s: %s", response.status_code, response.text[:_SHOWN])
        raise NotThere(Reason.RAY_REFUSES.of(response.status_code)) from error
    except ValueError as error:  # somebody else listens there
        raise NotThere(Reason.RAY_NO_RAY) from error
    if not isinstance(said, dict):
        raise NotThere(Reason.RAY_NO_RAY)
    return said


def _running(deployment: Mapping[str, Any]) -> int:
    return sum(one["state"] == "RUNNING" for one in deployment.get("replicas", ()))
