"""The catalogue of mistakes: wrong versions of what the lab teaches, each with one fault.

`exercises.check` recognises a learner's mistake by comparing with these, notebook 06 hides some of them in networks
that train well, and the tests prove that `check_gradients` finds each one at the sizes that notebook 04 recommends.
All are collected from first attempts, course solutions and published code. Adding a mistake is adding one entry.

A wrong BPTT is the right one with one of its parts replaced. The parts, with the letters of notebook 03:

    start(params, h, d_logits)     dh_T, what the loss says to the last state
    through_tanh(dh, h, t)         δ_t from dh_t
    back(dz, W_hh)                 dh_{t-1} from δ_t
    walk(params, h, dh, parts)     every δ_t, and dh_0
    collect(X, h, dz)              the sums over time, for W_in, W_hh and b_h
    read_out(h, d_logits)          the gradients of W_out and b_out
    given(params, X, h, d_logits)  the arguments as they arrive
"""

from typing import NamedTuple

import numpy as np

from ._common import function, generator, non_negative, one_of, positive, positive_integer
from .gradcheck import numerical_gradient, relative_error
from .losses import cross_entropy, mse
from .rnn import VanillaRNN

__all__ = ["BACKWARD", "CATALOGUE", "SETTINGS", "FaultyRNN", "Mistake", "bptt", "found_by"]


class Mistake(NamedTuple):
    """One fault, and how to recognise it.

    `wrong` has, by the name of the exercise that it spoils, the wrong function; `seen` says what one sees from
    outside, `look` where to look. `missed` names the settings of a gradient check, keys of `SETTINGS`, that cannot
    see it (only for a wrong ``"backward"``).
    """

    name: str
    wrong: dict
    seen: str
    look: str
    missed: tuple = ()

    def function(self, exercise="backward"):
        """Return a new copy of the wrong function; some remember what happened in earlier calls."""
        wrong = self.wrong[one_of("exercise", exercise, self.wrong)]
        return wrong() if isinstance(wrong, type) else wrong


# BPTT in parts

def start(params, h, d_logits):
    return d_logits @ params["W_out"].T


def through_tanh(dh, h, t):
    return dh * (1 - h[t] ** 2)


def back(dz, W_hh):
    return dz @ W_hh.T


def walk(params, h, dh, parts):
    dz = np.empty_like(h[1:])
    for t in range(len(dz), 0, -1):
        dz[t - 1] = parts["through_tanh"](dh, h, t)
        dh = parts["back"](dz[t - 1], params["W_hh"])
    return dz, dh


def over_time(a, dz):
    """Return the sum over steps and sequences of a_t^T δ_t, for a of shape (T, N, K)."""
    return np.tensordot(a, dz, axes=((0, 1), (0, 1)))


def collect(X, h, dz):
    return {"W_in": over_time(X, dz), "W_hh": over_time(h[:-1], dz), "b_h": dz.sum(axis=(0, 1))}


def read_out(h, d_logits):
    return {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}


def given(params, X, h, d_logits):
    return X, h, d_logits


PARTS = {f.__name__: f for f in (start, through_tanh, back, walk, collect, read_out, given)}


def bptt(**other):
    """Return by exercise the functions of notebook 03 that the parts `other`, in place of the right ones, make wrong; without any, all, and right."""
    parts = PARTS | {one_of("a part of BPTT", name, PARTS): function(name, part) for name, part in other.items()}

    def backward(params, X, h, d_logits):
        X, h, d_logits = parts["given"](params, X, h, d_logits)
        dz, dh0 = parts["walk"](params, h, parts["start"](params, h, d_logits), parts)
        return {**parts["collect"](X, h, dz), **parts["read_out"](h, d_logits), "h0": dh0, "X": dz @ params["W_in"].T}

    def error_signals(params, h, d_logits):
        return parts["walk"](params, h, parts["start"](params, h, d_logits), parts)[0]

    def step_back(dz, h_before, W_hh):
        return parts["through_tanh"](parts["back"](dz, W_hh), [h_before], 0)

    functions = {"backward": backward}
    if not other or set(other) & {"start", "through_tanh", "back", "walk"}:
        functions["error_signals"] = error_signals
    if not other or set(other) & {"through_tanh", "back"}:
        functions["step_back"] = step_back
    return functions


def sums(**other):
    """Return a wrong BPTT where some sums over time are replaced by functions of X, h and dz."""
    return bptt(collect=lambda X, h, dz: collect(X, h, dz) | {k: f(X, h, dz) for k, f in other.items()})


def scaled(factor):
    """Return a wrong BPTT whose gradients are all multiplied by factor(N), a function of the batch size."""
    return bptt(given=lambda params, X, h, d_logits: (X, h, d_logits * factor(len(d_logits))))


def softmax(logits):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def logits_of(params, h):
    return h[-1] @ params["W_out"] + params["b_out"]


class NeverReset:
    """A backward that adds its gradients to those of the calls before."""

    def __init__(self):
        self.store = None

    def __call__(self, params, X, h, d_logits):
        grads = bptt()["backward"](params, X, h, d_logits)
        if self.store is not None and all(self.store[k].shape == g.shape for k, g in grads.items()):
            grads = {k: self.store[k] + g for k, g in grads.items()}
        self.store = grads
        return grads


def tanh_of_a_diagonal_matrix(dh, h, t):
    z = np.arctanh(h[t])
    return np.stack([dh[n] @ (1 - np.tanh(np.diag(z[n])) ** 2) for n in range(len(z))])


def unit_from_its_own_sample(dh, h, t):
    N, H = h[t].shape
    return dh * np.array([1 - h[t][j % N, j] ** 2 for j in range(H)])


def elementwise_jacobians(params, h, dh, parts):
    """Multiply the Jacobians of successive steps entry by entry, where a matrix product belongs."""
    dz, jacobian = np.empty_like(h[1:]), 1.0
    for t in range(len(dz), 0, -1):
        dz[t - 1] = (dh if t == len(dz) else np.einsum("nk,nkj->nj", dh, jacobian)) * (1 - h[t] ** 2)
        jacobian = jacobian * ((1 - h[t] ** 2)[:, :, None] * params["W_hh"].T)
    return dz, np.einsum("nk,nkj->nj", dh, jacobian)


def no_recurrence(params, h, dh, parts):
    dz = np.zeros_like(h[1:])
    dz[-1] = through_tanh(dh, h, len(dz))
    return dz, np.zeros_like(dh)


def stops_early(params, h, dh, parts):
    dz, _ = walk(params, h, dh, parts)
    dz[0] = 0
    return dz, np.zeros_like(dh)


def tanh_first(params, h, dh, parts):
    """Apply tanh' of the earlier step before W_hh^T, where it belongs after."""
    dz = np.empty_like(h[1:])
    dz[-1] = through_tanh(dh, h, len(dz))
    for t in range(len(dz) - 1, 0, -1):
        dz[t - 1] = back(through_tanh(dz[t], h, t), params["W_hh"])
    return dz, back(dz[0], params["W_hh"])


def slope_of_the_state_before(params, h, dh, parts):
    return walk(params, h, dh, parts | {"through_tanh": lambda dh, h, t: dh * (1 - h[t - 1] ** 2)})


def no_slope_at_the_end(params, h, dh, parts):
    return walk(params, h, dh, parts | {"through_tanh": lambda dh, h, t: dh if t == len(h) - 1 else through_tanh(dh, h, t)})


def stored_backwards(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    return dz[::-1], dh0


def never_handed_on(params, h, dh, parts):
    dz = np.stack([through_tanh(dh, h, t) for t in range(1, len(h))])
    return dz, back(dz[0], params["W_hh"])


def read_out_at_every_step(params, h, dh, parts):
    return walk(params, h, dh, parts | {"back": lambda dz, W_hh: back(dz, W_hh) + dh})


def stored_before_the_tanh(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    return np.stack([*(back(d, params["W_hh"]) for d in dz[1:]), dh]), dh0


def stored_too_early(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    return np.roll(dz, -1, axis=0), dh0


def one_round_too_far(params, h, dh, parts):
    dz, dh0 = walk(params, h, dh, parts)
    dz[-1] = through_tanh(dh0, h, 0)
    return dz, dh0


def without_the_slope_on_the_way(params, h, dh, parts):
    dz = np.empty_like(h[1:])
    for t in range(len(dz), 0, -1):
        dz[t - 1] = through_tanh(dh, h, t)
        dh = back(dh, params["W_hh"])
    return dz, dh


def slope_of_the_state_after(params, h, dh, parts):
    return walk(params, h, dh, parts | {"through_tanh": lambda dh, h, t: through_tanh(dh, h, min(t + 1, len(h) - 1))})


def clipped_inside(params, h, dh, parts):
    return walk(params, h, dh, parts | {"back": lambda dz, W_hh: np.clip(back(dz, W_hh), -0.01, 0.01)})


def other_h0(params, X, h, d_logits):
    h = h.copy()
    h[0] = 0.5 * np.random.default_rng(1234).normal(size=h[0].shape)
    return X, h, d_logits


OUT_RIGHT = "W_in, W_hh, b_h, h0 and X are wrong, W_out and b_out are right"
LOOP = "the line that leads from δ_t to dh_{t-1}"
TANH = "the line that takes dh_t through the tanh to δ_t"

BACKWARD = [
    Mistake("no error goes back through time", bptt(walk=no_recurrence),
            OUT_RIGHT + "; the δ of all steps but the last are zero", LOOP + ": is its result used in the next round, and does the loop run at all?"),
    Mistake("W_hh is not transposed on the way back", bptt(back=lambda dz, W_hh: dz @ W_hh),
            OUT_RIGHT + "; the last δ is right", LOOP + ": over which index of W_hh is the sum?",
            ("H = 1", "W_hh symmetric", "W_hh = identity")),
    Mistake("dW_hh is transposed", sums(W_hh=lambda X, h, dz: over_time(dz, h[:-1])),
            "only W_hh is wrong, and it is the right one transposed", "the order in the product for W_hh: input transposed times signal",
            ("H = 1",)),
    Mistake("h_t where h_{t-1} belongs in dW_hh", sums(W_hh=lambda X, h, dz: over_time(h[1:], dz)),
            "only W_hh is wrong", "the slice of h in the sum for W_hh: which state did W_hh multiply at step t?"),
    Mistake("the first state h_0 is left out of dW_hh", sums(W_hh=lambda X, h, dz: over_time(h[1:-1], dz[1:])),
            "only W_hh is wrong, and only if h0 is not zero", "the slice of h in the sum for W_hh: where does it begin?",
            ("h0 = 0",)),
    Mistake("x is one step late in dW_in", sums(W_in=lambda X, h, dz: over_time(X[:-1], dz[1:])),
            "only W_in is wrong", "the slices in the sum for W_in: x_t sits in X[t-1], and δ_t in dz[t-1]"),
    Mistake("tanh' is applied before W_hh^T, not after",
            bptt(walk=tanh_first) | {"step_back": lambda dz, h_before, W_hh: back(through_tanh(dz, [h_before], 0), W_hh)},
            OUT_RIGHT + "; the last δ is right", "the order of the loop: first back through W_hh^T, then through the tanh of the earlier step",
            ("T = 1", "H = 1", "W_hh = identity")),
    Mistake("the slope is 1 - h_{t-1}², of the state before", bptt(walk=slope_of_the_state_before),
            OUT_RIGHT, TANH + ": the index of h"),
    Mistake("the slope is 1 - tanh(h)²: the tanh is taken twice", bptt(through_tanh=lambda dh, h, t: dh * (1 - np.tanh(h[t]) ** 2)),
            OUT_RIGHT, TANH + ": h is tanh z already"),
    Mistake("the slope is 1 - z², without a tanh", bptt(through_tanh=lambda dh, h, t: dh * (1 - np.arctanh(h[t]) ** 2)),
            OUT_RIGHT + "; entries can have the wrong sign", TANH + ": which letter is squared?"),
    Mistake("the slope of the tanh is missing", bptt(through_tanh=lambda dh, h, t: dh),
            OUT_RIGHT + ", and mostly too large", TANH),
    Mistake("the slope of the tanh is missing at the last step", bptt(walk=no_slope_at_the_end),
            OUT_RIGHT, "δ_T: the read-out gives dh_T, and the tanh of the last step is still to come"),
    Mistake("the slope is averaged over the batch", bptt(through_tanh=lambda dh, h, t: dh * (1 - h[t] ** 2).mean(axis=0)),
            OUT_RIGHT + ", unless N = 1", TANH + ": each sequence has slopes of its own", ("N = 1",)),
    Mistake("tanh' of a diagonal matrix: its zeros became ones", bptt(through_tanh=tanh_of_a_diagonal_matrix),
            OUT_RIGHT, TANH + ": 1 - tanh(0)² is 1, not 0; multiply entry by entry instead", ("H = 1",)),
    Mistake("the slope of unit j is read from sample j", bptt(through_tanh=unit_from_its_own_sample),
            OUT_RIGHT + ", unless N = 1", TANH + ": a diagonal was taken of an (N, H) array; multiply entry by entry", ("N = 1",)),
    Mistake("Jacobians are multiplied with * where @ belongs", bptt(walk=elementwise_jacobians),
            OUT_RIGHT + "; the last two δ are right", "the product over steps: * multiplies entries, the chain rule needs a matrix product",
            ("T = 1", "H = 1", "W_hh = identity")),
    Mistake("the recurrent part has the wrong sign", bptt(back=lambda dz, W_hh: -dz @ W_hh.T),
            OUT_RIGHT + " (h0 only if T is odd); every second δ has the wrong sign", LOOP + ": a minus sign"),
    Mistake("the sums over time leave out the first step", bptt(collect=lambda X, h, dz: collect(X[1:], h[1:], dz[1:])),
            "W_in, W_hh and b_h are a little off, h0 and X are right", "where the sums begin: range(1, T) has only T - 1 steps"),
    Mistake("the loop back stops one step early", bptt(walk=stops_early),
            "the δ of step 1 and dh0 are zero; W_in, W_hh and b_h are a little off", "the last round of the loop: which t is it, and which place does it fill?"),
    Mistake("the δ are stored in the wrong order", bptt(walk=stored_backwards),
            "W_in, W_hh and X are wrong, b_h and h0 are right", "where each δ is stored: the loop meets the last step first, dz[0] is that of step 1",
            ("T = 1",)),
    Mistake("only the last 5 steps count", bptt(collect=lambda X, h, dz: collect(X[-5:], h[-6:], dz[-5:])),
            "W_in, W_hh and b_h are a little off from 6 steps on, h0 and X are right", "where the sums begin: is the error truncated?",
            ("T = 1", "T = 5")),
    Mistake("all stored states are the last one", bptt(given=lambda params, X, h, d_logits: (X, 0 * h + h[-1], d_logits)),
            OUT_RIGHT, "how the states are stored: is it one array under T + 1 names, changed in place?"),
    Mistake("another random h_0 in the backward pass", bptt(given=other_h0),
            "only W_hh is wrong", "where h_0 comes from: backward must use the one that forward used"),
    Mistake("db_h is a mean over the batch", sums(b_h=lambda X, h, dz: dz.mean(axis=1).sum(axis=0)),
            "only b_h is wrong, the right value divided by N", "the sum for b_h: the 1/N is in d_logits already", ("N = 1",)),
    Mistake("db_h is taken from the last step only", sums(b_h=lambda X, h, dz: dz[-1].sum(axis=0)),
            "only b_h is wrong", "the sum for b_h: over all steps, as for the weights", ("T = 1",)),
    Mistake("db_out is a mean over the batch",
            bptt(read_out=lambda h, d_logits: read_out(h, d_logits) | {"b_out": d_logits.mean(axis=0)}),
            "only b_out is wrong, the right value divided by N", "the sum for b_out: the 1/N is in d_logits already", ("N = 1",)),
    Mistake("dW_out is made with h_{T-1}", bptt(read_out=lambda h, d_logits: read_out(h[:-1], d_logits) | {"b_out": d_logits.sum(axis=0)}),
            "only W_out is wrong", "the state in the product for W_out: which one was read out?"),
    Mistake("dh0 is δ_1, not yet through W_hh^T", {"backward": lambda params, X, h, d_logits: (
                bptt()["backward"](params, X, h, d_logits) | {"h0": bptt()["error_signals"](params, h, d_logits)[0]})},
            "only h0 is wrong", "what is left after the loop: h_0 reaches z_1 through W_hh", ("W_hh = identity",)),
    Mistake("everything is divided by N once more", scaled(lambda N: 1 / N),
            "every gradient is the right one divided by N", "every 1/N and every mean: the loss has the only one", ("N = 1",)),
    Mistake("the 1/N of the loss is missing", scaled(lambda N: N),
            "every gradient is N times the right one", "d_logits: the mean over the batch belongs to the loss", ("N = 1",)),
    Mistake("the gradient of another loss: off by N²/2", scaled(lambda N: N**2 / 2),
            "every gradient is N²/2 times the right one", "`S / 2 * N` in Python is S·N/2: the brackets of the loss"),
    Mistake("p(1 - p) once more after the softmax", bptt(given=lambda params, X, h, d_logits: (
                X, h, d_logits * softmax(logits_of(params, h)) * (1 - softmax(logits_of(params, h))))),
            "every gradient is wrong, W_out and b_out too", "d_logits: the slope of the softmax is in p - Y already"),
    Mistake("logits - Y where p - Y belongs", bptt(given=lambda params, X, h, d_logits: (
                X, h, d_logits + (logits_of(params, h) - softmax(logits_of(params, h))) / len(d_logits))),
            "every gradient is wrong, W_out and b_out too", "d_logits: with cross-entropy the softmax belongs in it"),
    Mistake("the error is clipped inside the loop", bptt(walk=clipped_inside),
            OUT_RIGHT + ", where the error is large", LOOP + ": clip the gradient once, after it is complete"),
    Mistake("each step's share is clipped before the sum", bptt(collect=lambda X, h, dz: {
                k: sum(np.clip(collect(X[t:t + 1], h[t:t + 2], dz[t:t + 1])[k], -0.01, 0.01) for t in range(len(dz)))
                for k in ("W_in", "W_hh", "b_h")}),
            "W_in, W_hh and b_h are wrong where they are large, h0 and X are right", "where the clip stands: after the sums, on all gradients at once"),
    Mistake("the gradients of earlier calls are still there", {"backward": NeverReset},
            "the first call is right, the second is not", "what outlives the call: a list, an attribute, a default argument", ("one call",)),
    Mistake("a second 1/N, in the sums for the parameters",
            bptt(collect=lambda X, h, dz: {k: g / X.shape[1] for k, g in collect(X, h, dz).items()},
                 read_out=lambda h, d_logits: {k: g / len(d_logits) for k, g in read_out(h, d_logits).items()}),
            "the gradients of all parameters are the right ones divided by N, h0 and X are right", "every mean and every 1/N in the sums: d_logits has it already",
            ("N = 1",)),
    Mistake("the sums over time leave out the last step", bptt(collect=lambda X, h, dz: collect(X[:-1], h[:-1], dz[:-1])),
            "W_in, W_hh and b_h are wrong, h0 and X are right", "where the sums end: range(1, T) has only T - 1 steps"),
    Mistake("only the last step counts in the sums", bptt(collect=lambda X, h, dz: collect(X[-1:], h[-2:], dz[-1:])),
            "W_in, W_hh and b_h are wrong, h0 and X are right", "the sums over time: is there one?", ("T = 1",)),
    Mistake("only step 1 is left in the sums", bptt(collect=lambda X, h, dz: collect(X[:1], h[:2], dz[:1])),
            "W_in, W_hh and b_h are wrong, h0 and X are right", "what is kept from one round of the loop to the next: = where += belongs?", ("T = 1",)),
    Mistake("dh0 has gone through one tanh too many", {"backward": lambda params, X, h, d_logits: (
                (grads := bptt()["backward"](params, X, h, d_logits)) | {"h0": through_tanh(grads["h0"], h, 0)})},
            "only h0 is wrong, and only if h0 is not zero", "what is left after the loop: h_0 is given, it is no tanh of anything", ("h0 = 0",)),
    Mistake("the signal of the last step is used at every step", bptt(walk=never_handed_on),
            OUT_RIGHT + "; the last δ is right", LOOP + ": is its result used in the next round?", ("T = 1",)),
    Mistake("the read-out speaks at every step", bptt(walk=read_out_at_every_step),
            OUT_RIGHT + "; the last δ is right", "the start of the loop: only the last state is read out, so d_logits enters once"),
    Mistake("the loop goes one round too far", bptt(walk=one_round_too_far),
            "W_in, W_hh, b_h and X are wrong, h0 is right; only the last δ is wrong",
            "the last round of the loop: an index of -1 is the last place, not one before the first"),
    Mistake("the signal is handed on without the slope", bptt(walk=without_the_slope_on_the_way),
            OUT_RIGHT + "; the last δ is right", LOOP + ": what goes back through W_hh^T, dh_t or δ_t?"),
    Mistake("the slope is that of the state after", bptt(walk=slope_of_the_state_after),
            OUT_RIGHT + "; the last δ is right", TANH + ": the index of h", ("T = 1",)),
    Mistake("dh0 went through W_hh, not its transpose", {"backward": lambda params, X, h, d_logits: bptt()["backward"](params, X, h, d_logits) | {
                "h0": bptt()["error_signals"](params, h, d_logits)[0] @ params["W_hh"]}},
            "only h0 is wrong", "what is left after the loop: it is one more step back", ("H = 1", "W_hh symmetric", "W_hh = identity")),
    Mistake("dh_t is stored where δ_t belongs", bptt(walk=stored_before_the_tanh),
            "W_in, W_hh, b_h and X are wrong, h0 is right", "what is stored: before or after the tanh?"),
    Mistake("each δ is stored one place too early", bptt(walk=stored_too_early),
            "W_in, W_hh and X are wrong, b_h and h0 are right; the last place has δ_1", "the index of the store: δ_t sits in dz[t-1]", ("T = 1",)),
]


# The other exercises

def faulty_step(params, x, h, *, act=np.tanh, W_hh=lambda W: W, bias=1):
    return act(x @ params["W_in"] + h @ W_hh(params["W_hh"]) + bias * params["b_h"])


def faulty_states(params, X, h0, *, x=lambda X, t: X[t - 1], before=lambda h, t: h[t - 1], first=1):
    h = np.zeros((len(X) + 1, *np.shape(h0)))
    h[0] = first * h0
    for t in range(1, len(X) + 1):
        h[t] = faulty_step(params, x(X, t), before(h, t))
    return h


def overwritten_h0(params, X, h0):
    h = np.zeros((len(X) + 1, *np.shape(h0)))
    h[0] = h0
    for t in range(len(X)):
        h[t] = faulty_step(params, X[t], h[t - 1])
    return h


def only_the_first(params, X, h0):
    h = faulty_states(params, X, h0)
    h[2:] = 0
    return h


def first_step_left_out(params, X, h0):
    h = np.zeros((len(X) + 1, *np.shape(h0)))
    h[0] = h0
    for t in range(2, len(X) + 1):
        h[t] = faulty_step(params, X[t - 1], h[t - 1])
    return h


def one_state_short(params, X, h0):
    h = faulty_states(params, X, h0)
    h[-1] = 0
    return h


def ones_of_all(labels, C):
    Y = np.zeros((len(labels), C))
    Y[:, labels] = 1
    return Y


def recalls(predicted, labels, C):
    return np.array([(predicted[labels == k] == k).mean() if (labels == k).any() else np.nan for k in range(C)])


def precisions(predicted, labels, C):
    return np.array([(labels[predicted == k] == k).mean() for k in range(C) if (predicted == k).any()])


def log_softmax(logits, axis=-1):
    logits = logits - logits.max(axis=axis, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True))


def losses(right, loss=1, d_logits=1):
    """Return a loss function whose two results are multiplied by numbers, or functions of (N, C)."""
    def wrong(logits, Y):
        factors = [factor(*logits.shape) if callable(factor) else factor for factor in (loss, d_logits)]
        return tuple(value * factor for value, factor in zip(right(logits, Y), factors))
    return wrong


def cross_entropy_but(d):
    """Return a cross-entropy whose gradient is d(logits, p, Y) / N."""
    return lambda logits, Y: (cross_entropy(logits, Y)[0], d(logits, softmax(logits), Y) / len(Y))


def from_log_p(log_p, Y):
    """Return the cross-entropy and its gradient for a log p, right or wrong."""
    return -(Y * log_p).sum() / len(Y), (np.exp(log_p) - Y) / len(Y)


def softmax_over_the_batch(logits, Y):
    return from_log_p(log_softmax(logits, axis=0), Y)


def one_maximum(logits, Y):
    z = logits - logits.max()
    return from_log_p(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), Y)


def nothing_subtracted(logits, Y):
    return from_log_p(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), Y)


def log_of_zero(logits, Y):
    p = softmax(logits)
    return -(Y * np.log(p)).sum() / len(Y), (p - Y) / len(Y)


def log_of_a_little_more(logits, Y):
    p = softmax(logits)
    return -(Y * np.log(p + 1e-12)).sum() / len(Y), (p - Y) / len(Y)


def softmax_of_all(logits, Y):
    p = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    return -(Y * (logits - logits.max() - np.log(np.exp(logits - logits.max()).sum()))).sum() / len(Y), (p - Y) / len(Y)


def overflows(logits, Y):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -(Y * np.log(p)).sum() / len(Y), (p - Y) / len(Y)


def moved(f, x, entry, put_back=True):
    """Return an array like x with entry(f, point, k) for each index k; `entry` may move point[k]."""
    gradient, point = np.zeros(x.shape), x.copy()
    for k in np.ndindex(x.shape):
        gradient[k] = entry(f, point, k)
        if put_back:
            point[k] = x[k]
    return gradient


def difference(f, point, k, above, below):
    here = point[k]
    point[k] = here + above
    f_above = f(point)
    point[k] = here + below
    return f_above - f(point)


def imaginary(f, point, k, step):
    point[k] += step
    return f(point)


def complex_like(x):
    return np.asarray(x).astype(complex)


def norm(a):
    return np.linalg.norm(a)


def total(grads):
    return np.sqrt(sum((g**2).sum() for g in grads.values()))


def momentum_but(velocity=lambda v, g, w, lr, mu, decay: mu * v + g + decay * w, move=lambda w, v, g, lr, mu, decay: w - lr * v, keep=True):
    """Return a momentum step with another velocity or another move; keep=False forgets the velocity."""
    def momentum_step(params, grads, v, lr, momentum, weight_decay):
        for k in params:
            new = velocity(v[k], grads[k], params[k], lr, momentum, weight_decay)
            params[k] = move(params[k], new, grads[k], lr, momentum, weight_decay)
            if keep:
                v[k] = new
    return momentum_step


def moves_first(params, grads, v, lr, momentum, weight_decay):
    for k in params:
        w = params[k]
        params[k] = w - lr * v[k]
        v[k] = momentum * v[k] + grads[k] + weight_decay * w


def step_back_with(slope):
    """Return a wrong step_back whose slope is slope(h_before, dz)."""
    return {"step_back": lambda dz, h_before, W_hh: back(dz, W_hh) * slope(h_before, dz)}


SUM = "the sum over the batch: the loss is a mean, and has a 1/N"

OTHERS = [
    Mistake("reshape where a transpose belongs", {"time_major": lambda table: table.reshape(*table.T.shape, 1)},
            "the shape is right; the numbers of one beat are spread over several", "what reshape does: it keeps the order of the numbers in memory, and cuts that line at other places"),

    Mistake("the width is read off the labels", {"one_hot": lambda labels, C: np.eye(labels.max() + 1)[labels]},
            "too few columns wherever the last class is absent", "where C comes from: it is given"),
    Mistake("the classes that are present are numbered anew",
            {"one_hot": lambda labels, C: np.eye(len(np.unique(labels)))[np.unique(labels, return_inverse=True)[1]]},
            "as soon as a class is absent, later classes move to the left", "np.unique: a column belongs to a class, present or not"),
    Mistake("the classes are counted from 1", {"one_hot": lambda labels, C: np.eye(C)[labels - 1]},
            "every 1 stands one column too far to the left, that of class 0 in the last", "labels - 1: these labels begin at 0"),
    Mistake("every row has the 1 of every label", {"one_hot": ones_of_all},
            "many ones in a row, and all rows alike", "the index of the rows: row n and its own label belong together"),
    Mistake("the label -1 is accepted", {"one_hot": lambda labels, C: np.eye(C)[labels]},
            "right for good labels, but -1 silently becomes the last class", "what an index below 0 means to NumPy, and when it is found out"),

    Mistake("this is the plain accuracy", {"balanced_accuracy": lambda predicted, labels, C: np.mean(predicted == labels)},
            "frequent classes count more than rare ones", "the formula: first one recall for each class, then their mean"),
    Mistake("the precision where the recall belongs", {"balanced_accuracy": lambda predicted, labels, C: precisions(predicted, labels, C).mean()},
            "a share of those *named* k, not of the members of k", "which of the two arrays selects: labels == k"),
    Mistake("shares of all beats, not of the class", {"balanced_accuracy": lambda predicted, labels, C: np.nanmean([((predicted == k) & (labels == k)).mean() for k in range(C)])},
            "C times too small, more or less", "the denominator of a recall: the members of that class"),
    Mistake("counts where shares belong", {"balanced_accuracy": lambda predicted, labels, C: np.mean([(predicted == k)[labels == k].sum() for k in range(C)])},
            "above 1", "the denominator of a recall: the members of that class"),
    Mistake("every class against the rest", {"balanced_accuracy": lambda predicted, labels, C: np.mean([((predicted == k) == (labels == k)).mean() for k in range(C)])},
            "too high: to be right that a beat is *not* of class k counts as well", "the beats over which the mean is taken: the members of class k"),
    Mistake("only the last class counts", {"balanced_accuracy": lambda predicted, labels, C: recalls(predicted, labels, C)[-1] / C},
            "a share of one class", "what is kept from one round of the loop to the next"),
    Mistake("a class without members counts as 0", {"balanced_accuracy": lambda predicted, labels, C: np.nan_to_num(recalls(predicted, labels, C)).mean()},
            "right while every class has members, too small otherwise", "classes without a member: they do not count, not even as 0"),
    Mistake("a class without members makes it NaN", {"balanced_accuracy": lambda predicted, labels, C: recalls(predicted, labels, C).mean()},
            "right while every class has members, NaN otherwise", "classes without a member: the mean of nothing is NaN; leave them out"),

    Mistake("W_hh is transposed", {"step": lambda params, x, h: faulty_step(params, x, h, W_hh=np.transpose),
                                   "states": lambda params, X, h0: faulty_states(params | {"W_hh": params["W_hh"].T}, X, h0)},
            "the shape is right, for W_hh is square", "the product with W_hh: which of its two indices belongs to the old state?"),
    Mistake("the bias is missing", {"step": lambda params, x, h: faulty_step(params, x, h, bias=0),
                                    "states": lambda params, X, h0: faulty_states(params | {"b_h": 0 * params["b_h"]}, X, h0)},
            "right only where b_h is zero", "the sum inside the tanh: it has three terms"),
    Mistake("the tanh is missing, or not returned", {"step": lambda params, x, h: faulty_step(params, x, h, act=lambda z: z)},
            "entries beyond 1 and -1", "the last thing that happens to z"),
    Mistake("the old state is missing", {"step": lambda params, x, h: np.tanh(x @ params["W_in"] + params["b_h"])},
            "the state depends on the present input alone", "the sum inside the tanh: it has three terms"),
    Mistake("a sigmoid where the tanh belongs", {"step": lambda params, x, h: faulty_step(params, x, h, act=lambda z: 1 / (1 + np.exp(-z)))},
            "every entry lies between 0 and 1", "the function around z"),
    Mistake("the tanh covers only a part of the sum", {"step": lambda params, x, h: np.tanh(x @ params["W_in"]) + h @ params["W_hh"] + params["b_h"]},
            "entries beyond 1 and -1", "the brackets: the tanh is taken of the whole sum"),

    Mistake("the bias stands outside the tanh", {"step": lambda params, x, h: np.tanh(x @ params["W_in"] + h @ params["W_hh"]) + params["b_h"]},
            "entries beyond 1 and -1", "the brackets: what belongs into the tanh?"),
    Mistake("each part has a tanh of its own", {"step": lambda params, x, h: np.tanh(x @ params["W_in"]) + np.tanh(h @ params["W_hh"]) + params["b_h"]},
            "entries beyond 1 and -1", "the order: first the whole sum, then one tanh"),
    Mistake("each of the three terms has a tanh of its own", {"step": lambda params, x, h: (
                np.tanh(x @ params["W_in"]) + np.tanh(h @ params["W_hh"]) + np.tanh(params["b_h"]))},
            "entries beyond 1 and -1", "the order: first the whole sum, then one tanh"),
    Mistake("the old state is added after the tanh", {"step": lambda params, x, h: h + faulty_step(params, x, h)},
            "the state grows from step to step", "what is left of the old state: it enters through W_hh only"),

    Mistake("h0 is not used", {"states": lambda params, X, h0: faulty_states(params, X, h0, first=0)},
            "right only if h0 is zero; h[0] is wrong already", "h[0], before the loop"),
    Mistake("the loop stops one step early", {"states": one_state_short},
            "the last state was never computed", "the end of the range: range(1, T) ends at T - 1"),
    Mistake("every step starts from h_0", {"states": lambda params, X, h0: faulty_states(params, X, h0, before=lambda h, t: h[0])},
            "h_1 is right and all later states are wrong", "the state that goes into the step: that of the step before"),
    Mistake("only the first step is taken", {"states": only_the_first},
            "h_1 is right, and all places after it are empty", "where the return stands: inside the loop?"),
    Mistake("the state itself goes into its own step", {"states": lambda params, X, h0: faulty_states(params, X, h0, before=lambda h, t: h[t])},
            "nothing is handed from step to step", "the index of the state that goes into the step"),
    Mistake("the first step is left out", {"states": first_step_left_out},
            "h_1 was never computed", "the beginning of the range: the first step leads from h_0 to h_1"),
    Mistake("x is read one step late", {"states": lambda params, X, h0: faulty_states(params, X, h0, x=lambda X, t: X[min(t, len(X) - 1)])},
            "h_1 is wrong already", "the index of X: x_t sits in X[t-1]"),
    Mistake("h_t is stored one place too early", {"states": overwritten_h0},
            "h[0] is no longer h0, and the last place stays empty", "the index on the left of the =: X[t] leads to h[t+1]"),
    Mistake("all stored states are the last one", {"states": lambda params, X, h0: 0 * faulty_states(params, X, h0) + faulty_states(params, X, h0)[-1]},
            "every h[t] is the same", "how the states are stored: is it one array under T + 1 names, changed in place?"),
    Mistake("h_0 is missing from the result", {"states": lambda params, X, h0: faulty_states(params, X, h0)[1:]},
            "T states, where T + 1 are expected", "the first place: h[0] should be h_0, so that h[t] is h_t"),

    Mistake("the tanh is taken twice", {"tanh_slope": lambda h: 1 - np.tanh(h) ** 2},
            "too large wherever h is not 0", "the argument: is h a z, or a tanh of z already?"),
    Mistake("the square is missing", {"tanh_slope": lambda h: 1 - h, **step_back_with(lambda h, dz: 1 - h)}, "values above 1 where h is negative", "the powers in the quotient rule, before anything is divided"),
    Mistake("the bracket is squared", {"tanh_slope": lambda h: (1 - h) ** 2, **step_back_with(lambda h, dz: (1 - h) ** 2)}, "values above 1 where h is negative", "the brackets: what is squared, and what is not?"),
    Mistake("this is the slope of the sigmoid", {"tanh_slope": lambda h: h * (1 - h)}, "negative where h is negative", "the function whose slope this is: that of 1 / (1 + exp(-z))"),
    Mistake("the root of the slope", {"tanh_slope": lambda h: np.sqrt(1 - h**2)}, "too large wherever h is not 0", "the power of the cosh: this is 1/cosh"),
    Mistake("the reciprocal", {"tanh_slope": lambda h: 1 / (1 - h**2), **step_back_with(lambda h, dz: 1 / (1 - h**2))}, "never below 1, though a saturated unit has no slope",
            "which of the two was differentiated: this is dz/dh"),
    Mistake("the slope of the slope's formula", {"tanh_slope": lambda h: -2 * h}, "0 where the tanh is steepest", "what was differentiated: tanh z by z, once"),
    Mistake("brackets are missing around the slope", {"step_back": lambda dz, h_before, W_hh: back(dz, W_hh) * 1 - h_before**2},
            "a square is subtracted from the product", "what is multiplied with what: Python takes * before -"),
    Mistake("the slope is made of δ", step_back_with(lambda h, dz: 1 - dz**2), "the result depends on δ_t in more than proportion", "which letter is squared: the slope is that of the forward pass"),
    Mistake("a plus where a minus belongs", {"tanh_slope": lambda h: 1 + h**2, **step_back_with(lambda h, dz: 1 + h**2)}, "never below 1, though a saturated unit has no slope", "the sign in the quotient rule"),

    Mistake("the half is missing", {"mse": losses(mse, 2, 2)}, "loss and gradient are twice the right ones", "the 1/2 in front of the sum"),
    Mistake("the half is missing in the gradient", {"mse": losses(mse, 1, 2)}, "the loss is right, the gradient twice the right one", "the half of the loss: what does it do to the 2 of the square?"),
    Mistake("the half is missing in the loss", {"mse": losses(mse, 2, 1)}, "the gradient is right, the loss twice the right one", "the 1/2 in front of the sum"),
    Mistake("absolute differences", {"mse": lambda logits, Y: (np.abs(logits - Y).sum() / (2 * len(Y)), (logits - Y) / len(Y))},
            "the loss grows only in proportion to the error", "the power: squared error"),
    Mistake("a root too many", {"mse": lambda logits, Y: (np.sqrt(((logits - Y) ** 2).sum()) / (2 * len(Y)), (logits - Y) / len(Y))},
            "the loss grows only in proportion to the error", "the root: a norm has one, half the squared norm has none"),
    Mistake("the gradient is squared, too", {"mse": lambda logits, Y: (mse(logits, Y)[0], (logits - Y) ** 2 / len(Y))},
            "the gradient is never negative", "what differentiation does to a square"),
    Mistake("a sum over the batch, not a mean",
            {"mse": losses(mse, lambda N, C: N, lambda N, C: N), "cross_entropy": losses(cross_entropy, lambda N, C: N, lambda N, C: N)},
            "loss and gradient are N times the right ones", SUM),
    Mistake("a mean over the classes too",
            {"mse": losses(mse, lambda N, C: 1 / C, lambda N, C: 1 / C), "cross_entropy": losses(cross_entropy, lambda N, C: 1 / C, lambda N, C: 1 / C)},
            "loss and gradient are the right ones divided by C", "the mean: np.mean of an (N, C) array divides by N·C, and the loss has only a 1/N"),
    Mistake("the 1/N is missing in the gradient",
            {"mse": losses(mse, 1, lambda N, C: N), "cross_entropy": losses(cross_entropy, 1, lambda N, C: N)},
            "the loss is right, the gradient N times the right one", "the 1/N of the loss: it is a factor of its gradient, too"),
    Mistake("the gradient is divided by N twice",
            {"mse": losses(mse, 1, lambda N, C: 1 / N), "cross_entropy": losses(cross_entropy, 1, lambda N, C: 1 / N)},
            "the loss is right, the gradient the right one divided by N", "every 1/N in the gradient: one is enough"),
    Mistake("the gradient has the wrong sign", {"mse": losses(mse, 1, -1), "cross_entropy": losses(cross_entropy, 1, -1)},
            "the gradient is the right one times -1", "the order of the difference: what was said, and what should have been said"),
    Mistake("the minus is missing", {"cross_entropy": losses(cross_entropy, -1, 1)}, "the loss is negative", "the sign of the logarithm: log p is below 0"),
    Mistake("logits - Y where p - Y belongs", {"cross_entropy": cross_entropy_but(lambda logits, p, Y: logits - Y)},
            "the loss is right, the gradient is not", "what the softmax does to the logits: the gradient has p"),
    Mistake("p(1 - p) once more", {"cross_entropy": cross_entropy_but(lambda logits, p, Y: (p - Y) * p * (1 - p))},
            "the loss is right, the gradient too small", "the slope of the softmax is in p - Y already"),
    Mistake("the softmax runs over the batch", {"cross_entropy": softmax_over_the_batch},
            "columns sum to 1, where rows should", "the axis of the sum: over the classes of one sequence"),
    Mistake("one maximum for the whole batch", {"cross_entropy": one_maximum},
            "right for small logits; for large ones a row without the largest logit is lost", "what is subtracted: the largest logit of each row"),
    Mistake("nothing is subtracted before exp", {"cross_entropy": nothing_subtracted},
            "right for small logits; for large ones not finite", "exp of a large logit: notebook 02 shows a way around it"),
    Mistake("the logarithm of a p that was rounded to 0", {"cross_entropy": log_of_zero},
            "right for small logits; for large ones the loss is NaN or infinite", "the order: log p can be computed without p, as notebook 02 shows"),
    Mistake("the logarithm of p and a little more", {"cross_entropy": log_of_a_little_more},
            "right for small logits; for large ones the loss stops growing", "the order: log p can be computed without p, as notebook 02 shows"),
    Mistake("one softmax for the whole batch", {"cross_entropy": softmax_of_all},
            "all of p sums to 1, where each row should", "the axis of the sum: over the classes of one sequence"),
    Mistake("log p where p belongs", {"cross_entropy": cross_entropy_but(lambda logits, p, Y: log_softmax(logits) - Y)},
            "the loss is right, the gradient negative", "which of the two is in the gradient: the logarithm, or what it was taken of?"),
    Mistake("the softmax was not differentiated", {"cross_entropy": cross_entropy_but(lambda logits, p, Y: -Y / p)},
            "the loss is right, the gradient zero but for the right class", "the chain: -Y/p is the slope by p, and p depends on all logits of its row"),
    Mistake("the exponential overflows", {"cross_entropy": overflows},
            "right for small logits, NaN for large ones", "exp of a large logit: notebook 02 shows a way around it, and around the logarithm of 0"),

    Mistake("a one-sided difference",
            {"numerical_gradient": lambda f, x, eps=1e-5: moved(f, x, lambda f, p, k: difference(f, p, k, eps, 0) / eps)},
            "an error that falls with eps, not with its square", "the second point: x - eps, and twice the distance"),
    Mistake("divided by eps, not by 2 eps",
            {"numerical_gradient": lambda f, x, eps=1e-5: moved(f, x, lambda f, p, k: difference(f, p, k, eps, -eps) / eps)},
            "twice the right value", "the distance between the two points"),
    Mistake("the second point is x itself",
            {"numerical_gradient": lambda f, x, eps=1e-5: moved(f, x, lambda f, p, k: difference(f, p, k, eps, 0) / (2 * eps))},
            "about half the right value", "the second point: was the entry moved down, or only put back, or is the point the same array as x?"),
    Mistake("/ 2 * eps multiplies by eps",
            {"numerical_gradient": lambda f, x, eps=1e-5: moved(f, x, lambda f, p, k: difference(f, p, k, eps, -eps) / 2 * eps)},
            "eps² times the right value", "the brackets below the line: Python reads from left to right"),
    Mistake("the two points are exchanged",
            {"numerical_gradient": lambda f, x, eps=1e-5: moved(f, x, lambda f, p, k: difference(f, p, k, -eps, eps) / (2 * eps))},
            "the right value times -1", "above minus below"),
    Mistake("an entry is not put back",
            {"numerical_gradient": lambda f, x, eps=1e-5: moved(f, x, lambda f, p, k: difference(f, p, k, eps, -eps) / (2 * eps), put_back=False),
             "complex_step_gradient": lambda f, x, eps=1e-30: moved(f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).imag / eps, put_back=False)},
            "the first entry is right, later ones are off, for earlier entries stayed moved", "what happens to the entry after the calls of f, before the next one is moved"),
    Mistake("all entries are moved at once",
            {"numerical_gradient": lambda f, x, eps=1e-5: np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps)),
             "complex_step_gradient": lambda f, x, eps=1e-30: np.full(x.shape, f(x + 1j * eps).imag / eps)},
            "the same number everywhere, the sum of all right ones", "which entry is moved: one at a time"),

    Mistake("divided by the norm of b alone", {"relative_error": lambda a, b: norm(a - b) / norm(b) if norm(b) else 0.0},
            "it changes when a and b change places", "the denominator: the sum of both norms"),
    Mistake("divided by the norm of a alone", {"relative_error": lambda a, b: norm(a - b) / norm(a) if norm(a) else 0.0},
            "it changes when a and b change places", "the denominator: the sum of both norms"),
    Mistake("divided by the larger norm", {"relative_error": lambda a, b: norm(a - b) / max(norm(a), norm(b)) if norm(a) or norm(b) else 0.0},
            "up to 2, for opposite arrays", "the denominator: the sum of both norms"),
    Mistake("the difference of the norms", {"relative_error": lambda a, b: abs(norm(a) - norm(b)) / (norm(a) + norm(b)) if norm(a) or norm(b) else 0.0},
            "0 for two arrays of equal length, whatever their direction", "the order: first the difference, then the norm"),
    Mistake("the sum inside the norm", {"relative_error": lambda a, b: norm(a - b) / norm(a + b) if norm(a) or norm(b) else 0.0},
            "it grows without limit where a and b nearly cancel", "the denominator: two norms, added"),
    Mistake("the squares have no root", {"relative_error": lambda a, b: norm(a - b) ** 2 / (norm(a) ** 2 + norm(b) ** 2) if norm(a) or norm(b) else 0.0},
            "small errors become far too small", "the norm: the root of the sum of squares"),
    Mistake("sums of absolute values", {"relative_error": lambda a, b: np.abs(a - b).sum() / (np.abs(a).sum() + np.abs(b).sum()) if norm(a) or norm(b) else 0.0},
            "nearly right", "the norm: the root of the sum of squares"),
    Mistake("entry by entry, the largest", {"relative_error": lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-300))},
            "one entry near zero decides it all", "one norm for the whole array"),
    Mistake("0/0 is NaN", {"relative_error": lambda a, b: norm(a - b) / np.float64(norm(a) + norm(b))},
            "right, but NaN for two arrays of zeros", "the case of two arrays of zeros, which are equal"),

    Mistake("the real part where the imaginary part belongs",
            {"complex_step_gradient": lambda f, x, eps=1e-30: moved(f, complex_like(x), lambda f, p, k: 0).real
                                      + moved(f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).real / eps)},
            "gigantic numbers: the value of f divided by eps", "the part that is taken: the value of f sits in the real one, its derivative in the other"),
    Mistake("divided by 2 eps", {"complex_step_gradient": lambda f, x, eps=1e-30: moved(f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).imag / (2 * eps))},
            "half the right value", "the distance: there is one point only, eps away"),
    Mistake("two points, and one distance",
            {"complex_step_gradient": lambda f, x, eps=1e-30: moved(f, complex_like(x), lambda f, p, k: 2 * imaginary(f, p, k, 1j * eps).imag / eps)},
            "twice the right value", "the number of points: one is enough here"),
    Mistake("the division by eps is missing",
            {"complex_step_gradient": lambda f, x, eps=1e-30: moved(f, complex_like(x), lambda f, p, k: imaginary(f, p, k, 1j * eps).imag)},
            "eps times the right value, which looks like zero", "what the imaginary part holds: the derivative times the step"),
    Mistake("the step is real", {"complex_step_gradient": lambda f, x, eps=1e-30: np.zeros(x.shape)},
            "zeros everywhere", "the step: 1j * eps, into an array that can hold complex numbers"),

    Mistake("it always normalises", {"clip": lambda grads, max_norm: {k: g * max_norm / np.float64(total(grads)) for k, g in grads.items()}},
            "a short gradient becomes long, and zero becomes NaN", "a norm below the limit: such a gradient stays as it is"),
    Mistake("one norm for each array",
            {"clip": lambda grads, max_norm: {k: g * min(1, max_norm / norm(g)) if norm(g) else g for k, g in grads.items()}},
            "the arrays are scaled by different factors, and the direction is lost", "the norm: one for all arrays together"),
    Mistake("the norms are added", {"clip": lambda grads, max_norm: {
                k: g * max_norm / max(sum(norm(a) for a in grads.values()), max_norm) for k, g in grads.items()}},
            "long gradients become too short", "the norm of all arrays together: squares are added, not norms"),
    Mistake("the limit is missing above the line", {"clip": lambda grads, max_norm: {k: g / max(total(grads), max_norm) for k, g in grads.items()}},
            "the norm never exceeds 1, whatever the limit", "the factor: how long is g divided by its norm?"),
    Mistake("the factor is turned over", {"clip": lambda grads, max_norm: {k: g * max(total(grads), max_norm) / max_norm for k, g in grads.items()}},
            "long gradients become longer", "the factor: it should be below 1"),
    Mistake("each entry is clipped", {"clip": lambda grads, max_norm: {k: np.clip(g, -max_norm, max_norm) for k, g in grads.items()}},
            "no entry is larger than the limit, but the norm is", "one factor for everything keeps the direction"),
    Mistake("the root of the norm is missing",
            {"clip": lambda grads, max_norm: {k: g * max_norm / max(total(grads) ** 2, max_norm) for k, g in grads.items()}},
            "long gradients become too short, by a factor that depends on their length", "the norm: the square root of the sum of squares"),

    Mistake("the velocity is forgotten", {"momentum_step": momentum_but(keep=False)},
            "the first step is right, v and later steps are not", "v[name]: is the new velocity stored in it?"),
    Mistake("the momentum is missing", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: g + decay * w)},
            "right only while v is zero", "the share mu of the last velocity"),
    Mistake("uphill: the sign of the step", {"momentum_step": momentum_but(move=lambda w, v, g, lr, mu, decay: w + lr * v)},
            "v is right, the parameters move the wrong way", "w minus lr times v"),
    Mistake("the weight decay is missing", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + g)},
            "right only where weight_decay is 0", "the place of the weight decay: the gradient of weight_decay/2 · Σw² is added to g"),
    Mistake("the weight decay is a scalar", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + g + decay * (w**2).sum())},
            "the same number is subtracted from every entry", "the gradient of Σw²/2: is it an array or a number?"),
    Mistake("the gradient is weighted with 1 - momentum", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + (1 - mu) * g + decay * w)},
            "steps too short, by a factor of up to 1 - mu", "the share of g: a running mean, as in Adam, takes a part of it, this update takes all"),
    Mistake("the learning rate is in the velocity as well", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + lr * (g + decay * w))},
            "steps too short, by about a factor lr", "lr: once, where the parameters move"),
    Mistake("the learning rate and the sign are in the velocity", {"momentum_step": momentum_but(
                lambda v, g, w, lr, mu, decay: mu * v - lr * (g + decay * w), lambda w, v, g, lr, mu, decay: w + v)},
            "it trains as well, with a velocity that means another thing", "the formula: here v is a sum of gradients, and lr enters where the parameters move"),
    Mistake("the momentum multiplies everything", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * (v + g + decay * w))},
            "steps too short, by a factor mu", "the brackets: only the old velocity is multiplied by the momentum"),
    Mistake("the weight decay has the wrong sign", {"momentum_step": momentum_but(lambda v, g, w, lr, mu, decay: mu * v + g - decay * w)},
            "right only where weight_decay is 0; otherwise the weights grow", "the sign of the weight decay: v is subtracted in the end"),
    Mistake("the parameters move with the old velocity", {"momentum_step": moves_first},
            "v is right, the parameters are one step behind", "the order: first the new velocity, then the move"),
    Mistake("Nesterov's step", {"momentum_step": momentum_but(move=lambda w, v, g, lr, mu, decay: w - lr * (mu * v + g + decay * w))},
            "v is right, the parameters look one step ahead", "the move: w - lr v. (Nesterov's variant is a good one, but another one.)"),
]

CATALOGUE = BACKWARD + OTHERS


class FaultyRNN(VanillaRNN):
    """A `VanillaRNN` whose backward pass is that of a mistake; other parameters as there."""

    def __init__(self, mistake, I, H, C, **options):
        if not isinstance(mistake, Mistake):
            raise TypeError(f"mistake is {mistake!r}: expected a Mistake, as in BACKWARD")
        super().__init__(I, H, C, **options)
        self.wrong_backward = mistake.function("backward")

    def backward(self, cache, d_logits):
        """Return the wrong gradients, with the names and shapes of `VanillaRNN.backward`."""
        return self.wrong_backward(self.params, cache.X, cache.h, d_logits)


# Settings of a gradient check: the recommended one, with one thing spoilt
SETTINGS = {
    "recommended": {}, "T = 1": {"T": 1}, "T = 5": {"T": 5}, "N = 1": {"N": 1}, "H = 1": {"H": 1}, "h0 = 0": {"h0": 0},
    "W_hh symmetric": {"W_hh": "symmetric"}, "W_hh = identity": {"W_hh": "identity"}, "one call": {"calls": 1},
}


def found_by(mistakes=BACKWARD, *, T=6, N=4, I=2, H=5, C=3, h0=0.5, W_hh="random", calls=2, threshold=1e-6, seed=7):
    """Say which mistakes a gradient check of the given size finds.

    Parameters
    ----------
    mistakes : list of Mistake, with a wrong ``"backward"`` each
    T, N, I, H, C : int, sizes of the test problem
    h0 : float, standard deviation of the initial state
    W_hh : {"random", "symmetric", "identity"}
    calls : int, how often `backward` is called, each time with other parameters (of the same kind)
    threshold : float, the relative error from which a gradient fails
    seed : int or numpy.random.Generator

    Returns
    -------
    dict
        By name of the mistake, the list of the gradients that fail in any of the calls; empty if it is missed.
    """
    if not (isinstance(mistakes, (list, tuple)) and all(isinstance(mistake, Mistake) for mistake in mistakes)):
        raise TypeError(f"mistakes is {mistakes!r}: expected a list of Mistake")
    T, N, I, H, C, calls = (positive_integer(name, n) for name, n in zip(("T", "N", "I", "H", "C", "calls"), (T, N, I, H, C, calls)))
    one_of("W_hh", W_hh, ("random", "symmetric", "identity"))
    threshold, rng, found = positive("threshold", threshold), generator("seed", seed), {mistake.name: set() for mistake in mistakes}
    functions = [mistake.function("backward") for mistake in mistakes]
    X, h0 = rng.normal(size=(T, N, I)), non_negative("h0", h0) * rng.normal(size=(N, H))
    Y = np.eye(C)[rng.integers(0, C, N)]
    for _ in range(calls):
        model = VanillaRNN(I, H, C, init="normal", input_scale=1, seed=rng)
        W = model.params["W_hh"]
        model.params.update(b_h=0.5 * rng.normal(size=H), b_out=0.5 * rng.normal(size=C),
                            W_hh={"random": W, "symmetric": (W + W.T) / 2, "identity": np.eye(H)}[W_hh])
        values = model.params | {"h0": h0, "X": X}

        def loss_with(**changed):
            other, moved = VanillaRNN(I, H, C), values | changed
            other.params = {k: moved[k] for k in model.params}
            return cross_entropy(other.forward(moved["X"], moved["h0"])[0], Y)[0]

        logits, cache = model.forward(X, h0)
        d_logits = cross_entropy(logits, Y)[1]
        numerical = {k: numerical_gradient(lambda v: loss_with(**{k: v}), values[k]) for k in values}
        for mistake, function in zip(mistakes, functions):
            grads = function(model.params, X, cache.h, d_logits)
            found[mistake.name] |= {k for k in values if not relative_error(grads[k], numerical[k]) < threshold}
    return {name: [k for k in values if k in wrong] for name, wrong in found.items()}
