"""The gated cells: against PyTorch's values, the complex step, and what a network must do.

The values stand in ``pytorch_gates.json``; where PyTorch is installed, ``python
tests/test_gates.py`` computes them anew.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from bptt_lab import (
    GRU,
    LSTM,
    SGD,
    Adam,
    check_gradients,
    cross_entropy,
    load,
    numerical_gradient,
    one_hot,
    relative_error,
    save,
    train,
)

PINNED = Path(__file__).with_name("pytorch_gates.json")
T, N, I, H, C = 5, 3, 2, 4, 3
CELLS = {"LSTM": LSTM, "GRU": GRU}


def numbers(shape, k):
    """Return numbers between -0.7 and 0.7 that are the same everywhere."""
    return np.round(0.7 * np.sin(k + 1.7 * np.arange(np.prod(shape))), 3).reshape(shape)


def problem(cell):
    """Return a network without a zero in it, X, its first state, and what arrives at each step."""
    model = CELLS[cell](I, H, C)
    for k, (name, w) in enumerate(model.params.items()):
        model.params[name] = numbers(w.shape, k)
    return model, numbers((T, N, I), 7), numbers((N, model.STATE * H), 8), numbers((T, N, C), 9)


def with_pytorch(cell, every_step):
    """Return the logits, the last state and all gradients, as PyTorch has them."""
    import torch

    model, X, h0, d_logits = problem(cell)
    p = {k: torch.tensor(w, requires_grad=True) for k, w in model.params.items()}
    x, state = (torch.tensor(a, requires_grad=True) for a in (X, h0))
    net = getattr(torch.nn, cell)(I, H).double()
    weights = {"weight_ih_l0": p["W_in"].T, "weight_hh_l0": p["W_hh"].T, "bias_ih_l0": p["b_h"]}
    zeros = torch.zeros(2 * H, dtype=torch.float64)
    given = state[None]
    if cell == "LSTM":
        weights["bias_hh_l0"] = torch.cat([zeros, zeros])
        given = (state[None, :, :H].contiguous(), state[None, :, H:].contiguous())
    else:
        weights["bias_hh_l0"] = torch.cat([zeros, p["b_hn"]])
    h, last = torch.func.functional_call(net, weights, (x, given))
    last = torch.cat(last, dim=2)[0] if cell == "LSTM" else last[0]
    logits = (h if every_step else h[-1]) @ p["W_out"] + p["b_out"]
    (logits * torch.tensor(d_logits if every_step else d_logits[-1])).sum().backward()
    found = {"logits": logits, "state": last} | {k: w.grad for k, w in p.items()}
    found |= {"h0": state.grad, "X": x.grad}
    return {k: v.detach().numpy() for k, v in found.items()}


@pytest.mark.parametrize("every_step", (False, True))
@pytest.mark.parametrize("cell", CELLS)
def test_values_and_gradients_are_those_of_pytorch(cell, every_step):
    model, X, h0, d_logits = problem(cell)
    logits, cache = model.forward(X, h0, every_step)
    grads = model.backward(cache, d_logits if every_step else d_logits[-1])
    found = {"logits": logits, "state": cache.states[-1]} | grads
    pinned = json.loads(PINNED.read_text())[f"{cell}, {'every step' * every_step or 'last step'}"]
    assert set(found) == set(pinned)
    for k, value in pinned.items():
        np.testing.assert_allclose(found[k], value, rtol=1e-12, atol=1e-13, err_msg=k)


@pytest.mark.parametrize("every_step", (False, True))
@pytest.mark.parametrize("cell", CELLS)
def test_every_gradient_is_right_by_the_complex_step(cell, every_step):
    model, X, h0, d_logits = problem(cell)
    Y = one_hot(np.arange(T * N) % C, C).reshape(T, N, C)
    report = check_gradients(
        model,
        X,
        Y if every_step else Y[-1],
        h0=h0,
        every_step=every_step,
        method="complex",
        threshold=1e-12,
    )
    assert report.ok, report


@pytest.mark.parametrize("cell", CELLS)
def test_what_arrives_at_the_last_state_goes_back_by_the_complex_step(cell):
    model, X, h0, d_logits = problem(cell)
    weights = numbers((N, model.STATE * H), 11)

    def loss(name, value):
        own = model.params
        try:
            model.params = own | ({name: value} if name in own else {})
            given = {"X": X, "h0": h0} | ({name: value} if name not in own else {})
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                logits, cache = model.forward(given["X"], given["h0"])
            return (logits * d_logits[-1]).sum() + (cache.states[-1] * weights).sum()
        finally:
            model.params = own

    grads = model.backward(model.forward(X, h0)[1], d_logits[-1], weights)
    for name, value in (model.params | {"X": X, "h0": h0}).items():
        right = numerical_gradient(lambda v, name=name: loss(name, v), value, "complex")
        assert relative_error(grads[name], right) < 1e-12, name


@pytest.mark.parametrize("cell", CELLS)
def test_two_joined_pieces_give_the_whole(cell):
    model, X, h0, d_logits = problem(cell)
    _, cache = model.forward(X, h0, every_step=True)
    whole = model.backward(cache, d_logits)
    _, first = model.forward(X[:2], h0, every_step=True)
    _, second = model.forward(X[2:], first.states[-1], every_step=True)
    after = model.backward(second, d_logits[2:])
    before = model.backward(first, d_logits[:2], after["h0"])
    for k in model.params:
        assert relative_error(before[k] + after[k], whole[k]) < 1e-12, k
    assert relative_error(before["h0"], whole["h0"]) < 1e-12
    assert relative_error(np.concatenate([before["X"], after["X"]]), whole["X"]) < 1e-12


@pytest.mark.parametrize("cell", CELLS)
def test_float32_stays_and_is_near(cell):
    model, X, h0, d_logits = problem(cell)
    _, cache = model.forward(X, h0)
    right = model.backward(cache, d_logits[-1])
    model.params = {k: w.astype(np.float32) for k, w in model.params.items()}
    logits, cache = model.forward(X, h0)
    grads = model.backward(cache, d_logits[-1])
    assert logits.dtype == cache.states.dtype == np.float32
    for k, g in grads.items():
        assert g.dtype == np.float32 and relative_error(g, right[k]) < 1e-5, k


@pytest.mark.parametrize("cell", CELLS)
def test_a_vanished_signal_is_zero_and_not_slow(cell):
    model = CELLS[cell](I, H, C, input_scale=0.01, dtype=np.float32)
    model.params = {k: w * (k != "W_hh") for k, w in model.params.items()}
    model.params["b_h"][:] = -3  # closed gates forget
    X = np.ones((200, N, I), np.float32)
    _, cache = model.forward(X)
    grads = model.backward(cache, np.ones((N, C), np.float32))
    tiny = np.abs(grads["X"][grads["X"] != 0]).min()
    assert not grads["h0"].any() and tiny > 1e-40 and grads["X"][-1].all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
@pytest.mark.parametrize("cell", CELLS)
def test_gates_far_beyond_what_exp_can_hold(cell, dtype):
    model, X, h0, d_logits = problem(cell)
    model.params = {k: w.astype(dtype) for k, w in model.params.items()}
    model.params["b_h"] += np.where(numbers((len(model.params["b_h"]),), 3) > 0, 2000, -2000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logits, cache = model.forward(X, h0)
        grads = model.backward(cache, d_logits[-1])
    # a gate is 0 or 1 then: what it hides has no gradient, and nothing is inf or nan
    assert all(np.isfinite(g).all() for g in (logits, *grads.values()))
    for part in ("W_in", "W_hh", "b_h"):
        assert np.abs(grads[part][..., :H]).max() == 0
    if dtype == np.float64:
        given = X.astype(complex)
        given[0] += 1e-30j
        np.testing.assert_allclose(model.forward(given, h0)[0].real, logits, atol=1e-15)
        slope = (model.forward(given, h0)[0].imag / 1e-30 * d_logits[-1]).sum()
        np.testing.assert_allclose(slope, grads["X"][0].sum(), atol=1e-15)


@pytest.mark.parametrize("name", ("forget_bias", "update_bias"))
def test_the_bias_of_the_gate_that_keeps(name):
    cell = {"forget_bias": LSTM, "update_bias": GRU}[name]
    for bias in (2, -1.5, np.arange(4.0)):
        b_h = cell(I, H, C, **{name: bias}).params["b_h"].reshape(-1, H)
        np.testing.assert_array_equal(b_h[1], np.broadcast_to(bias, H))
        assert not np.delete(b_h, 1, axis=0).any()
    with pytest.raises(ValueError, match=rf"{name} has shape \(3,\): expected a number, or \(H,\)"):
        cell(I, H, C, **{name: np.ones(3)})
    with pytest.raises(TypeError, match=name):
        cell(I, H, C, **{name: "one"})


def test_the_path_that_adds():
    """With open gates c and h stay as they are; with closed ones nothing of them is left."""
    X, state = np.zeros((50, N, I)), numbers((N, 2 * H), 3)
    for bias, share in ((40, 1), (-40, 0)):
        lstm = LSTM(I, H, C, forget_bias=bias)
        lstm.params["b_h"][:H] = -40  # nothing is written
        c = lstm.forward(X, state)[1].states[-1][:, H:]
        np.testing.assert_allclose(c, share * state[:, H:], atol=1e-12)
    gru = GRU(I, H, C, update_bias=40)
    np.testing.assert_allclose(gru.forward(X, state[:, :H])[1].h[-1], state[:, :H], atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_training_in_pieces_saving_and_going_on(cell, tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 20, 1))
    Y = one_hot((X.sum(axis=(0, 2)) > 0).astype(int), 2)
    model = CELLS[cell](1, 8, 2, input_scale=1)
    options = {"epochs": 30, "batch_size": 10, "rng": rng, "progress": False}
    history = train(model, X, Y, optimizer=Adam(0.02), **options)
    assert history.accuracy[-1] > 0.9 > history.accuracy[0]
    again = load(save(tmp_path / "cell", model)).model
    assert type(again) is type(model)
    np.testing.assert_array_equal(again(X), model(X))
    every = np.broadcast_to(Y, (12, *Y.shape)).copy()
    history = train(model, X, every, optimizer=SGD(0.1), truncate=5, carry=True, **options)
    assert np.isfinite(history.loss).all()


@pytest.mark.parametrize("cell", CELLS)
def test_the_loss_falls_along_the_gradient(cell):
    model, X, h0, _ = problem(cell)
    Y = one_hot(np.arange(N) % C, C)
    logits, cache = model.forward(X, h0)
    before, d_logits = cross_entropy(logits, Y)
    grads = model.backward(cache, d_logits)
    model.params = {k: w - 0.01 * grads[k] for k, w in model.params.items()}
    assert cross_entropy(model(X, h0), Y)[0] < before


if __name__ == "__main__":
    kinds = {f"{c}, {'every step' * e or 'last step'}": (c, e) for c in CELLS for e in (0, 1)}
    table = {k: {n: v.tolist() for n, v in with_pytorch(*k_).items()} for k, k_ in kinds.items()}
    PINNED.write_text(json.dumps(table, indent=1) + "\n")
