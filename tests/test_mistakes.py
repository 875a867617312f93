"""The catalogue: each mistake is one, is found by the recommended check, and missed where it says."""

import re

import numpy as np
import pytest
from problems import random_problem

from bptt_lab import VanillaRNN, check_gradients, cross_entropy, one_hot
from bptt_lab.teaching.exercises import EXERCISES
from bptt_lab.teaching.mistakes import (
    BACKWARD,
    CATALOGUE,
    SETTINGS,
    FaultyRNN,
    Mistake,
    found_by,
    from_parts,
)

RIGHT = Mistake("right", "no mistake", from_parts(), "", "")


def specimen(mistake, T=6, N=4, I=2, H=5, C=3):
    """Return a network that makes a mistake, with random parameters, at notebook 04's sizes."""
    rng = np.random.default_rng(3)
    model = FaultyRNN(mistake, I, H, C, init="normal", input_scale=1, seed=rng)
    for name in ("b_h", "b_out"):
        model.params[name] = 0.5 * rng.normal(size=model.params[name].shape)
    return model, rng.normal(size=(T, N, I)), one_hot(rng.integers(0, C, N), C)


def test_the_catalogue_is_large_and_its_entries_are_complete():
    assert len(BACKWARD) >= 24
    for mistake in CATALOGUE:
        assert mistake.name and mistake.seen and mistake.look and mistake.wrong, mistake.id
        assert set(mistake.wrong) <= set(EXERCISES), mistake.id
        assert set(mistake.missed) <= set(SETTINGS), mistake.id
    for exercise in EXERCISES:
        names = [mistake.name for mistake in CATALOGUE if exercise in mistake.wrong]
        assert names and len(set(names)) == len(names), exercise


def test_every_mistake_has_an_id_of_its_own():
    ids = [mistake.id for mistake in CATALOGUE]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\w+(-\w+)*", id) for id in ids)


@pytest.mark.parametrize("seed", range(3))
def test_bptt_in_parts_is_the_packages(seed):
    """Without a fault, what all faults are made from is right."""
    model, X, Y, h0 = random_problem(seed)
    logits, cache = model.forward(X, h0)
    d_logits = cross_entropy(logits, Y)[1]
    grads, right = (
        from_parts()["backward"](model.params, X, cache.h, d_logits),
        model.backward(cache, d_logits),
    )
    for name, value in right.items():
        np.testing.assert_allclose(grads[name], value, rtol=1e-11, atol=1e-14)


def test_the_right_gradient_passes():
    assert check_gradients(*specimen(RIGHT)).ok
    for setting in SETTINGS.values():
        assert not found_by([RIGHT], **setting)[RIGHT.id]


@pytest.mark.parametrize("mistake", BACKWARD, ids=lambda mistake: mistake.id)
def test_check_gradients_finds_it(mistake):
    report = check_gradients(*specimen(mistake))
    failed = [name for name in report.errors if report.verdict(name) == "FAIL"]
    assert failed and not report.ok
    assert failed == found_by([mistake])[mistake.id]  # two ways to ask


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_a_setting_misses_is_what_the_catalogue_says(setting):
    found = found_by(**SETTINGS[setting])
    missed = {id for id, wrong in found.items() if not wrong}
    assert missed == {mistake.id for mistake in BACKWARD if setting in mistake.missed}


@pytest.mark.parametrize("mistake", BACKWARD, ids=lambda mistake: mistake.id)
def test_what_is_seen_names_the_wrong_tensors(mistake):
    """The sentence on what one sees agrees with what one sees, as far as it names tensors."""
    wrong = set(found_by([mistake])[mistake.id])
    named = re.match(
        r"(?:only )?((?:(?:W_in|W_hh|b_h|W_out|b_out|h0|X)(?:, | and )?)+) (?:is|are)", mistake.seen
    )
    if mistake.seen.startswith("every gradient"):
        assert wrong == {"W_in", "W_hh", "b_h", "W_out", "b_out", "h0", "X"}
    elif "(h0 only if T is odd)" in mistake.seen:
        assert wrong == {"W_in", "W_hh", "b_h", "X"}
    elif named:
        assert wrong == set(re.findall(r"\w+", named[1].replace(" and ", ", ")))


def test_found_by_and_the_faulty_network_leave_nothing_behind():
    before = np.random.get_state()[1].copy()
    forgetful = next(mistake for mistake in BACKWARD if "one call" in mistake.missed)
    assert found_by([forgetful]) == found_by([forgetful])
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    model, X, Y = specimen(BACKWARD[0])
    right = VanillaRNN(2, 5, 3)
    right.params = model.params
    np.testing.assert_array_equal(model(X), right(X))  # the forward pass is right
