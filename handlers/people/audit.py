"""`/audit`: who changed what others get here, for its admins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.collecting.edit import words_of_change
from handlers.guard.limits import LIMITS, OPERATORS
from handlers.people.limits import amount
from handlers.people.times import moment, zone_of
from handlers.services import Services
from handlers.table import Bilingual, Command, ControlFamily, Kind, Option
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Group,
    Language,
    Press,
    Reply,
    Request,
    Role,
    Table,
    UserError,
    Visibility,
)
from storage.records import AuditEntry, Deed, Settled

PAGE = 10
_ID = re.compile(r"audit:(?P<before>\d{1,9}):(?P<deed>[a-z_]{0,16}):(?P<user>.{0,64})")
_KINDS = {
    "roles": Deed.ROLE_GRANTED,
    "limits": Deed.LIMIT_SET,
    "datasets": Deed.DATASET_CREATED,
    "changes": Deed.DATASET_CHANGED,
    "undone": Deed.CHANGE_UNDONE,
    "texts": Deed.TEXT_SETTLED,
    "versions": Deed.VERSION_MOVED,
    "erased": Deed.PERSON_ERASED,
    "published": Deed.PUBLISHED,
    "mustpass": Deed.MUST_PASS_SET,
    "added": Deed.HUB_ADDED,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which entries somebody looks at."""

    before: int | None
    deed: Deed | None
    user: str | None

    def control(self, before: int) -> str:
        """The id of what shows the entries before a number."""
        return f"audit:{before}:{self.deed or ''}:{self.user or ''}"


async def audit(request: Request, services: Services) -> Reply:
    """Answer `/audit [what] [who]`."""
    what, who = request.options.get("what"), request.options.get("who")
    user = who.id if isinstance(who, Group) else None
    chosen = Chosen(None, _KINDS[str(what)] if what else None, user)
    return await _shown(services, request.place.community, request.actor, chosen)


AUDIT = Command(
    name=Bilingual("audit", "변경기록"),
    description=Bilingual(
        "Who changed what others get here", "이곳에서 누가 무엇을 바꿨는지 보여 줘요"
    ),
    handler=audit,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/audit what:roles", "/변경기록 무엇을:권한"),
    options=(
        Option(
            Bilingual("what", "무엇을"),
            Bilingual("Only changes of this kind", "이런 변경만"),
            Kind.CHOICE,
            choices=(
                Bilingual("roles", "권한"),
                Bilingual("limits", "한도"),
                Bilingual("datasets", "데이터셋"),
                Bilingual("changes", "바뀐것"),
                Bilingual("undone", "되돌린것"),
                Bilingual("texts", "정한글"),
                Bilingual("versions", "버전"),
                Bilingual("erased", "지운것"),
                Bilingual("published", "공개한것"),
                Bilingual("mustpass", "필수글"),
                Bilingual("added", "넣은모델"),
            ),
        ),
        Option(
            Bilingual("who", "누가"),
            Bilingual("Only what this person did", "이 사람이 한 것만"),
            Kind.GROUP,
        ),
    ),
)


async def press_audit(press: Press, services: Services) -> Reply:
    """Show what was done before.

    Raises:
        UserError: the id is not ours.
    """
    found = _ID.fullmatch(press.control)
    if not found or found["deed"] not in {"", *Deed}:
        raise UserError("unknown_control", control=press.control)
    deed = Deed(found["deed"]) if found["deed"] else None
    chosen = Chosen(int(found["before"]), deed, found["user"] or None)
    return await _shown(services, press.place.community, press.actor, chosen)


AUDIT_PAGES = ControlFamily("audit", press_audit, Role.ADMIN, is_in_place=True)


async def _shown(services: Services, community: str, reader: Actor, chosen: Chosen) -> Reply:
    found = await services.storage.audit.recent(
        community, PAGE + 1, before=chosen.before, deed=chosen.deed, user=chosen.user
    )
    language, entries = reader.language, found[:PAGE]
    if not entries:
        return Reply(text=say(language, "audit.none"))
    columns = ("number", "time", "by", "did")
    named = tuple(say(language, f"audit.{one}", zone=zone_of(reader)) for one in columns)
    return Reply(
        title=say(language, "audit.title"),
        table=Table(named, tuple(_row(entry, reader) for entry in entries)),
        controls=_older(found, entries, chosen, language),
    )


def _older(
    found: Sequence[AuditEntry], entries: Sequence[AuditEntry], chosen: Chosen, language: Language
) -> tuple[Button, ...]:
    if len(found) == len(entries):
        return ()
    return (Button(chosen.control(entries[-1].number), say(language, "audit.older")),)


def _row(entry: AuditEntry, reader: Actor) -> tuple[str, ...]:
    language = reader.language
    if entry.user is None:
        by, did = say(language, "audit.somebody"), say(language, "audit.erased")
    else:
        nobody = say(language, "audit.somebody")
        by, did = str(entry.facts.get("by") or entry.user or nobody), told(entry, language)
    return str(entry.number), moment(entry.at, reader), by, did


def told(entry: AuditEntry, language: Language) -> str:
    """Say what somebody did, in a line."""
    facts = dict(entry.facts)
    match entry.deed:
        case Deed.ROLE_GRANTED:
            facts |= {one: say(language, f"role.{facts[one]}") for one in ("before", "after")}
        case Deed.LIMIT_SET:
            facts["what"] = say(language, f"limit.{facts['limit']}")
            facts |= {
                one: _limit(facts["limit"], facts[one], language) for one in ("before", "after")
            }
        case Deed.DATASET_CHANGED | Deed.CHANGE_UNDONE:
            facts["said"] = words_of_change("did", facts, language)
        case Deed.PERSON_ERASED if not facts["versions"]:
            return say(language, "audit.person_erased_only")
        case Deed.TEXT_SETTLED:
            facts |= {one: _standing(entry, one, language) for one in ("before", "after")}
        case Deed.VERSION_MOVED if facts.get("reason"):
            return say(language, "audit.version_forced", **facts)
        case Deed.PUBLISHED:
            facts["seen"] = say(language, f"audit.seen_by_{facts['seen_by']}")
            if "space" in facts:
                return say(language, "audit.published_space", **facts)
            if "version" in facts:
                return say(language, "audit.published_model", **facts)
    return say(language, f"audit.{entry.deed}", **facts)


def _standing(entry: AuditEntry, when: str, language: Language) -> str:
    """What moderators had made of a text then; entries of before labels were noted have none."""
    how, labels = entry.facts[when], entry.facts.get(f"labels_{when}")
    if how == Settled.LABELLED and labels:
        return str(labels)
    return say(language, f"audit.text_{how or 'open'}")


def _limit(name: str, value: str, language: Language) -> str:
    if value == str(OPERATORS):
        return say(language, "audit.limit_usual")
    return amount(LIMITS[name], int(value)).to(language)
