"""The catalogue: each mistake is one, found by the recommended check, missed where it says."""

import itertools
import re
import zlib

import matplotlib
import nbformat
import numpy as np
import pytest
from execute import NOTEBOOKS
from problems import TRIALS, random_problem

from bptt_lab import Adam, VanillaRNN, check_gradients, cross_entropy, one_hot, train
from bptt_lab.network import Cache, Recurrent
from bptt_lab.teaching import explore
from bptt_lab.teaching.attempts import mistakes_of, problems_of, rights_of
from bptt_lab.teaching.comparing import agrees, like
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

matplotlib.use("agg")
RIGHT = Mistake("right", "no mistake", from_parts(), "", "")


def specimen(mistake, seed=0, T=6, N=4, I=2, H=5, C=3):
    """Return a network that makes a mistake, with random parameters, at notebook 04's sizes."""
    rng = np.random.default_rng(3 + seed)
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


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_two_mistakes_are_one_on_all_problems(exercise):
    """Or one would be named where the other was made; nor is one of them right."""
    made = [("nothing", rights_of(exercise))]
    made += [(mistake.id, outcomes) for mistake, outcomes in mistakes_of(exercise)]
    same = [
        (a, b)
        for (a, first), (b, second) in itertools.combinations(made, 2)
        if all(
            agrees(o, r, p) if a == "nothing" else like(r, o)
            for r, o, p in zip(first, second, problems_of(exercise))
        )
    ]
    assert not same


def test_a_mistake_of_a_part_is_known_in_what_contains_the_part():
    known = {exercise: len(mistakes_of(exercise)) for exercise in EXERCISES}
    assert known["states"] >= known["step"] and known["step_back"] > known["tanh_slope"]
    assert known["backward"] > known["error_signals"] > known["step_back"]
    for mistake in CATALOGUE:
        for part, whole in (("step", "states"), ("tanh_slope", "step_back")):
            if part in mistake.wrong and whole not in mistake.wrong:
                ids = {other.id for other in CATALOGUE if whole in other.wrong}
                elsewhere = {"step-without-old-state": "states-from-themselves"}
                elsewhere["tanh_slope-of-tanh-h"] = "slope-of-tanh-h"
                assert ids & {f"{mistake.id}-in-{whole}", elsewhere.get(mistake.id)}, mistake.id


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
    for seed in range(max(1, TRIALS // 400)):
        report = check_gradients(*specimen(mistake, seed))
        failed = [name for name in report.errors if report.verdict(name) == "FAIL"]
        assert failed and not report.ok, seed
        assert failed == found_by([mistake])[mistake.id], seed  # two ways to ask


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_a_setting_misses_is_what_the_catalogue_says(setting):
    """On many networks: no mistake is missed by chance, and the right gradient never fails."""
    expected = {mistake.id for mistake in BACKWARD if setting in mistake.missed} | {RIGHT.id}
    for seed in range(30 if TRIALS > 300 else 4):
        found = found_by([*BACKWARD, RIGHT], **SETTINGS[setting], seed=seed)
        assert {id for id, wrong in found.items() if not wrong} == expected, seed


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


REWORDED = [
    mistake._replace(name=f"number {k}", seen="seen", look="look")
    for k, mistake in enumerate(BACKWARD)
]


def test_reworded_mistakes_are_found_as_before():
    assert found_by(REWORDED) == found_by(BACKWARD)


def test_rewording_leaves_the_patients_of_the_explorable_as_they_are(monkeypatch):
    said, shown = [], []
    keep = lambda draw, **controls: shown.append(draw)  # noqa: E731
    monkeypatch.setattr(explore.bug_hunt, "display_controls", keep)
    for catalogue in (BACKWARD, REWORDED):
        monkeypatch.setattr(explore.bug_hunt, "BACKWARD", catalogue)
        explore.patients()
        draw = shown[-1]
        said.append([draw(letter, 1, False)[1:] for letter in explore.bug_hunt.PATIENTS])
        assert any("diagnosis: " in line for line in draw("F", 1, True)[1:])
    assert said[0] == said[1] and all("wrong are" in " ".join(lines) for lines in said[0])


def test_rewording_leaves_the_patients_of_the_notebook_as_they_are():
    notebook = nbformat.read(next(path for path in NOTEBOOKS if "06" in path.stem), as_version=4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith("files = "))
    ids = []
    for catalogue in (BACKWARD, REWORDED):
        names = {"zlib": zlib, "BACKWARD": catalogue}
        exec(cell.source, names)
        ids.append({letter: mistake.id for letter, mistake in names["patients"].items()})
    assert ids[0] == ids[1] and ids[0]["A"] == "dW_hh-transposed"


def two_states_step(params, x, state):
    """Return the gate a = σ(z_a) and the next state [h, c]: c ← a c + z_c, h = tanh c."""
    h, c = np.split(state, 2, axis=1)
    z_a, z_c = np.split(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"], 2, axis=1)
    a = 1 / (1 + np.exp(-z_a))
    c = a * c + z_c
    return a, np.concatenate([np.tanh(c), c], axis=1)


def two_states_back(params, X, states, d_state, W_hh):
    """Return the gradients of the cell; the W_hh on the way back may be another."""
    dz = np.empty((len(X), *d_state.shape), np.result_type(states, d_state))
    dh, dc = np.split(d_state, 2, axis=1)
    for t in range(len(X), 0, -1):
        a, state = two_states_step(params, X[t - 1], states[t - 1])
        (h, _), (_, c) = np.split(state, 2, axis=1), np.split(states[t - 1], 2, axis=1)
        dc = dc + dh * (1 - h**2)
        dz[t - 1] = np.concatenate([dc * c * a * (1 - a), dc], axis=1)
        dh, dc = dz[t - 1] @ W_hh.T, dc * a
    h = np.split(states[:-1], 2, axis=2)[0]
    return {
        "W_in": np.einsum("tni,tnk->ik", X, dz),
        "W_hh": np.einsum("tnh,tnk->hk", h, dz),
        "b_h": dz.sum(axis=(0, 1)),
        "h0": np.concatenate([dh, dc], axis=1),
        "X": dz @ params["W_in"].T,
    }


class TwoStates(Recurrent):
    """A small cell with a gate and a memory."""

    SHAPES, STATE = {"W_in": "I2H", "W_hh": "H2H", "b_h": "2H"}, 2

    def run(self, X, h0):
        states = [h0]
        for x in X:
            states.append(two_states_step(self.params, x, states[-1])[1])
        states = np.stack(states)
        return Cache(X[:], states, np.split(states, 2, axis=2)[0], ())

    def run_back(self, cache, d_read, d_state):
        d_state = d_state + np.concatenate([d_read[-1], 0 * d_read[-1]], axis=1)
        return two_states_back(self.params, cache.X, cache.states, d_state, self.params["W_hh"])


def right_backward(params, X, states, d_logits, W_hh=None):
    dh = d_logits @ params["W_out"].T
    d_state = np.concatenate([dh, 0 * dh], axis=1)
    grads = two_states_back(params, X, states, d_state, params["W_hh"] if W_hh is None else W_hh)
    h = np.split(states[-1], 2, axis=1)[0]
    return grads | {"W_out": h.T @ d_logits, "b_out": d_logits.sum(axis=0)}


def blocks_transposed(params, X, states, d_logits):
    W_hh = np.concatenate([W.T for W in np.split(params["W_hh"], 2, axis=1)], axis=1)
    return right_backward(params, X, states, d_logits, W_hh)


def no_gradient_for_the_memory(params, X, states, d_logits):
    grads = right_backward(params, X, states, d_logits)
    return grads | {"h0": grads["h0"] * np.repeat([1, 0], len(params["W_hh"]))}


IN_TWO_STATES = [
    Mistake("right-2", "no mistake", {"backward": right_backward}, "", ""),
    Mistake("transposed-2", "transposed", {"backward": blocks_transposed}, "", ""),
    Mistake("memory-2", "no memory", {"backward": no_gradient_for_the_memory}, "", ""),
]


def test_other_cells_have_mistakes_too():
    """A state of 2H numbers and blocks in W_hh: each block is made symmetric, or the identity."""
    on_the_way = ["W_in", "W_hh", "b_h", "h0", "X"]
    assert found_by(IN_TWO_STATES, cell=TwoStates) == {
        "right-2": [],
        "transposed-2": on_the_way,
        "memory-2": ["h0"],
    }
    for W_hh in ("symmetric", "identity"):
        found = found_by(IN_TWO_STATES, cell=TwoStates, W_hh=W_hh)
        assert found == {"right-2": [], "transposed-2": [], "memory-2": ["h0"]}


def test_a_faulty_network_of_another_cell_is_checked_and_trained():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(6, 4, 2)), one_hot(rng.integers(0, 3, 4), 3)
    for mistake in IN_TWO_STATES:
        model = FaultyRNN(mistake, 2, 5, 3, cell=TwoStates, init="normal", input_scale=1)
        assert check_gradients(model, X, Y).ok == (mistake.id == "right-2")
        history = train(model, X, Y, optimizer=Adam(0.01), epochs=20, progress=False)
        assert history.loss[-1] < history.loss[0]
        np.testing.assert_array_equal(model(X), model.forward(X)[0])
