"""What a Hub does with uploads: repositories made, files taken in, commits, and who may see them.

Small files come within the commit, large ones before it by the protocol of Git LFS: only those
that came whole can be committed.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace

import yaml
from aiohttp import web

from tests.servers.hub_repo import Repo, commit_of, is_large, sha256

Refuse = Callable[[int, str | None, str], web.Response]
TokenOf = Callable[[web.Request], str | None]


class Uploads:
    """Takes what accounts send; `writers` are their tokens with the names of their accounts."""

    def __init__(
        self,
        datasets: dict[str, Repo],
        models: dict[str, Repo],
        spaces: dict[str, Repo],
        refuse: Refuse,
        token_of: TokenOf,
        url: Callable[[], str],
    ) -> None:
        by_kind = {"dataset": datasets, "model": models, "space": spaces}
        self._kinds = by_kind | {f"{kind}s": repos for kind, repos in by_kind.items()}
        self._refuse = refuse
        self._token_of = token_of
        self._url = url
        self._large: dict[str, bytes] = {}
        self.writers: dict[str, str] = {}
        self.commits: list[tuple[str, str]] = []
        """The repository and the message of each."""

    def routes(self) -> list[web.RouteDef]:
        repo, kind = "{repo:[^/]+/[^/]+}", "{kind:models|datasets|spaces}"
        return [
            web.get("/api/whoami-v2", self._whoami),
            web.post("/api/validate-yaml", self._validate),
            web.post("/api/repos/create", self._create),
            web.put(f"/api/{kind}/{repo}/settings", self._settings),
            web.post(f"/api/{kind}/{repo}/preupload/{{revision}}", self._preupload),
            web.post(f"/{{kind:datasets|spaces}}/{repo}.git/info/lfs/objects/batch", self._batch),
            web.post(f"/{repo}.git/info/lfs/objects/batch", self._batch),
            web.put("/lfs/{sha256}", self._put),
            web.post(f"/api/{kind}/{repo}/commit/{{revision}}", self._commit),
        ]

    async def _whoami(self, request: web.Request) -> web.Response:
        name = self.writers.get(self._token_of(request) or "")
        if name is None:
            return self._refuse(401, None, "Invalid credentials in Authorization header")
        return web.json_response({"type": "user", "name": name, "orgs": []})

    async def _validate(self, request: web.Request) -> web.Response:
        """Cards have a front matter that is YAML, and name as their base what the Hub may have."""
        asked = await request.json()
        content = asked["content"]
        try:
            said = yaml.safe_load(content.removeprefix("---\n").partition("\n---\n")[0])
        except yaml.YAMLError as error:
            return web.json_response({"errors": [{"message": str(error)}]}, status=400)
        errors = [] if isinstance(said, dict) else [{"message": "no front matter"}]
        base = said.get("base_model") if isinstance(said, dict) else None
        if base is not None and not re.fullmatch(r"[\w.-]+/[\w.-]+", str(base)):
            errors.append({"message": f'"base_model" with value "{base}" is not valid.'})
        if asked.get("repoType") == "space" and isinstance(said, dict):
            lacking = [key for key in ("title", "sdk", "sdk_version") if not said.get(key)]
            errors += [{"message": f'"{key}" is required'} for key in lacking]
        return web.json_response({"errors": errors, "warnings": []}, status=400 if errors else 200)

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        token = self._token_of(request) or ""
        owner = self.writers.get(token)
        kind = asked.get("type") or "model"
        if owner is None or (asked.get("organization") or owner) != owner:
            return self._refuse(403, None, f"You don't have the rights to create a {kind} there")
        if kind == "space" and asked.get("sdk") != "gradio":
            return self._refuse(400, None, "no such SDK")
        repo_id = f"{owner}/{asked['name']}"
        repos = self._kinds[kind]
        if repo_id in repos:
            return self._refuse(409, None, f"You already created this {kind} repo")
        is_private = asked.get("visibility") == "private"
        readers = frozenset({token})
        repos[repo_id] = Repo(repo_id, commit_of({}), {}, is_private, readers=readers)
        url = f"{self._url()}/{'' if kind == 'model' else f'{kind}s/'}{repo_id}"
        return web.json_response({"url": url, "name": repo_id, "private": is_private})

    async def _settings(self, request: web.Request) -> web.Response:
        repo = self._writable(request)
        if isinstance(repo, web.Response):
            return repo
        asked = await request.json()
        repo.is_private = asked["visibility"] == "private"
        return web.json_response({"private": repo.is_private})

    async def _preupload(self, request: web.Request) -> web.Response:
        repo = self._writable(request)
        if isinstance(repo, web.Response):
            return repo
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if is_large(file["path"]) else "regular",
                "shouldIgnore": False,
            }
            for file in (await request.json())["files"]
        ]
        return web.json_response({"files": files})

    async def _batch(self, request: web.Request) -> web.Response:
        repo = self._writable(request)
        if isinstance(repo, web.Response):
            return repo
        objects = [
            {
                **asked,
                "actions": {"upload": {"href": f"{self._url()}/lfs/{asked['oid']}", "header": {}}},
            }
            for asked in (await request.json())["objects"]
        ]
        return web.json_response({"transfer": "basic", "objects": objects})

    async def _put(self, request: web.Request) -> web.Response:
        body, wanted = await request.read(), request.match_info["sha256"]
        if sha256(body) != wanted:
            return self._refuse(400, None, "another hash")
        self._large[wanted] = body
        return web.Response()

    async def _commit(self, request: web.Request) -> web.Response:
        repo = self._writable(request)
        if isinstance(repo, web.Response):
            return repo
        lines = [json.loads(line) for line in (await request.text()).splitlines()]
        files, message = dict(repo.files), ""
        for line in lines:
            value = line["value"]
            match line["key"]:
                case "header":
                    message = value["summary"]
                case "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile" if value["oid"] in self._large:
                    files[value["path"]] = self._large[value["oid"]]
                case _:
                    return self._refuse(422, None, f"no such operation: {line['key']}")
        made = replace(repo, files=files, revision=commit_of(files))
        self._repos(request)[repo.repo_id] = made
        self.commits.append((repo.repo_id, message))
        address = f"{self._url()}/{repo.repo_id}/commit/{made.revision}"
        return web.json_response(
            {"commitUrl": address, "commitOid": made.revision, "success": True}
        )

    def _writable(self, request: web.Request) -> Repo | web.Response:
        repo = self._repos(request).get(request.match_info["repo"])
        owner = self.writers.get(self._token_of(request) or "")
        if repo is None:
            return self._refuse(404, "RepoNotFound", "Repository not found")
        if owner is None or repo.repo_id.partition("/")[0] != owner:
            return self._refuse(403, None, "You don't have the rights to write there")
        return repo

    def _repos(self, request: web.Request) -> dict[str, Repo]:
        return self._kinds[request.match_info.get("kind", "models")]
