"""Whatever works with a `VanillaRNN` works with any cell, and any model of the same methods."""

import tracemalloc

import numpy as np
import pytest
from cells import Linear, OwnGRU, TwoStates
from problems import random_problem

from bptt_lab import (
    Adam,
    VanillaRNN,
    check_gradients,
    load,
    mse,
    numerical_gradient,
    one_hot,
    relative_error,
    save,
    train,
)

CELLS = (VanillaRNN, OwnGRU, TwoStates)


def toy(n=40):
    """Return sequences whose class is the sign of their last inputs' sum, and their targets."""
    X = np.random.default_rng(0).normal(size=(5, n, 2))
    return X, one_hot((X[-1].sum(axis=1) > 0).astype(int), 2)


@pytest.mark.parametrize("every_step", (False, True))
@pytest.mark.parametrize("cell", CELLS)
def test_check_gradients_takes_any_cell(cell, every_step):
    model, X, Y, _ = random_problem(2, every_step, cell=cell)
    for method in ("central", "complex"):
        report = check_gradients(model, X, Y, every_step=every_step, method=method)
        assert report.ok and set(report.errors) == {*model.params, "h0", "X"}
        assert report.shapes["h0"] == (X.shape[1], cell.STATE * model.sizes()["H"])
    right = model.run_back

    def wrong(cache, d_read, d_state):
        grads = right(cache, d_read, d_state)
        return grads | {"h0": 1.01 * grads["h0"], "W_hh": grads["W_hh"][::-1]}

    model.run_back = wrong
    report = check_gradients(model, X, Y, every_step=every_step)
    assert {k for k in report.errors if report.verdict(k) == "FAIL"} == {"h0", "W_hh"}


def test_check_gradients_takes_a_model_that_is_no_cell():
    model, (X, Y) = Linear(2, 2), toy()
    report = check_gradients(model, X, Y)
    assert report.ok and set(report.errors) == {"A", "a", "X"}
    model.backward = lambda cache, d: Linear.backward(model, cache, d) | {"a": d.mean(axis=0)}
    report = check_gradients(model, X, Y)
    assert {k for k in report.errors if report.verdict(k) == "FAIL"} == {"a"}


def test_a_foreign_model_with_a_state_has_its_h0_checked():
    """It has neither SHAPES nor STATE: what backward returns says that there is an h0."""

    class Foreign:
        def __init__(self):
            self.gru = OwnGRU(2, 3, 2, init="normal", input_scale=1)
            self.params = self.gru.params

        def forward(self, X, h0=None, every_step=False):
            return self.gru.forward(X, h0, every_step)

        def backward(self, cache, d_logits):
            grads = self.gru.backward(cache, d_logits)
            return grads | {"h0": self.factor * grads["h0"]}

    model, (X, Y) = Foreign(), toy(4)
    model.factor = 1
    assert check_gradients(model, X, Y).ok
    model.factor = 1.1
    assert check_gradients(model, X, Y).verdict("h0") == "FAIL"


@pytest.mark.parametrize(
    "make", [*(lambda c=c: c(2, 6, 2, seed=1) for c in CELLS), lambda: Linear(2, 2)]
)
def test_train_and_save_take_any_model(make, tmp_path):
    model, (X, Y), adam, rng = make(), toy(), Adam(0.03), np.random.default_rng(4)
    options = {"batch_size": 8, "clip_norm": 1, "progress": False}
    history = train(model, X, Y, optimizer=adam, rng=rng, epochs=30, **options)
    assert history.loss[-1] < 0.5 * history.loss[0] and history.accuracy[-1] > 0.9
    saved = load(save(tmp_path / "run", model, adam, rng), kinds=[Linear])
    assert type(saved.model) is type(model)
    for m, a, r in ((model, adam, rng), saved):
        train(m, X, Y, optimizer=a, rng=r, epochs=2, **options)
    for k, w in model.params.items():
        np.testing.assert_array_equal(saved.model.params[k], w)


@pytest.mark.parametrize("every_step", (False, True))
@pytest.mark.parametrize("cell", CELLS)
def test_two_pieces_joined_give_the_whole_gradient(cell, every_step):
    model, X, Y, h0 = random_problem(5, every_step, cell=cell)
    for cut in (1, 4, len(X) - 1):
        logits, cache = model.forward(X, h0, every_step)
        whole = model.backward(cache, mse(logits, Y)[1])
        first, cache_1 = model.forward(X[:cut], h0, every_step)
        last, cache_2 = model.forward(X[cut:], cache_1.states[-1], every_step)
        pieces = np.concatenate([first, last]) if every_step else last
        np.testing.assert_array_equal(pieces, logits)
        d_logits = mse(logits, Y)[1]
        d_last, d_first = (d_logits[cut:], d_logits[:cut]) if every_step else (d_logits, 0 * first)
        g2 = model.backward(cache_2, d_last)
        g1 = model.backward(cache_1, d_first, d_state=g2["h0"])
        for k in model.params:
            assert relative_error(g1[k] + g2[k], whole[k]) < 1e-12
        assert relative_error(g1["h0"], whole["h0"]) < 1e-12
        assert relative_error(np.concatenate([g1["X"], g2["X"]]), whole["X"]) < 1e-12


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_that_arrives_at_the_last_state(cell):
    """A loss of the last state itself, whole state, by the complex step."""
    model, X, Y, h0 = random_problem(6, cell=cell)
    logits, cache = model.forward(X, h0)
    v = np.random.default_rng(0).normal(size=cache.states[-1].shape)
    grads = model.backward(cache, 0 * logits, d_state=v)
    for name, value in (("X", X), ("h0", h0)):

        def f(a, name=name):
            changed = {"X": X, "h0": h0} | {name: a}
            return (model.forward(changed["X"], changed["h0"])[1].states[-1] * v).sum()

        assert relative_error(grads[name], numerical_gradient(f, value, "complex")) < 1e-12
    with pytest.raises(ValueError, match=r"d_state has shape .*: expected \(N, S\)"):
        model.backward(cache, 0 * logits, d_state=v[:, :-1])


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_in_a_cache_cannot_be_written_to(cell):
    model, X, Y, h0 = random_problem(1, cell=cell)
    logits, cache = model.forward(X, h0)
    for array in (cache.X, cache.states, cache.h, *cache.kept):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    assert X.flags.writeable and h0.flags.writeable and logits.flags.writeable


@pytest.mark.parametrize("cell", CELLS)
def test_inference_gives_the_bits_of_forward(cell):
    for every_step in (False, True):
        for n in (3, 500, 5000):  # in one piece; a few steps at a time; step by step
            model = cell(2, 20, 3, seed=1, dtype=np.float32)
            X = np.random.default_rng(n).normal(size=(17, n, 2)).astype(np.float32)
            right = model.forward(X, every_step=every_step)[0]
            np.testing.assert_array_equal(model(X, every_step=every_step), right)


def test_inference_keeps_no_states():
    model, X = VanillaRNN(1, 100, 5), np.zeros((140, 4500, 1))
    tracemalloc.start()
    model(X)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 20e6  # 525 MB with all states


def test_train_evaluates_without_keeping_states():
    X = np.random.default_rng(0).normal(size=(140, 2000, 1)).astype(np.float32)
    Y = one_hot((X[-1, :, 0] > 0).astype(int), 2)
    model = VanillaRNN(1, 32, 2, dtype=np.float32)
    tracemalloc.start()
    train(
        model,
        X[:, :50],
        Y[:50],
        optimizer=Adam(0.01),
        epochs=1,
        validation=(X, Y),
        progress=False,
    )
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 12e6  # all states of the validation set would be 36 MB


def test_a_parameter_that_is_missing_or_does_not_fit_is_named():
    model = OwnGRU(2, 3, 4)
    X = np.zeros((5, 1, 2))
    model.params["W_hh"] = np.zeros((3, 8))
    with pytest.raises(
        ValueError, match=r"params\['W_hh'\] has shape \(3, 8\): expected \(H, 3H\)"
    ):
        model.forward(X)
    del model.params["W_hh"]
    with pytest.raises(ValueError, match="params has no array 'W_hh': expected W_in, W_hh, b_h"):
        model(X)
    with pytest.raises(ValueError, match="params has no array 'W_in'"):
        model.params = None
        model(X)


def test_the_read_out_has_the_variance_that_is_promised():
    """W_out of every cell: 1/H, whatever I is."""
    for cell in CELLS:
        W = cell(7, 400, 300, seed=3).params["W_out"]
        assert W.var() == pytest.approx(1 / 400, rel=0.02)
