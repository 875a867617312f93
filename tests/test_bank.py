"""Answers that were written without sight of the catalogue: right ones pass, wrong ones do not.

A cause counts as named where the message says what the answer's author would look for (`says`); as
narrowed where it says which result is wrong, where, by which factor or under which circumstances.
``python tests/test_bank.py`` prints the table, and every message that is neither.
"""

import re
import sys
from collections import Counter

import bank_01_02
import bank_03_05
import pytest
from problems import TRIALS

from bptt_lab.teaching import attempts, examine

ANSWERS = bank_01_02.ANSWERS + bank_03_05.ANSWERS
RIGHT = [answer for answer in ANSWERS if answer[2] is None]
WRONG = [answer for answer in ANSWERS if answer[2] is not None]
EVERY = 1 if TRIALS > 300 else 6  # all of them where there is time: `make matrix`
VAGUE = r"is wrong(\.| in every entry\.| in \d+ of \d+ entries\.)"


def message(exercise, function):
    report = examine(exercise, function)
    return report.ok, " ".join(str(report).split())


def kind_of(said, says):
    """Return "named", "narrowed" or "vague"."""
    if any(re.search(pattern, said, re.I) for pattern in says):
        return "named"
    rest = re.sub(VAGUE, "", re.sub(r"^\w+ is not right yet\.", "", said)).strip()
    return "narrowed" if rest else "vague"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(attempts, "SECONDS", 6.0)


def test_the_bank_is_large():
    assert len(RIGHT) >= 100 and len(WRONG) >= 300


def test_right_answers_of_every_style_are_accepted():
    refused = [
        (e, style, said)
        for e, f, _, style, _ in RIGHT[::EVERY]
        for ok, said in [message(e, f)]
        if not ok
    ]
    assert refused == []


def test_wrong_answers_are_refused_and_their_cause_is_named():
    kinds, accepted = Counter(), []
    for exercise, function, cause, _, says in WRONG[::EVERY]:
        ok, said = message(exercise, function)
        kinds[kind_of(said, says)] += 1
        accepted += [(exercise, cause)] * ok
    assert accepted == []
    assert kinds["vague"] <= 0.05 * len(WRONG[::EVERY])
    assert kinds["named"] >= 0.75 * len(WRONG[::EVERY])


def main():
    attempts.SECONDS = 3.0
    table = Counter()
    for exercise, function, cause, style, says in ANSWERS:
        ok, said = message(exercise, function)
        kind = ("right: " if cause is None else "wrong: ") + ("accepted" if ok else "refused")
        if cause is not None and not ok:
            table[exercise, kind_of(said, says)] += 1
        table[exercise, kind] += 1
        if ok != (cause is None) or cause is not None and kind_of(said, says) != "named":
            print(f"{kind} {kind_of(said, says)} | {exercise} | {style or cause}\n    {said}")
    columns = ("right: accepted", "right: refused", "wrong: refused", "wrong: accepted")
    columns += ("named", "narrowed", "vague")
    print(f"\n{'':<24}" + "".join(f"{column:<17}" for column in columns))
    exercises = list(dict.fromkeys(answer[0] for answer in ANSWERS))
    for exercise in exercises:
        cells = "".join(f"{table[exercise, column]:<17}" for column in columns)
        print(f"{exercise:<24}{cells}")
    total = "".join(f"{sum(table[e, column] for e in exercises):<17}" for column in columns)
    print(f"{'all':<24}{total}")


if __name__ == "__main__":
    sys.exit(main())
