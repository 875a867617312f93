"""`predict`: a guess is typed before the answer is shown, and answered by how much it was off.

The truth of each prediction is computed when it is asked for, on whatever data is at hand.
"""

import contextlib
import io
import math
from collections.abc import Callable
from numbers import Real
from typing import NamedTuple

import numpy as np

from .. import VanillaRNN, accuracy, balanced_accuracy, cross_entropy, load_ecg5000, streams
from ..arguments import require_one_of
from ..gates import LSTM
from .answers import multiplications
from .at_once import newton_rounds
from .cuts import balanced_loss, error_of_the_cut, marked_accuracy
from .dreams import alarm_of_the_mean, left_by_a_line
from .mistakes import BACKWARD, LSTM_BACKWARD, found_by
from .reservoirs import reservoir, untrained


class Prediction(NamedTuple):
    """A question whose answer is one number."""

    question: str
    truth: Callable  # takes nothing, and returns the number
    kind: str  # "share" from 0 to 1, "count", "size" that counts by powers of ten, or "many": both


def beats():
    """Return the data that is at hand, without a word."""
    with contextlib.redirect_stdout(io.StringIO()):
        return load_ecg5000()


def named(labels, C):
    """Return one-hot rows for labels."""
    return np.eye(C)[labels]


# The truths, by notebook


def majority(measure):
    """Return what a classifier scores that always names the most frequent training class."""
    data = beats()
    most = data.Y_train.sum(axis=0).argmax()
    return measure(named(np.full(len(data.Y_test), most), data.Y_test.shape[1]), data.Y_test)


def nearest_neighbour(steps=slice(None), swap=False):
    """Return the accuracy of the nearest known beat, by these steps; swapped, of known and new."""
    data = beats()
    known, new = (data.X_train, data.Y_train), (data.X_test, data.Y_test)
    (X, Y), (X_new, Y_new) = (new, known) if swap else (known, new)
    X, X_new = X[steps, :, 0], X_new[steps, :, 0]
    distances = (X**2).sum(axis=0)[:, None] - 2 * X.T @ X_new  # up to a number for each new beat
    return accuracy(Y[distances.argmin(axis=0)], Y_new)


def saturated():
    """Return a network with weights between 0 and 1, and some training beats."""
    X = beats().X_train
    chosen = np.random.default_rng(0).permutation(X.shape[1])[:100]
    return VanillaRNN(1, 100, 5, init="uniform01"), X[:, chosen], chosen


def different_answers():
    """Return how many different answers a saturated network gives to a hundred beats."""
    model, X, _ = saturated()
    return len(np.unique(model(X).round(6), axis=0))


def gradient_when_saturated():
    """Return the largest entry of the gradient of W_hh in a saturated network."""
    model, X, chosen = saturated()
    logits, cache = model.forward(X)
    grads = model.backward(cache, cross_entropy(logits, beats().Y_train[chosen])[1])
    return np.abs(grads["W_hh"]).max()


def entries_not_zero(N=4, H=5):
    """Return how many derivatives of h_T by z_T are not zero, of all (N H)² of them."""
    h = np.tanh(np.random.default_rng(0).normal(size=(N, H)))
    return np.count_nonzero(np.diag((1 - h**2).ravel()))


def escapes(**setting):
    """Return how many mistakes of the catalogue a gradient check of such a problem misses."""
    return sum(not seen for seen in found_by(**setting).values())


def best_from_one_bit():
    """Return the best training accuracy of who knows the sign of a saturated state alone."""
    data, (model, _, _) = beats(), saturated()
    sign = model.forward(data.X_train)[1].h[-1, :, 0] > 0
    return sum(data.Y_train[sign == s].sum(axis=0).max() for s in (False, True)) / len(sign)


def after_silence(heard=40):
    """Return the accuracy of an untrained network that hears the rest of each beat as zeros."""
    data = beats()
    pairs = [(data.X_train, data.Y_train), (data.X_test, data.Y_test)]
    hush = (np.arange(len(data.X_train)) < heard)[:, None, None].astype(np.float32)
    return untrained(reservoir(1, 5, 0.03), *((hush * X, Y) for X, Y in pairs))


def first_beat(scale):
    """Return the accuracy of an untrained network on the first of three beats."""
    data = beats()
    known = streams(data.X_train, data.Y_train, 3, "first", 1, N=2000)
    new = streams(data.X_test, data.Y_test, 3, "first", 2, N=2000)
    return untrained(reservoir(20, 2, scale), known, new)


def at_first_step():
    """Return the error at the first of 140 steps of an LSTM, relative to that at the last."""
    data = beats()
    chosen = np.random.default_rng(0).permutation(len(data.Y_train))[:64]
    model = LSTM(1, 32, 5, forget_bias=0)
    logits, cache = model.forward(data.X_train[:, chosen])
    dX = model.backward(cache, cross_entropy(logits, data.Y_train[chosen])[1])["X"]
    return np.linalg.norm(dX[0]) / np.linalg.norm(dX[-1])


def gated_escapes():
    """Return how many mistakes with an LSTM leave the parameters right where there is one step."""
    found = found_by(LSTM_BACKWARD, cell=LSTM, T=1)
    return sum(not set(wrong) - {"h0", "X"} for wrong in found.values())


PREDICTIONS = {
    # Notebook 01
    "majority_accuracy": Prediction(
        "Which share of the test beats is right if all are called the most frequent class?",
        lambda: majority(accuracy),
        "share",
    ),
    "majority_balanced": Prediction(
        "What is the balanced accuracy of who always names the most frequent class?",
        lambda: majority(balanced_accuracy),
        "share",
    ),
    "first_third": Prediction(
        "What is the accuracy of the nearest neighbour that sees the first 47 samples alone?",
        lambda: nearest_neighbour(slice(0, 47)),
        "share",
    ),
    "swapped_sets": Prediction(
        "What is the accuracy of the nearest neighbour if training and test set change places?",
        lambda: nearest_neighbour(swap=True),
        "share",
    ),
    # Notebook 02
    "different_answers": Prediction(
        "How many different answers does the network with weights in [0, 1) give to 100 beats?",
        different_answers,
        "count",
    ),
    # Notebook 03
    "factor_at_first_sample": Prediction(
        "By which factor is the error signal multiplied from sample 140 to sample 1 at w = 0.9?",
        lambda: 0.9**139,
        "size",
    ),
    "entries_not_zero": Prediction(
        "How many derivatives of h_T by z_T are not zero, of all (N H)², for N = 4 and H = 5?",
        entries_not_zero,
        "count",
    ),
    "gradient_when_saturated": Prediction(
        "How large is the largest entry of dW_hh in the network whose units are all stuck at ±1?",
        gradient_when_saturated,
        "size",
    ),
    # Notebook 04
    "escapes_at_one_step": Prediction(
        f"How many of the {len(BACKWARD)} mistakes of the catalogue escape a check with T = 1, "
        "N = 4, I = 2, H = 5, C = 3 and two calls?",
        lambda: escapes(T=1),
        "count",
    ),
    # Notebook 05
    "best_from_one_bit": Prediction(
        "Which accuracy has, at best, who knows of each training beat only the sign of h_T?",
        best_from_one_bit,
        "share",
    ),
    # Notebook 06
    "escapes_at_one_unit_and_sequence": Prediction(
        f"How many of the {len(BACKWARD)} mistakes of the catalogue escape a check with "
        "N = H = 1, T = 6, I = 2, C = 3 and one call?",
        lambda: escapes(N=1, H=1, calls=1),
        "count",
    ),
    # Notebook 07
    "after_silence": Prediction(
        "Which share of the test beats does the untrained network get right after the silence?",
        after_silence,
        "share",
    ),
    "first_beat_tuned": Prediction(
        "Which accuracy does the untrained network reach on the first beat, at its best input "
        "scale?",
        lambda: max(first_beat(scale) for scale in (0.01, 0.03, 0.1, 0.3, 1)),
        "share",
    ),
    "xor_untrained": Prediction(
        "Which share of the four answers to XOR can an untrained network without biases get right?",
        lambda: 0.75,
        "share",
    ),
    # Notebook 08
    "one_step_short": Prediction(
        "Which test accuracy, in the mean of three seeds, does the network reach whose error stops "
        "one step short, at k = 14?",
        lambda: marked_accuracy(beats(), 14),
        "share",
    ),
    "error_of_the_good_start": Prediction(
        "How large is the relative error at k = 20, before training, if W_hh is the identity?",
        lambda: error_of_the_cut(beats(), "identity", 20),
        "share",
    ),
    "pieces_of_twenty": Prediction(
        "The loss is 0.5 at the start. How large is it at the end, with pieces of 20 steps?",
        lambda: balanced_loss(20),
        "size",
    ),
    # Notebook 09
    "lstm_first_step": Prediction(
        "How large is the error at the first of 140 samples, relative to that at the last, in an "
        "untrained LSTM with a forget bias of 0?",
        at_first_step,
        "size",
    ),
    "gated_escapes": Prediction(
        f"How many of the {len(LSTM_BACKWARD)} faults of the LSTM leave the gradients of all "
        "parameters right where T = 1?",
        gated_escapes,
        "count",
    ),
    # Notebook 10
    "left_by_a_line": Prediction(
        "Which share of the squared error of *the same as now* is left, if the best line through "
        "the last ten samples forecasts the next?",
        lambda: left_by_a_line(beats()),
        "share",
    ),
    "alarm_of_the_mean": Prediction(
        "How often is an abnormal beat further from the mean normal beat than a normal one is?",
        lambda: alarm_of_the_mean(beats()),
        "share",
    ),
    # Notebook 11
    "multiplications": Prediction(
        "How many multiplications do all matrix products make, forwards and backwards, for T = 140 "
        "samples, N = 32 beats, H = 32 units and C = 5 classes?",
        lambda: sum(multiplications(140, 32, 1, 32, 5).values()),
        "many",
    ),
    "newton_rounds": Prediction(
        "After how many rounds are all 140 states right to 1e-10, if W_hh is orthogonal?",
        lambda: newton_rounds(beats()),
        "count",
    ),
}


def predict(name, value):
    """Print by how much a guess was off; before there is one, only the question.

    Parameters
    ----------
    name : str, the name of the prediction; a ValueError if there is none
    value : float, the guess; an ellipsis invites one
    """
    print(answer(name, value))


def answer(name, value):
    """Return what `predict` prints."""
    prediction = PREDICTIONS[require_one_of("name", name, PREDICTIONS)]
    if value is Ellipsis:
        return f"{prediction.question} Put your guess in place of the ..., and run the cell again."
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        example = EXAMPLES[prediction.kind]
        return f"A guess is a number, such as {example}; this is a {type(value).__name__}."
    if not math.isfinite(value):
        return f"A guess is a finite number; this is {value}."
    if prediction.kind == "share" and 1 < value <= 100:
        return f"A share lies between 0 and 1: for {value:g} % write {value / 100:g}."
    truth, kind = float(prediction.truth()), prediction.kind
    whole = kind == "many" and value == round(value) and abs(value) < 1e15
    said = shown(value, kind) if whole else f"{value:g}"
    return f"You said {said}; it is {shown(truth, kind)}. {how_near(value, truth, kind)}"


EXAMPLES = {"share": "0.5", "count": "3", "size": "1e-2", "many": "1000"}
FORMATS = {"share": ".3g", "count": ".0f", "size": ".1g", "many": ",.0f"}
NEARLY_ZERO = 1e-6  # a guess, where the truth is zero itself


def shown(truth, kind):
    """Return a truth with as many digits as matter."""
    return format(truth, FORMATS[kind])


def how_near(value, truth, kind):
    """Return a sentence on how near a guess came."""
    off = abs(value - truth)
    if kind == "share":
        if off < 0.01:
            return "That is as near as makes no difference."
        if off < 0.05:
            return "That is close."
        return f"That is off by {off:.2f}: too {'high' if value > truth else 'low'}."
    if kind == "count":
        if off < 0.5:
            return "Exactly."
        return f"That is {off:g} too {'many' if value > truth else 'few'}."
    if value == truth:
        return "Exactly."
    if truth == 0:
        near = "That is nearly right" if abs(value) <= NEARLY_ZERO else "That is too large"
        return f"{near}: zero is smaller than every power of ten."
    if value == 0 or (value > 0) != (truth > 0):
        return "No power of ten leads from the one to the other."
    tens = abs(math.log10(value / truth))
    if tens < 0.5:
        return "That is the right power of ten."
    word = "large" if abs(value) > abs(truth) else "small"
    return f"That is too {word} by about {tens:.0f} power{'s' * (tens >= 1.5)} of ten."
