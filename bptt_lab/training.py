"""The training loop, as developed in notebook 05."""

import math
from dataclasses import dataclass, field

import numpy as np

from . import arguments
from .data import minibatches
from .losses import cross_entropy
from .metrics import accuracy
from .network import Recurrent
from .optimizers import clip_by_global_norm, global_norm


@dataclass
class History:
    """The course of a training run.

    Lists of length epochs + 1, measured before the first epoch and after each: `loss`, `accuracy`
    (what `measure` gave), and `val_loss`, `val_accuracy`; None where nothing is measured.
    `grad_norm` is the global norm of the gradient in each step, before clipping.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)
    val_accuracy: list = field(default_factory=list)
    grad_norm: list = field(default_factory=list)


def train(
    model,
    X,
    Y=None,
    *,
    loss=cross_entropy,
    optimizer,
    epochs,
    batch_size=32,
    batches=1,
    truncate=None,
    carry=False,
    clip_norm=None,
    cosine_decay=False,
    input_noise=0.0,
    validation=None,
    measure=accuracy,
    rng=0,
    progress=True,
):
    """Train `model` in place by gradient descent on mini-batches.

    Parameters
    ----------
    model : any object with ``params``, ``forward`` and ``backward``, as a `Recurrent` has them
    X : array of shape (T, N, I), or a function ``X(rng) -> (X, Y)`` that draws a fresh batch
    Y : array of shape (N, C), or (T, N, C): then every step is read out; none with a function
    loss : callable, ``loss(logits, Y) -> (loss, d_logits)``
    optimizer : object with ``step(params, grads, lr=…)`` and ``lr``
    epochs : int
    batch_size : int or None, for all sequences in one batch
    batches : int, how many batches make an epoch, where a function draws them
    truncate : int, optional, the steps that the error goes back; for a `Recurrent`
        Where every step is read out, a batch is worked through in pieces of so many steps, with
        one step of the optimizer for each.
    carry : bool, whether a piece starts from the last state of the piece before, not from zeros
    clip_norm : float or None, the largest global norm of the gradient
    cosine_decay : bool, whether the learning rate falls to 0 along half a cosine
    input_noise : float, standard deviation of the noise that is added to each mini-batch
    validation : pair of arrays, optional; another X and Y to evaluate
    measure : callable or None, ``measure(logits, Y) -> number``; the accuracy needs one-hot targets
    rng : numpy.random.Generator or int
        Source of shuffles, draws and noise. A training in several calls needs one generator:
        with an int, each call shuffles alike.
    progress : bool, whether to show a bar with loss and accuracy

    Returns
    -------
    History
        Of X and Y, whole and not in pieces; of a function's batches, the one that it drew first.

    Raises
    ------
    KeyboardInterrupt
        At the stop button; the model keeps what it learnt, ``.history`` is the history so far.
    FloatingPointError
        If loss or gradient is not finite. The message names epoch and batch, ``.history`` is the
        history so far, model and optimizer are as before the bad step.
    """
    arguments.require_attributes("model", model, "params", "forward", "backward")
    arguments.require_attributes("optimizer", optimizer, "step", "lr")
    arguments.require_callable("loss", loss)
    if measure is not None:
        arguments.require_callable("measure", measure)
    if any(map(np.iscomplexobj, arguments.as_arrays("model.params", model.params).values())):
        raise TypeError("model has complex parameters: expected float32 or float64")
    if validation is not None and len(validation) != 2:
        raise TypeError("validation is no pair of arrays: expected another X and Y")
    rng, draw = arguments.as_generator("rng", rng), callable(X) and X
    if draw and Y is not None:
        raise TypeError("Y is given beside a function for X: expected None, it returns both")
    X, Y = _drawn(draw, rng) if draw else arguments.as_pair(X, Y)
    sets, N = [(X, Y)], X.shape[1]
    if validation is not None:
        sets += [arguments.as_pair(*validation)]
    if measure is accuracy and not (np.isin(Y, (0, 1)).all() and (Y.sum(axis=-1) == 1).all()):
        raise ValueError("Y is not one-hot, so has no accuracy: expected measure=None or another")
    if clip_norm is not None:
        arguments.as_number("clip_norm", clip_norm, zero=False)
    size = arguments.as_positive_integer("batch_size", N if batch_size is None else batch_size)
    steps = arguments.as_positive_integer("batches", batches) if draw else -(-N // size)
    epochs = arguments.as_positive_integer("epochs", epochs)
    noise = arguments.as_number("input_noise", input_noise)
    pieces = _pieces(model, X, Y, truncate, carry)
    every_step = {"every_step": True} if Y.ndim == 3 else {}
    run = model if isinstance(model, Recurrent) else lambda X, **k: model.forward(X, **k)[0]
    rows, norms, where = [], [], "before the first step"

    def finite(name, value):
        if not np.isfinite(value):
            said = "model and optimizer are as before the bad step"
            raise FloatingPointError(f"the {name} is {value} {where}; {said}")
        return float(value)

    def evaluate():
        row = []
        for X, Y in sets:
            logits = run(X, **every_step)
            row.append(finite("loss", arguments.call_loss(loss, logits, Y)[0]))
            row.append(measure and float(measure(logits, Y)))
        rows.append(row + [None] * (4 - len(row)))
        bar.set_postfix(loss=f"{row[0]:.3f}", **{"accuracy": f"{row[1]:.3f}"} if measure else {})

    def keep():
        state = {k: dict(v) if isinstance(v, dict) else v for k, v in vars(optimizer).items()}
        return dict(model.params), state

    bar, before = arguments.progress_bar(total=epochs, desc="epoch", disable=not progress), keep()
    # `finite` looks for what NumPy would warn of, and says where.
    with bar, np.errstate(over="ignore", invalid="ignore"):
        try:
            evaluate()
            for epoch in range(epochs):
                fresh = (_drawn(draw, rng, len(X)) for _ in range(steps))
                for k, (X_b, Y_b) in enumerate(fresh if draw else minibatches(X, Y, size, rng)):
                    where = f"in epoch {epoch + 1}, batch {k + 1} of {steps}"
                    if noise:
                        X_b = X_b + noise * rng.normal(size=X_b.shape)
                    state = {}  # none is given: zeros
                    for piece in pieces:
                        if Y.ndim == 2 and piece.start:  # what the error does not go back to
                            state = {"h0": model.forward(X_b[: piece.start])[1].states[-1]}
                        logits, cache = model.forward(X_b[piece], **state, **every_step)
                        Y_p = Y_b if Y.ndim == 2 else Y_b[piece]
                        value, d_logits = arguments.call_loss(loss, logits, Y_p)
                        finite("loss", value)
                        grads = model.backward(cache, d_logits)
                        grads = arguments.match_gradients(model.params, grads)
                        norm = finite("norm of the gradient", global_norm(grads))
                        if clip_norm is not None:
                            grads = clip_by_global_norm(grads, clip_norm)
                        # Adam keeps squares: once one is inf, it never moves that entry again.
                        clipped = np.result_type(*grads.values()).type(min(norm, clip_norm or norm))
                        finite("squared norm of the gradient", clipped * clipped)
                        share = len(norms) / (len(pieces) * steps * epochs)
                        decay = 0.5 * (1 + math.cos(math.pi * share)) if cosine_decay else 1
                        before = keep()
                        optimizer.step(model.params, grads, lr=decay * optimizer.lr)
                        norms.append(norm)
                        # An `if` here, and Python 3.13 lets a Stop after it escape the try.
                        state = {"h0": cache.states[-1]} if carry else {}
                evaluate()
                bar.update()
        except (FloatingPointError, KeyboardInterrupt) as error:
            if isinstance(error, FloatingPointError):
                model.params.update(before[0])
                vars(optimizer).update(before[1])
            error.history = History(*map(list, zip(*rows)), grad_norm=norms)
            raise
    return History(*map(list, zip(*rows)), grad_norm=norms)


def _drawn(draw, rng, T=None):
    """Return the batch that a function draws, of T steps as the first, or say what it is."""
    pair = draw(rng)
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise TypeError(f"X(rng) returned {type(pair).__name__}: expected a pair, X and Y")
    X, Y = arguments.as_pair(*pair)
    return arguments.shaped("X(rng)", X, "TNI", {"T": T or len(X)}), Y


def _pieces(model, X, Y, k, carry):
    """Return the slices of time that the error goes back through, or say what does not fit."""
    T, every_step = len(X), Y.ndim == 3
    if k is None and not carry:
        return [slice(0, T)]
    if k is None or not every_step and carry:
        given = "truncate=k" if k is None else "Y of shape (T, N, C), every step read out"
        raise ValueError(f"carry has no pieces to hand the state on between: expected {given}")
    if not isinstance(model, Recurrent):
        kind = type(model).__name__
        raise TypeError(f"model is a {kind}: expected a Recurrent, whose cache has all the states")
    if arguments.as_positive_integer("truncate", k) > T - carry:
        slip = "; did you cut one long X into windows? They are shuffled, and carry nothing"
        raise ValueError(
            f"truncate is {k}: expected at most {T - carry} of {T} steps{slip * carry}"
        )
    return [slice(t, t + k) for t in range(0, T, k)] if every_step else [slice(T - k, T)]
