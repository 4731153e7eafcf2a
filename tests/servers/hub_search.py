"""What the Hub finds: by words of the name, the task and what the tags say."""

from collections.abc import Mapping

from multidict import MultiMapping

from tests.servers.hub_repo import Repo


def fits(repo: Repo, asked: MultiMapping[str]) -> bool:
    """Say whether a repository is what somebody looks for."""
    words = asked.get("search", "").lower().split()
    if not all(word in repo.repo_id.lower() for word in words):
        return False
    said: Mapping[str, object] = repo.info(has_files=False)
    if (task := asked.get("pipeline_tag")) and said.get("pipeline_tag") != task:
        return False
    tags = said["tags"]
    assert isinstance(tags, list)
    wanted = asked.getall("filter", [])
    return all(one in tags or one.removeprefix("language:") in tags for one in wanted)
