"""The answers to the exercises of part two: right ones pass, wrong ones do not, and why is said."""

import functools
from collections import Counter

import bank_07
import bank_08
import bank_09
import bank_10
import bank_11
import pytest
import test_bank
from test_bank import kind_of

# Each with the numbers of right and wrong answers that it has at least
BANKS = {"07": (bank_07, 12, 30), "08": (bank_08, 12, 30), "09": (bank_09, 40, 180)}
BANKS["10"] = (bank_10, 15, 135)
BANKS["11"] = (bank_11, 11, 34)
ANSWERS = [(k, *answer) for k, (bank, *_) in BANKS.items() for answer in bank.ANSWERS]
RIGHT = [answer for answer in ANSWERS if answer[3] is None]
WRONG = [answer for answer in ANSWERS if answer[3] is not None]
message = functools.cache(test_bank.message)  # two tests look at it


def named(answer):
    notebook, exercise, _, cause, style, _ = answer
    return f"{notebook}, {exercise}: {cause or style}"


@pytest.mark.parametrize("notebook", BANKS)
def test_the_bank_is_large(notebook):
    _, right, wrong = BANKS[notebook]
    assert sum(answer[0] == notebook for answer in RIGHT) >= right
    assert sum(answer[0] == notebook for answer in WRONG) >= wrong


@pytest.mark.parametrize("answer", RIGHT, ids=named)
def test_right_answers_of_every_style_are_accepted(answer):
    ok, said = message(*answer[1:3])
    assert ok, said


@pytest.mark.parametrize("answer", WRONG, ids=named)
def test_wrong_answers_are_refused(answer):
    ok, said = message(*answer[1:3])
    assert not ok
    assert kind_of(said, answer[5]) != "vague", said


@pytest.mark.parametrize("notebook", BANKS)
def test_most_causes_are_named(notebook):
    mine = [answer for answer in WRONG if answer[0] == notebook]
    kinds = Counter(kind_of(message(e, f)[1], says) for _, e, f, _, _, says in mine)
    assert kinds["named"] >= 0.85 * len(mine), kinds
