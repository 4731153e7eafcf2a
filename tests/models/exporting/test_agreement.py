"""What a faster engine must not slip past: answers that hardly move say little about it."""

import numpy as np
from tokenizers import Tokenizer

from models.checkpoints.certainty.calibration import Calibration
from models.checkpoints.tokenizing.tokenizer import FastTokenizer, text_tokenizer
from models.engines.protocol import Positions, TokenRow
from models.exporting.agreement import agree, answers
from models.exporting.texts import trial_texts
from models.reports import ProblemType
from models.tasks.classification import CLASSIFICATION, Classifier, TextToClassify
from models.tasks.tokens.encoding import TextEncoder
from tests.models.tiny import LIMIT, wordpiece


class Detector:
    """Says `harmless` to nearly everything, as what looks for insults does to polite texts."""

    has_types = False
    memory_bytes = 0

    def __init__(self, error: float, is_blind: bool = False) -> None:
        self._error = error
        self._is_blind = is_blind

    def logits(self, rows: list[TokenRow], at: Positions | None = None) -> np.ndarray:
        seen = [0.0 if self._is_blind else sum(row.ids) % 17 / 4 for row in rows]
        return np.array([[9.0, -5.0 + each + self._error] for each in seen], np.float32)


def work(engine: Detector, is_multi_label: bool) -> Classifier:
    tokenizer = text_tokenizer(wordpiece())
    assert isinstance(tokenizer, FastTokenizer)
    encoder = TextEncoder(tokenizer, LIMIT, False, 1000)
    problem = ProblemType.MULTI_LABEL if is_multi_label else ProblemType.SINGLE_LABEL
    return Classifier(engine, encoder, ("harmless", "insult"), problem, Calibration())


def is_let_in(engine: Detector, is_multi_label: bool) -> bool:
    texts = [TextToClassify(text) for text in trial_texts()]
    expected = answers(work(Detector(0.0), is_multi_label), texts)
    return agree(CLASSIFICATION.export, expected, work(engine, is_multi_label), texts).is_enough


def test_an_engine_that_is_blind_does_not_pass_because_all_texts_are_harmless() -> None:
    for is_multi_label in (False, True):
        assert not is_let_in(Detector(0.0, is_blind=True), is_multi_label)
        assert not is_let_in(Detector(2.0), is_multi_label)


def test_a_small_error_far_from_any_decision_passes() -> None:
    for is_multi_label in (False, True):
        assert is_let_in(Detector(0.0), is_multi_label)
        assert is_let_in(Detector(0.05), is_multi_label)


def test_a_tokenizer_that_splits_typed_special_tokens_still_does() -> None:
    """The setting is of the object, and no part of a tokenizer.json."""
    source = wordpiece()
    source.split_special_tokens = True
    expected = source("good [MASK] movie")["input_ids"]
    assert source.mask_token_id not in expected
    tokenizer = text_tokenizer(source)
    assert isinstance(tokenizer, FastTokenizer)
    assert tokenizer.encode(["good [MASK] movie"])[0][0] == expected
    again = FastTokenizer(Tokenizer.from_str(tokenizer.json), tokenizer.facts)
    assert again.encode(["good [MASK] movie"])[0][0] == expected
