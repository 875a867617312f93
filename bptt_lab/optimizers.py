"""Optimisers, and what is done to a gradient before a step, as developed in notebook 05."""

import numpy as np

from .arguments import as_arrays, as_number, match_gradients, silence


class SGD:
    """Stochastic gradient descent with momentum and weight decay, at learning rate `lr`.

    v ← momentum·v + (g + weight_decay·w),   w ← w - lr·v

    `momentum`, in [0, 1), is the share of the last step that is kept; `weight_decay` the strength
    of an L2 penalty, ``weight_decay/2 · Σw²`` over every parameter.
    """

    def __init__(self, lr, momentum=0.0, weight_decay=0.0):
        self.lr = as_number("lr", lr)
        self.weight_decay = as_number("weight_decay", weight_decay)
        self.momentum, self.v = as_number("momentum", momentum, below=1), {}

    @silence
    def step(self, params, grads, lr=None):
        """Replace each array in the dict `params` by its next value; no array is written to.

        `grads` has a gradient of the same shape for each; `lr` is the learning rate of this step.
        """
        lr = as_number("lr", self.lr if lr is None else lr)
        grads, v = match_gradients(params, grads, self.v), {}
        for k, w in params.items():
            v[k] = self.momentum * self.v.get(k, 0) + grads[k] + self.weight_decay * w
        params.update({k: w - lr * v[k] for k, w in params.items()})
        self.v = v  # at the end: a step that is interrupted has not been made


class Adam:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980) with decoupled weight decay (arXiv:1711.05101).

    m ← β₁m + (1-β₁)g,   s ← β₂s + (1-β₂)g²,   w ← w - lr·(m̂/(√ŝ + ε) + weight_decay·w),
    with m̂ = m/(1-β₁ᵏ) and ŝ = s/(1-β₂ᵏ) in step k. `lr` is about the most that an entry moves.
    """

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        self.lr = as_number("lr", lr)
        self.weight_decay = as_number("weight_decay", weight_decay)
        self.beta1 = as_number("beta1", beta1, below=1)
        self.beta2 = as_number("beta2", beta2, below=1)
        self.eps, self.k, self.m, self.s = as_number("eps", eps, zero=False), 0, {}, {}

    @silence
    def step(self, params, grads, lr=None):
        """Replace each array in the dict `params`; arguments and shapes as in `SGD.step`."""
        lr = as_number("lr", self.lr if lr is None else lr)
        grads = match_gradients(params, grads, self.m, self.s)
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
    grads = as_arrays("grads", grads)
    largest = max((np.abs(g).max(initial=0) for g in grads.values()), default=0)
    if largest == 0 or not np.isfinite(largest):
        return float(largest)
    squares = sum((np.abs(g / largest) ** 2).sum() for g in grads.values())
    return float(largest * np.sqrt(squares))  # 1e160² would overflow


def clip_by_global_norm(grads, max_norm):
    """Return the dict of arrays `grads`, scaled down together if their norm exceeds `max_norm`.

    One factor for all shapes keeps the direction, and a small gradient stays as it is (Pascanu,
    Mikolov and Bengio 2013, arXiv:1211.5063). Every entry counts: leave out ``h0`` and ``X`` where
    only the parameters are trained. `grads` is not changed.
    """
    norm, max_norm = global_norm(grads), as_number("max_norm", max_norm, zero=False)
    if not max_norm < norm < np.inf:
        return dict(grads)
    return {k: g * (max_norm / norm) for k, g in as_arrays("grads", grads).items()}
