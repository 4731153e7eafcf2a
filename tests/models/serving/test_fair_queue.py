"""Who goes next: in turn, alike in length, never for ever behind others."""

import asyncio
import random
from collections import Counter

import pytest

from models.serving.fair_queue import FairQueue, QueuedRequest
from models.tasks.tokens.batching import cut

BUDGET = 512

Request = QueuedRequest[int, int]
Line = FairQueue[int, int]


def request(size: int = 20, asker: str = "", gives_up_at: float = 60.0) -> Request:
    answer = asyncio.get_running_loop().create_future()
    return QueuedRequest(size, size, asker, 0.0, gives_up_at, answer)


def joined(line: Line, *sizes: int, asker: str = "") -> list[Request]:
    requests = [request(size, asker) for size in sizes]
    for each in requests:
        line.join(each)
    return requests


async def test_a_batch_is_alike_in_length_and_holds_the_oldest():
    line: Line = FairQueue()
    first, *_ = joined(line, 100, 10, 11, 12, 95, 105)
    batch = line.take(BUDGET)
    assert first in batch
    assert sorted(each.size for each in batch) == [95, 100, 105]
    assert sorted(each.size for each in line.take(BUDGET)) == [10, 11, 12]
    assert line.take(BUDGET) == []
    assert (len(line), line.tokens) == (0, 0)


async def test_askers_take_turns():
    line: Line = FairQueue()
    joined(line, *[20] * 500, asker="loud")
    line.take(BUDGET)
    (quiet,) = joined(line, 400, asker="quiet")  # alike in length to nobody
    assert quiet not in line.take(BUDGET)
    assert quiet in line.take(BUDGET)


async def test_equal_askers_get_equal_shares():
    line: Line = FairQueue()
    for asker in "abcd":
        joined(line, *[20] * (1000 if asker == "a" else 200), asker=asker)
    got = Counter(each.asker for _ in range(8) for each in line.take(BUDGET))
    assert max(got.values()) - min(got.values()) <= 2


async def test_a_crowd_of_askers_shares_a_batch():
    line: Line = FairQueue()
    for each in range(100):
        joined(line, 20, asker=str(each))
    assert [len(line.take(BUDGET)) for _ in range(4)] == [25, 25, 25, 25]


async def test_nobody_starves_whatever_the_others_ask():
    """Each round more comes in than goes out, and all of it is unlike what is watched."""
    chance = random.Random(1)
    line: Line = FairQueue()
    watched = [joined(line, 500 + each, asker=str(each % 5))[0] for each in range(10)]
    batches = 0
    while any(each.is_in_line for each in watched):
        for _ in range(40):
            joined(line, chance.randint(1, 60), asker=str(chance.randint(0, 9)))
        line.take(BUDGET)
        batches += 1
        assert batches <= 20  # two turns of each of ten askers


async def test_within_an_asker_the_oldest_is_never_passed_over_for_ever():
    line: Line = FairQueue()
    (odd,) = joined(line, 300, asker="a")
    joined(line, *[20] * 200, asker="a")
    joined(line, *[20] * 200, asker="b")
    assert odd in line.take(BUDGET) + line.take(BUDGET)


async def test_whoever_leaves_is_not_counted_and_not_taken():
    chance = random.Random(2)
    line: Line = FairQueue()
    there: set[Request] = set()
    for _ in range(3000):
        asker = str(chance.randint(0, 5))
        match chance.randint(0, 4):
            case 0 | 1:
                there.update(joined(line, chance.randint(1, 200), asker=asker))
            case 2 if there:
                gone = chance.choice(sorted(there, key=id))
                line.leave(gone)
                line.leave(gone)
                there.discard(gone)
            case 3 if there:
                silent = chance.choice(sorted(there, key=id))
                silent.answer.cancel()  # without a word: found out when it would be taken
                line.leave(silent) if chance.random() < 0.5 else None
                if not silent.is_in_line:
                    there.discard(silent)
            case 4 if chance.random() < 0.2:
                batch = line.take(BUDGET)
                assert all(each in there and not each.answer.done() for each in batch)
                there -= set(batch)
                there = {each for each in there if each.is_in_line}
        assert len(line) == len(there)
        assert line.tokens == sum(each.size for each in there)
        assert set(line) == there


async def test_room_is_made_by_whoever_has_most():
    line: Line = FairQueue()
    assert line.push_out("new") is None
    loud = joined(line, *[20] * 10, asker="loud")
    joined(line, *[20] * 3, asker="other")
    assert line.push_out("loud") is None
    assert line.push_out("new") is loud[-1]
    assert line.push_out("new") is loud[-2]
    assert line.count_of("loud") == 8
    joined(line, *[20] * 7, asker="new")
    assert line.push_out("new") is None


async def test_the_place_of_a_newcomer_is_told():
    line: Line = FairQueue()
    joined(line, *[20] * 100, asker="loud")
    joined(line, 20, 20, asker="other")
    assert line.before("loud") == 102
    assert line.before("other") == 5  # its two, and three turns of the loud one
    assert line.before("new") == 2


async def test_who_gives_up_is_taken_out():
    line: Line = FairQueue()
    early, late = request(gives_up_at=1.0), request(gives_up_at=2.0)
    assert line.next_to_expire() is None
    line.join(late)
    line.join(early)
    assert line.next_to_expire() == 1.0
    assert line.expired(1.5) == [early]
    assert list(line) == [late]


class Size(int):
    """Counts how often sizes are compared, which is what sorting takes."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Size.compared += 1
        return super().__lt__(other)


@pytest.mark.parametrize("askers", [1, 64, 5000])
async def test_the_choice_takes_no_longer_however_many_wait(askers, monkeypatch):
    """Sorting all of them for each batch would be 5,000 · log(5,000) comparisons each time."""
    chance = random.Random(3)
    line: Line = FairQueue()
    for each in range(5000):
        line.join(request(Size(chance.randint(3, 60)), str(each % askers)))
    looked_at, is_there = [], line._is_there
    monkeypatch.setattr(line, "_is_there", lambda each: looked_at.append(each) or is_there(each))
    at_most = BUDGET // 3 + 1  # of the shortest
    while line:
        Size.compared = 0
        looked_at.clear()
        line.take(BUDGET)
        assert len(looked_at) <= at_most
        assert Size.compared <= at_most * at_most.bit_length()


def test_cuts_keep_to_the_budget_and_to_little_padding():
    chance = random.Random(1)
    for _ in range(200):
        sizes = sorted(chance.randint(1, 700) for _ in range(chance.randint(1, 80)))
        batches = list(cut(sizes, BUDGET))
        assert [place for batch in batches for place in batch] == list(range(len(sizes)))
        for batch in batches:
            padded, real = sizes[batch[-1]] * len(batch), sum(sizes[place] for place in batch)
            assert len(batch) == 1 or (padded <= BUDGET and padded <= 2 * real)
