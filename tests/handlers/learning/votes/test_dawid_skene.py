"""Who is right, found from who agrees; beside crowd-kit's."""

import random
import warnings

import numpy as np
import pandas
import pytest
from crowdkit.aggregation import OneCoinDawidSkene

from handlers.learning.votes.counting import numbered
from handlers.learning.votes.dawid_skene import ROUNDS, Believed, Said, fit

PEOPLE = [f"user{n}" for n in range(20)]
FLAT = (0.7e-6, 1e-6)
MEMBERS = (2.8, 4.0)


def crowd(seed: int, texts: int = 300, votes: int = 5, answers: int = 3):
    """Three in four are right nine times in ten, the others guess."""
    chance = random.Random(seed)
    truth = [chance.randrange(answers) for _ in range(texts)]
    rows = []
    for text, right in enumerate(truth):
        for user in chance.sample(range(len(PEOPLE)), votes):
            knows = user % 4 and chance.random() < 0.9
            rows.append((text, PEOPLE[user], right if knows else chance.randrange(answers)))
    return truth, rows


def best(found: dict[tuple[int, int], float]) -> dict[int, int]:
    leading: dict[int, tuple[float, int]] = {}
    for (text, answer), posterior in found.items():
        leading[text] = max(leading.get(text, (0.0, -1)), (posterior, answer))
    return {text: answer for text, (_, answer) in leading.items()}


def ours(rows, prior, possible=3, share=1.0, rounds=ROUNDS):
    texts, users, answers = zip(*rows, strict=True) if rows else ((), (), ())
    texts, answers = np.array(texts, np.int64), np.array(answers, np.int64)
    people = {}
    said = Said.of(texts, numbered(users, people), answers, np.full(len(rows), share))
    right, known = (np.full(len(people), each) for each in prior)
    posterior = fit(said, Believed(right, known), possible, rounds).posterior
    pairs = zip(said.number[said.text].tolist(), said.answer.tolist(), strict=True)
    return dict(zip(pairs, posterior.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_the_oracle_finds(seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        truth, rows = crowd(seed)
        table = pandas.DataFrame(rows, columns=["task", "worker", "label"])
        oracle = OneCoinDawidSkene(100).fit_predict_proba(table)
    found = ours(rows, FLAT, rounds=100)
    apart = [abs(found[text, answer] - oracle.loc[text, answer]) for text, answer in found]
    assert np.mean(apart) < 0.01
    same = [best(found)[text] == oracle.loc[text].idxmax() for text in range(len(truth))]
    assert np.mean(same) > 0.99


@pytest.mark.parametrize("votes", [2, 3, 5])
def test_it_beats_counting_where_some_guess(votes):
    truth, rows = crowd(7, votes=votes)
    found = best(ours(rows, MEMBERS))
    counts = [[0] * 3 for _ in truth]
    for text, _, answer in rows:
        counts[text][answer] += 1
    counted = sum(
        row[right] == max(row) and row.count(max(row)) == 1
        for row, right in zip(counts, truth, strict=True)
    )
    assert sum(found[n] == right for n, right in enumerate(truth)) > counted


@pytest.mark.parametrize(("votes", "sure"), [(1, 0.7), (2, 0.9159)])
def test_two_who_agree_do_not_confirm_themselves(votes, sure):
    rows = [(n, PEOPLE[(n + k) % 5], n % 3) for n in range(50) for k in range(votes)]
    assert list(ours(rows, MEMBERS).values()) == pytest.approx([sure] * 50, abs=1e-4)


def test_probabilities_of_a_text_are_at_most_one():
    _, rows = crowd(1, votes=2)
    totals: dict[int, float] = {}
    for (text, _), posterior in ours(rows, MEMBERS).items():
        assert 0 <= posterior <= 1
        totals[text] = totals.get(text, 0) + posterior
    assert max(totals.values()) <= 1 + 1e-9


def test_half_a_vote_weighs_half():
    rows = [(1, "user1", 0), (1, "user2", 0)]
    assert ours(rows, MEMBERS, 2, share=0.5, rounds=0) == {(1, 0): pytest.approx(0.7)}
    assert ours([], MEMBERS) == {}
