"""The explorables of notebook 03."""

import matplotlib.pyplot as plt
import numpy as np

from ...gradcheck import relative_error
from ...losses import cross_entropy
from ...rnn import VanillaRNN
from ..mistakes import from_parts
from ..plots.style import BLUE, VERMILION, mark_source
from .controls import choice, display_controls, slider


def error_signal(data):
    """Follow the error back in time: how much of dW_hh is collected when it reaches step t?

    Parameters
    ----------
    data : ECG5000
        With ``X_train`` of shape (T, N, 1).
    """
    chosen = np.random.default_rng(0).permutation(len(data.Y_train))[:20]
    X, Y = data.X_train[:, chosen], data.Y_train[chosen]
    T, runs = len(X), {}
    for init in ("identity", "orthogonal", "uniform"):
        model = VanillaRNN(1, 32, Y.shape[1], init=init, seed=0)
        logits, cache = model.forward(X)
        d_logits = cross_entropy(logits, Y)[1]
        grads = model.backward(cache, d_logits)
        dz = from_parts()["error_signals"](model.params, cache.h, d_logits)
        shares = np.einsum("tnj,tnk->tjk", cache.h[:-1], dz)  # (T, H, H): one for each untied copy
        np.testing.assert_allclose(shares.sum(axis=0), grads["W_hh"], rtol=1e-9, atol=1e-15)
        runs[init] = np.linalg.norm(dz, axis=(1, 2)), shares

    def draw(t, init):
        norms, shares = runs[init]
        figure, (above, below) = plt.subplots(2, 1, figsize=(7.5, 4.4), sharex=True)
        steps = np.arange(1, T + 1)
        above.semilogy(steps, norms, color="0.75", linestyle="-")
        above.semilogy(steps[t - 1 :], norms[t - 1 :], color=VERMILION, linestyle="-")
        above.plot(t, norms[t - 1], "o", color=VERMILION)
        above.set(ylabel=r"norm of $\delta_t$")
        sizes = np.linalg.norm(shares, axis=(1, 2))
        below.bar(steps, sizes, color=np.where(steps < t, "0.8", BLUE), width=0.8)
        below.set(xlabel="step t (samples)", xlim=(0, T + 1))
        below.set_ylabel("norm of the share\n" r"$h_{t-1}^\top\delta_t$")
        figure.align_ylabels()
        mark_source(figure, data.source)
        plt.show()
        missing = relative_error(shares[t - 1 :].sum(axis=0), shares.sum(axis=0))
        print(
            f"{init}: at step {t} the signal has {norms[t - 1] / norms[-1]:.1g} of its size "
            f"at step {T}; the sum of the shares from there on differs from dW_hh by {missing:.1g}"
        )

    display_controls(
        draw, t=slider("back to step t", 100, 1, T), init=choice("start of W_hh", runs)
    )
