"""The answers of `bank_09`: right ones pass, wrong ones do not, and what is wrong is said."""

from collections import Counter

import bank_09
import pytest
from test_bank import kind_of, message

RIGHT = [answer for answer in bank_09.ANSWERS if answer[2] is None]
WRONG = [answer for answer in bank_09.ANSWERS if answer[2] is not None]


def test_the_bank_is_large():
    assert len(RIGHT) >= 10 and len(WRONG) >= 40


@pytest.mark.parametrize("answer", RIGHT, ids=lambda answer: f"{answer[0]}: {answer[3]}")
def test_right_answers_of_every_style_are_accepted(answer):
    ok, said = message(*answer[:2])
    assert ok, said


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: f"{answer[0]}: {answer[2]}")
def test_wrong_answers_are_refused(answer):
    ok, said = message(*answer[:2])
    assert not ok
    assert kind_of(said, answer[4]) != "vague", said


def test_most_causes_are_named():
    kinds = Counter(kind_of(message(e, f)[1], says) for e, f, _, _, says in WRONG)
    assert kinds["named"] >= 0.85 * len(WRONG), kinds
