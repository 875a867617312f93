"""Mistakes of notebook 07: in a read-out that is trained alone, in a gradient at the inputs.

Those in a stream of beats stand in `stream`. A mistake of notebook 03 can be made on the way to
the inputs, too: those entries are made of its.
"""

import numpy as np

from .bptt import BACKWARD
from .composed import made_of_parts
from .forward_pass import FORWARD_PASS
from .mistake import Mistake
from .parts import from_parts, logits_of, softmax
from .stream import STREAMS

# The read-out alone


def read_out_but(*rest, **other):
    """Return a read_out_alone where some gradients are functions of params, h and d_logits."""

    def read_out_alone(params, h, d_logits):
        zeros = {k: np.zeros_like(params[k]) for k in ("W_in", "W_hh", "b_h")}
        grads = zeros | {"W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}
        for more in rest:
            grads |= more(params, h, d_logits, grads)
        return grads | {k: f(params, h, d_logits) for k, f in other.items()}

    return {"read_out_alone": read_out_alone}


RECURRENT, ONLY_W_OUT = "W_in, W_hh and b_h are wrong", "only W_out is wrong"


def ones_of(value):
    return lambda params, h, d, grads: {k: value(params[k]) for k in ("W_in", "W_hh", "b_h")}


def without_inputs(params, h, d_logits, grads):
    X = np.zeros((len(h) - 1, h.shape[1], len(params["W_in"])))
    whole = from_parts()["backward"](params, X, h, d_logits)
    return {k: whole[k] for k in ("W_hh", "b_h")}


def last_step(params, h, d_logits, grads):
    dz = d_logits @ params["W_out"].T * (1 - h[-1] ** 2)
    return {"W_hh": h[-2].T @ dz, "b_h": dz.sum(axis=0)}


READ_OUT = [
    Mistake(
        "read_out-first-state",
        "the first state h_0 stands where the last belongs",
        read_out_but(W_out=lambda params, h, d: h[0].T @ d),
        ONLY_W_OUT,
        "the index of h: which state is read out?",
    ),
    Mistake(
        "read_out-state-before",
        "h_{T-1} stands where h_T belongs",
        read_out_but(W_out=lambda params, h, d: h[-2].T @ d),
        ONLY_W_OUT,
        "the index of h: it has T + 1 entries, the last of which is read out",
    ),
    Mistake(
        "read_out-all-states",
        "the states of all steps are summed",
        read_out_but(W_out=lambda params, h, d: h[1:].sum(axis=0).T @ d),
        ONLY_W_OUT,
        "the index of h: only the last state is read out",
    ),
    Mistake(
        "read_out-all-states-and-h0",
        "the states of all steps are summed, h_0 among them",
        read_out_but(W_out=lambda params, h, d: h.sum(axis=0).T @ d),
        ONLY_W_OUT,
        "the index of h: only the last state is read out",
    ),
    Mistake(
        "read_out-mean-state",
        "the states of all steps are averaged",
        read_out_but(W_out=lambda params, h, d: h[1:].mean(axis=0).T @ d),
        ONLY_W_OUT,
        "the index of h: only the last state is read out",
    ),
    Mistake(
        "read_out-through-tanh",
        "the slope of the tanh is in dW_out",
        read_out_but(W_out=lambda params, h, d: (h[-1] * (1 - h[-1] ** 2)).T @ d),
        ONLY_W_OUT,
        "what stands between h_T and the logits: no tanh",
    ),
    Mistake(
        "read_out-tanh-again",
        "a further tanh stands before the read-out",
        read_out_but(W_out=lambda params, h, d: np.tanh(h[-1]).T @ d),
        ONLY_W_OUT,
        "the state: h_T has been through its tanh",
    ),
    Mistake(
        "read_out-mean-over-batch",
        "a mean over the batch, where a sum belongs",
        read_out_but(
            W_out=lambda params, h, d: h[-1].T @ d / len(d), b_out=lambda params, h, d: d.mean(0)
        ),
        "W_out and b_out are the right ones divided by N",
        "the 1/N: it is in d_logits already",
    ),
    Mistake(
        "read_out-b_out-mean",
        "db_out is a mean over the batch",
        read_out_but(b_out=lambda params, h, d: d.mean(axis=0)),
        "only b_out is wrong",
        "the 1/N: it is in d_logits already",
    ),
    Mistake(
        "read_out-b_out-zero",
        "the bias of the read-out is held, too",
        read_out_but(b_out=lambda params, h, d: 0 * d.sum(axis=0)),
        "only b_out is wrong: it is zero",
        "b_out: it belongs to the read-out",
    ),
    Mistake(
        "read_out-downhill",
        "the minus of the step is in the gradient",
        read_out_but(
            W_out=lambda params, h, d: -h[-1].T @ d, b_out=lambda params, h, d: -d.sum(axis=0)
        ),
        "W_out and b_out have the wrong sign",
        "the sign: the optimizer goes against the gradient by itself",
    ),
    Mistake(
        "read_out-recurrence-trained",
        "the error goes back into the recurrence as well",
        read_out_but(without_inputs),
        "W_hh and b_h are wrong: they are those of the whole gradient",
        "what is held: the error ends at the read-out",
    ),
    Mistake(
        "read_out-last-step-trained",
        "the error goes back through the last step",
        read_out_but(last_step),
        "W_hh and b_h are wrong: they are those of the last step",
        "what is held: the error ends at the read-out",
    ),
    Mistake(
        "read_out-recurrence-ones",
        "ones stand where zeros belong",
        read_out_but(ones_of(np.ones_like)),
        RECURRENT,
        "what a gradient has to be so that a parameter stays as it is",
    ),
    Mistake(
        "read_out-parameters-returned",
        "the parameters themselves stand in the place of their gradients",
        read_out_but(ones_of(np.array)),
        RECURRENT,
        "what a gradient has to be so that a parameter stays as it is",
    ),
]


# The gradient at the inputs

OF_SCORE = from_parts()["backward"]


def scores(h, k, C):
    return np.eye(C)[k]


def saliency_of(backward, start=scores):
    """Return a saliency made of a backward pass, from start(h, k, C) at the logits."""

    def saliency(params, h, k):
        X = np.zeros((len(h) - 1, h.shape[1], len(params["W_in"])))
        return backward(params, X, h, start(h, k, params["W_out"].shape[1]))["X"]

    return {"saliency": saliency}


def of_logits(d):
    """Return a saliency whose error at the logits is d(p, Y), from p = softmax(logits)."""

    def saliency(params, h, k):
        p = softmax(logits_of(params, h))
        X = np.zeros((len(h) - 1, h.shape[1], len(params["W_in"])))
        return OF_SCORE(params, X, h, d(p, np.eye(p.shape[1])[k]))["X"]

    return {"saliency": saliency}


def but(change):
    """Return a saliency whose right result, (T, N, I), goes through change(dX)."""
    right = saliency_of(OF_SCORE)["saliency"]
    return {"saliency": lambda params, h, k: change(right(params, h, k))}


def last_alone(dX):
    return np.concatenate([0 * dX[:-1], dX[-1:]])


EVERY, START = "every step is wrong", "what goes in at the logits"
WAY = "the gradient is not the right one at all steps"
SALIENCY = [
    Mistake(
        "saliency-of-mean",
        "the gradient is that of a mean over the batch",
        saliency_of(OF_SCORE, lambda h, k, C: np.eye(C)[k] / len(k)),
        "the result is the right one divided by N",
        f"{START}: here it is a 1 for each sequence, no loss and no mean",
    ),
    Mistake(
        "saliency-of-loss",
        "the gradient is that of the loss",
        of_logits(lambda p, Y: p - Y),
        EVERY,
        f"{START}: p - y belongs to the cross-entropy, and the logit itself is asked for",
    ),
    Mistake(
        "saliency-of-mean-loss",
        "the gradient is that of the mean loss",
        of_logits(lambda p, Y: (p - Y) / len(Y)),
        EVERY,
        f"{START}: p - y belongs to the cross-entropy, and the logit itself is asked for",
    ),
    Mistake(
        "saliency-of-log-probability",
        "the gradient is that of log p, not of the logit",
        of_logits(lambda p, Y: Y - p),
        EVERY,
        f"{START}: without a softmax, the other logits have no part in it",
    ),
    Mistake(
        "saliency-of-probability",
        "the gradient is that of the probability, not of the logit",
        of_logits(lambda p, Y: (p * Y).sum(axis=1, keepdims=True) * (Y - p)),
        EVERY,
        f"{START}: without a softmax, the other logits have no part in it",
    ),
    Mistake(
        "saliency-of-all-logits",
        "the gradient is that of the sum of all logits",
        saliency_of(OF_SCORE, lambda h, k, C: np.ones((len(k), C))),
        EVERY,
        f"{START}: a 1 for class k alone",
    ),
    Mistake(
        "saliency-against-others",
        "the gradient is that of the logit less all others",
        saliency_of(OF_SCORE, lambda h, k, C: 2 * np.eye(C)[k] - 1),
        EVERY,
        f"{START}: a 1 for class k, and 0 for the others",
    ),
    Mistake(
        "saliency-of-first-class",
        "class 0 is taken for every sequence",
        saliency_of(OF_SCORE, lambda h, k, C: np.eye(C)[0 * k]),
        "right where k is 0 only",
        "k: is it used?",
    ),
    Mistake(
        "saliency-of-last-class",
        "the last class is taken for every sequence",
        saliency_of(OF_SCORE, lambda h, k, C: np.eye(C)[0 * k - 1]),
        "right where k is the last class only",
        "k: is it used?",
    ),
    Mistake(
        "saliency-of-first-k",
        "the class of the first sequence is taken for all",
        saliency_of(OF_SCORE, lambda h, k, C: np.eye(C)[np.full_like(k, k[0])]),
        "right where all k are alike",
        "k: it has a class for each sequence",
    ),
    Mistake(
        "saliency-of-answer",
        "the class that the network names is taken, not k",
        of_logits(lambda p, Y: np.eye(p.shape[1])[p.argmax(axis=1)]),
        "right where the network names class k",
        "k: is it used?",
    ),
    Mistake(
        "saliency-of-each-sequence-once",
        "the classes of all sequences are added up",
        saliency_of(OF_SCORE, lambda h, k, C: np.tile(np.eye(C)[k].sum(axis=0), (len(k), 1))),
        "right for a single sequence only",
        f"{START}: a row for each sequence",
    ),
    Mistake(
        "saliency-absolute",
        "the absolute value is taken",
        but(np.abs),
        "no entry is negative",
        "the end: the sign tells in which direction, and whoever draws it can drop it",
    ),
    Mistake(
        "saliency-squared",
        "the gradient is squared",
        but(np.square),
        "no entry is negative",
        "the end: the gradient itself is asked for",
    ),
    Mistake(
        "saliency-negated",
        "the sign is wrong",
        but(np.negative),
        "the result is the right one times -1",
        f"{START}: a 1 for class k",
    ),
    Mistake(
        "saliency-normalised",
        "the gradient of each sequence is divided by its largest entry",
        but(lambda dX: dX / np.abs(dX).max(axis=(0, 2), keepdims=True)),
        "the largest entry of each sequence is 1 or -1",
        "the end: whoever draws it can choose a scale",
    ),
    Mistake(
        "saliency-backwards",
        "the steps stand in the wrong order",
        but(lambda dX: dX[::-1]),
        "the result is the right one read backwards in time",
        "where each step is stored: the loop meets the last step first",
    ),
    Mistake(
        "saliency-last-step-alone",
        "only the last step has a gradient",
        but(last_alone),
        "all steps but the last are zero",
        "the loop: is what goes back used in the next round?",
    ),
    Mistake(
        "saliency-summed-over-batch",
        "the gradients of all sequences are added up",
        but(lambda dX: np.broadcast_to(dX.sum(axis=1, keepdims=True), dX.shape)),
        "all sequences have the same gradient",
        "the axis of sequences: there is no sum over it",
    ),
]


# On the way back to the inputs: the mistakes of notebook 03 that can be seen there

ELSEWHERE = {  # of a loss, kept from call to call, or in the list above
    *("softmax-differentiated-twice", "logits-for-p", "multiplied-by-N", "multiplied-by-N-squared"),
    *("divided-by-N", "never-reset", "no-recurrence", "dz-in-reverse", "clipped-at-each-step"),
    *("dh0-before-W_hh", "dh0-through-tanh", "dh0-through-W_hh-not-transposed"),
}
ON_THE_WAY = {"start", "through_tanh", "back", "walk"}


def on_the_way(mistakes):
    """Return the mistakes of a backward pass that spoil the gradient at the inputs."""
    return [
        mistake._replace(
            id=f"{mistake.id}-in-saliency",
            wrong=saliency_of(mistake.wrong["backward"]),
            seen=WAY,
            missed=(),
        )
        for mistake in mistakes
        if "backward" in mistake.wrong
        and mistake.id not in ELSEWHERE
        and ON_THE_WAY & set(getattr(mistake.wrong["backward"], "parts", ()))
    ]


MEMORY = STREAMS + READ_OUT + SALIENCY
MEMORY = MEMORY + on_the_way(BACKWARD) + on_the_way(made_of_parts(FORWARD_PASS))
