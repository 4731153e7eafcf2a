"""A Hub on loopback: models and data sets, looked at, downloaded and uploaded, and its faults.

    async with LoopbackHub() as hub:            # or `with`, then it runs in a thread of its own
        repo = hub.add("org/tiny", {"config.json": b"{}"})
        hub.faults.append(Fault(path="*/config.json", status=500, times=1))
        hf_hub_download("org/tiny", "config.json", revision=repo.revision, endpoint=hub.url)
        assert hub.count("*/config.json") == 3
        hub.add("org/rows", {"train.csv": b"text\\n"}, is_dataset=True)
        hub.uploads.writers["hf_token"] = "mina"
        hub.viewer.show(rows, {"text": TEXT, "label": class_label("bug", "praise")}, [{…}])

`python -m tests.servers.hub FOLDER` serves a folder for use by hand.
"""

import argparse
import asyncio
import contextlib
import fnmatch
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aiohttp import web

from tests.servers.hub_faults import Fault, current, instead, send
from tests.servers.hub_repo import Repo, commit_of, git_hash, is_large, read, sha256
from tests.servers.hub_search import fits
from tests.servers.hub_uploads import Uploads
from tests.servers.hub_viewer import Viewer

__all__ = ["Fault", "LoopbackHub", "RecordedRequest", "Repo"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class RecordedRequest:
    """One request that came."""

    method: str
    path: str
    token: str | None
    host: str
    user_agent: str


class LoopbackHub:
    """The server. Use it in an event loop (`async with`) or beside one (`with`)."""

    def __init__(
        self, *, port: int = 0, redirects_large: bool = False, offers_xet: bool = False
    ) -> None:
        """`redirects_large` serves large files from another host, as the Hub does from its CDN."""
        self.repos: dict[str, Repo] = {}
        self.datasets: dict[str, Repo] = {}
        self.spaces: dict[str, Repo] = {}
        self.renamed: dict[str, str] = {}
        """New names by old ones, which still lead there."""
        self.viewer = Viewer(self.datasets)
        self.uploads = Uploads(
            self.datasets, self.repos, self.spaces, _refusal, _token, lambda: self.url
        )
        self.tokens: set[str] = set()
        self.faults: list[Fault] = []
        self.seen: list[RecordedRequest] = []
        self.redirects_large = redirects_large
        self.offers_xet = offers_xet
        self._port = port
        self._runner: web.AppRunner | None = None
        self._stack = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self._port}"

    def add(
        self,
        repo_id: str,
        files: Mapping[str, bytes] | Path,
        revision: str | None = None,
        *,
        is_private: bool = False,
        is_gated: bool = False,
        readers: frozenset[str] = frozenset(),
        is_dataset: bool = False,
    ) -> Repo:
        """Keep a repository in memory, and let its readers' tokens in."""
        contents = dict(read(files) if isinstance(files, Path) else files)
        commit = revision or commit_of(contents)
        repo = Repo(repo_id, commit, contents, is_private, is_gated, readers)
        self.tokens |= readers
        (self.datasets if is_dataset else self.repos)[repo_id] = repo
        return repo

    def commit(self, repo: Repo, files: Mapping[str, bytes]) -> Repo:
        """Put a newer commit of a model's repository on top."""
        contents = dict(files)
        facts = {"is_private": repo.is_private, "is_gated": repo.is_gated, "readers": repo.readers}
        newer = Repo(repo.repo_id, commit_of(contents), contents, **facts)
        newer.before, newer.said = [repo, *repo.before], repo.said
        self.repos[repo.repo_id] = newer
        return newer

    def count(self, path: str = "*", method: str = "*") -> int:
        """Count the requests that have come for a path."""
        return sum(
            fnmatch.fnmatch(seen.path, path) and fnmatch.fnmatch(seen.method, method)
            for seen in self.seen
        )

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._watch], client_max_size=1 << 30)
        application.router.add_routes(self._routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def __enter__(self) -> Self:
        self._stack.enter_context(_in_thread(self))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _routes(self) -> list[web.RouteDef]:
        repo = "{repo:[^/]+/[^/]+}"
        kind = "{kind:models|datasets|spaces}"
        return [
            *self.uploads.routes(),
            *self.viewer.routes(),
            web.get(f"/api/{kind}", self._search),
            web.get(f"/api/{kind}/{{repo:[^/]+}}", self._info),
            web.get(f"/api/{kind}/{repo}", self._info),
            web.get(f"/api/{kind}/{repo}/revision/{{revision}}", self._info),
            web.get(f"/api/{kind}/{repo}/tree/{{revision}}", self._tree),
            web.get(f"/{{kind:datasets}}/{repo}/resolve/{{revision}}/{{file:.+}}", self._file),
            web.get(f"/{repo}/resolve/{{revision}}/{{file:.+}}", self._file),
            web.get("/cdn/{sha256}", self._large_file),
        ]

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count the request, then let a fault have it, or somebody who may not read, or nobody."""
        self.seen.append(_seen(request))
        fault = next((one for one in self.faults if one.strikes(request)), Fault())
        current.set(fault)
        await asyncio.sleep(fault.delay_s)
        if fault.held is not None:
            await fault.held.wait()
        if fault.hangs_up and request.transport is not None:
            request.transport.close()
            return web.Response(status=500)  # which nobody hears
        if (answer := instead(fault)) is not None:
            return answer
        token = _token(request)
        known = self.tokens | self.uploads.writers.keys()
        if token is not None and token not in known and not request.path.startswith("/cdn/"):
            return _refusal(401, None, "Invalid credentials in Authorization header")
        return await handler(request)

    async def _info(self, request: web.Request) -> web.StreamResponse:
        repo = self._find(request)
        if isinstance(repo, web.Response):
            return repo
        has_files = request.query.get("blobs", "false").lower() == "true"
        return web.json_response(repo.info(has_files=has_files))

    async def _search(self, request: web.Request) -> web.StreamResponse:
        is_dataset = request.match_info["kind"] == "datasets"
        token, asked = _token(request), request.query
        repos = (self.datasets if is_dataset else self.repos).values()
        seen = [one for one in repos if not one.is_private or token in one.readers]
        found = [one.info(has_files=False) for one in seen if fits(one, asked)]
        if sort := asked.get("sort"):
            found.sort(key=lambda one: str(one.get(sort, "")).zfill(12), reverse=True)
        most = int(asked.get("limit", 1000))
        named = {"id", *asked.getall("expand", ["id"])}
        return web.json_response([{k: one[k] for k in one if k in named} for one in found[:most]])

    async def _tree(self, request: web.Request) -> web.StreamResponse:
        repo = self._find(request)
        if isinstance(repo, web.Response):
            return repo
        return web.json_response(repo.tree())

    async def _file(self, request: web.Request) -> web.StreamResponse:
        repo = self._find(request)
        if isinstance(repo, web.Response):
            return repo
        if repo.is_gated and _token(request) not in repo.readers:
            status = 401 if _token(request) is None else 403
            return _refusal(status, "GatedRepo", f"Access to {repo.repo_id} is restricted.")
        name = request.match_info["file"]
        if name not in repo.files:
            return _refusal(404, "EntryNotFound", "Entry not found", repo.revision)
        return await self._serve(request, repo, name)

    async def _serve(self, request: web.Request, repo: Repo, name: str) -> web.StreamResponse:
        body = repo.files[name]
        headers = {"X-Repo-Commit": repo.revision, "ETag": f'"{git_hash(body)}"'}
        if is_large(name):
            headers |= self._large_headers(body)
            if self.redirects_large:
                # "localhost" is another origin, so a client must not send its token there.
                address = f"http://localhost:{self._port}/cdn/{sha256(body)}"
                return web.Response(status=302, headers={**headers, "Location": address})
        return await send(request, body, headers)

    def _large_headers(self, body: bytes) -> dict[str, str]:
        etag = f'"{sha256(body)}"'
        headers = {"ETag": etag, "X-Linked-Etag": etag, "X-Linked-Size": str(len(body))}
        if self.offers_xet:
            headers |= {"X-Xet-Hash": sha256(body), "X-Xet-Refresh-Route": f"{self.url}/xet"}
        return headers

    async def _large_file(self, request: web.Request) -> web.StreamResponse:
        wanted = request.match_info["sha256"]
        for repo in (*self.repos.values(), *self.datasets.values()):
            for body in repo.files.values():
                if sha256(body) == wanted:
                    return await send(request, body, {"ETag": f'"{wanted}"'})
        return web.Response(status=404)

    def _find(self, request: web.Request) -> Repo | web.Response:
        """Find the repository and commit, or say what the Hub would say."""
        token = _token(request)
        of_kind = {"datasets": self.datasets, "spaces": self.spaces}
        repos = of_kind.get(request.match_info.get("kind", ""), self.repos)
        name = request.match_info["repo"]
        repo = repos.get(self.renamed.get(name, name))
        if repo is None or (repo.is_private and token not in repo.readers):
            if token is None:
                return _refusal(401, "RepoNotFound", "Invalid username or password.")
            return _refusal(404, "RepoNotFound", "Repository not found")
        commit = repo.at(request.match_info.get("revision", "main"))
        return commit or _refusal(404, "RevisionNotFound", "Invalid rev id")


def _refusal(
    status: int, code: str | None, message: str, revision: str | None = None
) -> web.Response:
    headers = {"X-Error-Message": message}
    if code is not None:
        headers["X-Error-Code"] = code
    if revision is not None:
        headers["X-Repo-Commit"] = revision
    return web.json_response({"error": message}, status=status, headers=headers)


def _token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


def _seen(request: web.Request) -> RecordedRequest:
    return RecordedRequest(
        request.method,
        request.path,
        _token(request),
        request.host,
        request.headers.get("User-Agent", ""),
    )


@contextlib.contextmanager
def _in_thread(hub: LoopbackHub) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="loopback-hub", daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(hub.__aenter__(), loop).result()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(hub.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def main() -> None:
    """Serve one folder until interrupted."""
    parser = argparse.ArgumentParser(description="Serve a folder as a Hub repository, on loopback.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repo", help="its id; by default local/ and the folder's name")
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    with LoopbackHub(port=chosen.port) as hub:
        name = chosen.folder.resolve().name
        repo = hub.add(chosen.repo or f"local/{name}", chosen.folder)
        print(f"HF_ENDPOINT={hub.url}\n{repo.repo_id}@{repo.revision}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
