"""Optimisers and the training loop, as developed in notebook 05."""

import math
from dataclasses import dataclass, field

import numpy as np

from ._common import (
    arrays,
    generator,
    gradients,
    measured,
    non_negative,
    pairs,
    positive,
    positive_integer,
    progress_bar,
    silent,
    trainable,
)
from .data import minibatches
from .losses import cross_entropy
from .metrics import accuracy


class SGD:
    """Stochastic gradient descent with momentum and weight decay, at learning rate `lr`.

    v ← momentum·v + (g + weight_decay·w),   w ← w - lr·v

    `momentum`, in [0, 1), is the share of the last step that is kept; `weight_decay` the strength
    of an L2 penalty, ``weight_decay/2 · Σw²`` over every parameter.
    """

    def __init__(self, lr, momentum=0.0, weight_decay=0.0):
        self.lr, self.weight_decay = (
            non_negative("lr", lr),
            non_negative("weight_decay", weight_decay),
        )
        self.momentum, self.v = non_negative("momentum", momentum, below=1), {}

    @silent
    def step(self, params, grads, lr=None):
        """Replace each array in the dict `params` by its next value; no array is written to.

        `grads` has a gradient of the same shape for each; `lr` is the learning rate of this step only.
        """
        lr, grads = (
            non_negative("lr", self.lr if lr is None else lr),
            gradients(params, grads, self.v),
        )
        v = {
            k: self.momentum * self.v.get(k, 0) + grads[k] + self.weight_decay * w
            for k, w in params.items()
        }
        params.update({k: w - lr * v[k] for k, w in params.items()})
        self.v = v  # at the end: a step that is interrupted has not been made


class Adam:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980) with decoupled weight decay (arXiv:1711.05101).

    m ← β₁m + (1-β₁)g,   s ← β₂s + (1-β₂)g²,   w ← w - lr·(m̂/(√ŝ + ε) + weight_decay·w),
    with m̂ = m/(1-β₁ᵏ) and ŝ = s/(1-β₂ᵏ) in step k. `lr` is about the most that an entry moves in a step.
    """

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        self.lr, self.weight_decay = (
            non_negative("lr", lr),
            non_negative("weight_decay", weight_decay),
        )
        self.beta1, self.beta2 = (
            non_negative("beta1", beta1, below=1),
            non_negative("beta2", beta2, below=1),
        )
        self.eps, self.k, self.m, self.s = positive("eps", eps), 0, {}, {}

    @silent
    def step(self, params, grads, lr=None):
        """Replace each array in the dict `params` by its next value; arguments and shapes as in `SGD.step`."""
        lr, grads = (
            non_negative("lr", self.lr if lr is None else lr),
            gradients(params, grads, self.m, self.s),
        )
        k, m, s, new = self.k + 1, {}, {}, {}
        for name, w in params.items():
            m[name] = self.beta1 * self.m.get(name, 0) + (1 - self.beta1) * grads[name]
            s[name] = self.beta2 * self.s.get(name, 0) + (1 - self.beta2) * grads[name] ** 2
            m_hat, s_hat = m[name] / (1 - self.beta1**k), s[name] / (1 - self.beta2**k)
            new[name] = w - lr * (m_hat / (np.sqrt(s_hat) + self.eps) + self.weight_decay * w)
        params.update(new)
        self.k, self.m, self.s = k, m, s  # all at the end, as in SGD


def global_norm(grads):
    """Return the Euclidean norm of a dict of arrays of any shapes, taken as one long vector."""
    grads = arrays("grads", grads)
    largest = max((np.abs(g).max(initial=0) for g in grads.values()), default=0)
    if largest == 0 or not np.isfinite(largest):
        return float(largest)
    return float(
        largest * np.sqrt(sum((np.abs(g / largest) ** 2).sum() for g in grads.values()))
    )  # 1e160² would overflow


def clip_by_global_norm(grads, max_norm):
    """Return the dict of arrays `grads`, scaled down together if their global norm exceeds `max_norm`.

    One factor for all shapes keeps the direction, and a small gradient stays as it is (Pascanu, Mikolov
    and Bengio 2013, arXiv:1211.5063). Every entry counts: leave out ``h0`` and ``X`` where only the
    parameters are trained. `grads` is not changed; a `max_norm` that is not positive is a ValueError.
    """
    norm, grads, max_norm = (
        global_norm(grads),
        arrays("grads", grads),
        positive("max_norm", max_norm),
    )
    return (
        {k: g * (max_norm / norm) for k, g in grads.items()}
        if max_norm < norm < np.inf
        else dict(grads)
    )


@dataclass
class History:
    """The course of a training run.

    Lists of length epochs + 1, measured before the first epoch and after each: `loss`, `accuracy`,
    and `val_loss`, `val_accuracy` (None without a validation set). `grad_norm` is the global norm of
    the gradient in each step, before clipping; `interrupted` says whether the run was stopped.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)
    val_accuracy: list = field(default_factory=list)
    grad_norm: list = field(default_factory=list)
    interrupted: bool = False

    def plot(self):
        """Draw the loss (log scale) and the accuracy against the epoch; return the figure."""
        from .teaching.plots import plot_history

        return plot_history(self)


def train(
    model,
    X,
    Y,
    *,
    loss=cross_entropy,
    optimizer,
    epochs,
    batch_size=32,
    clip_norm=None,
    cosine_decay=False,
    input_noise=0.0,
    validation=None,
    rng=0,
    progress=True,
):
    """Train `model` in place by gradient descent on shuffled mini-batches.

    Parameters
    ----------
    model : VanillaRNN or alike
    X, Y : arrays of shape (T, N, I) and (N, C)
        Inputs and one-hot targets.
    loss : callable, ``loss(logits, Y) -> (loss, d_logits)``
    optimizer : SGD, Adam or alike
    epochs : int
        Passes over the data. Each set is evaluated once before the first and once after each.
    batch_size : int or None
        Sequences in a step; None takes all of them (full-batch descent).
    clip_norm : float, optional; the largest global norm of a gradient
    cosine_decay : bool
        Let the learning rate fall to zero along half a cosine (arXiv:1608.03983, without restarts).
    input_noise : float
        Standard deviation of normal noise that is added to each mini-batch.
    validation : pair of arrays, optional; another X and Y to evaluate
    rng : numpy.random.Generator or int, the source of the shuffles and the noise
    progress : bool, whether to show a bar with loss and accuracy

    Returns
    -------
    History
        If interrupted (the stop button), of the epochs completed so far; the model keeps what it learnt.

    Raises
    ------
    FloatingPointError
        If the loss or the gradient is not finite. The message names epoch and batch, ``.history``
        is the history so far, and the model has the parameters from before the bad step.
    """
    validation = trainable(model, loss, optimizer, clip_norm, validation)
    (X, Y), rng, epochs = pairs(X, Y), generator("rng", rng), positive_integer("epochs", epochs)
    N, batch_size = (
        len(Y),
        positive_integer("batch_size", len(Y) if batch_size is None else batch_size),
    )
    batches, input_noise = -(-N // batch_size), non_negative("input_noise", input_noise)
    rows, norms, before, where = [], [], dict(model.params), "before the first step"

    def finite(name, value):
        if not np.isfinite(value):
            raise FloatingPointError(
                f"the {name} is {value} {where}; the model has the parameters from before the bad step"
            )
        return float(value)

    def evaluate(X, Y):
        logits = model.forward(X)[0]
        return finite("loss", measured(loss, logits, Y)[0]), accuracy(logits, Y)

    def so_far(interrupted=False):
        return History(*map(list, zip(*rows)), grad_norm=norms, interrupted=interrupted)

    # `finite` looks for what NumPy would warn of, and says where.
    with (
        progress_bar(range(epochs + 1), desc="epoch", disable=not progress) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):
        try:
            for epoch in bar:  # epoch 0 only evaluates
                for X_b, Y_b in minibatches(X, Y, batch_size, rng) if epoch > 0 else ():
                    step = len(norms)
                    where = f"in epoch {epoch}, batch {step % batches + 1} of {batches}"
                    logits, cache = model.forward(
                        X_b + input_noise * rng.normal(size=X_b.shape) if input_noise else X_b
                    )
                    value, d_logits = measured(loss, logits, Y_b)
                    finite("loss", value)
                    grads = gradients(model.params, model.backward(cache, d_logits))
                    norm = finite("norm of the gradient", global_norm(grads))
                    grads = grads if clip_norm is None else clip_by_global_norm(grads, clip_norm)
                    decay = (
                        0.5 * (1 + math.cos(math.pi * step / (batches * epochs)))
                        if cosine_decay
                        else 1
                    )
                    before = dict(model.params)
                    optimizer.step(model.params, grads, lr=decay * optimizer.lr)
                    norms.append(norm)
                rows.append(
                    evaluate(X, Y) + (evaluate(*validation) if validation else (None, None))
                )
                bar.set_postfix(loss=f"{rows[-1][0]:.3f}", accuracy=f"{rows[-1][1]:.3f}")
            return so_far()
        except FloatingPointError as error:
            model.params.update(before)
            error.history = so_far()
            raise
        except KeyboardInterrupt:
            return so_far(interrupted=True)
