"""What a process does because there are others: counts with them, and does what they tell."""

from collections.abc import Mapping

from bot.process.membership import Membership
from handlers.guard.shared_limits import SharedLimits
from handlers.jobs.runner import JobRunner
from handlers.others import ANSWERS_FORGOTTEN, WRITING_STOPPED
from handlers.services import Services


def work_together(
    others: Membership, services: Services, limits: SharedLimits, jobs: JobRunner
) -> None:
    """Begin to; before anybody has asked. One that is alone counts in its memory only."""

    def stop(facts: Mapping[str, object]) -> None:
        community, key, user = (str(facts[name]) for name in ("community", "key", "user"))
        is_moderator = bool(facts["is_moderator"])
        services.writings.stop(community, key, user, is_moderator=is_moderator)

    if others.is_shared:
        limits.share()
        others.each_second(limits.exchange)
    others.on(ANSWERS_FORGOTTEN, lambda _: services.models.forget_answers())
    others.on(WRITING_STOPPED, stop)
    others.on_newer(jobs.pause)
    others.begin()
