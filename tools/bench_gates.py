"""The gated cells beside PyTorch's, for `bench`: forward and backward, one thread, float32."""

from statistics import median

import numpy as np
from bench_torch import twin

from bptt_lab import GRU, LSTM, cross_entropy

T, C = 140, 5
SIZES = [(H, N) for H in (32, 100) for N in (32, 128, 500)]
WANTED = {"GRU": (2.0, 2.0, 2.0, 1.7, 1.7, 1.7), "LSTM": (0.8, 1.5, 1.8, 0.8, 1.4, 1.5)}


def contestants(cell, H, N):
    """Return the two calls, which have been found to agree."""
    import torch

    rng = np.random.default_rng(0)
    model = cell(1, H, C, dtype=np.float32)
    model.params = {k: rng.normal(size=w.shape) / np.sqrt(H) for k, w in model.params.items()}
    model.params = {k: w.astype(np.float32) for k, w in model.params.items()}
    X, labels = rng.normal(size=(T, N, 1)).astype(np.float32), rng.integers(0, C, N)
    Y = np.eye(C, dtype=np.float32)[labels]
    net, out = twin(model.params, cell.__name__)
    x, y = torch.tensor(X, requires_grad=True), torch.tensor(labels)

    def ours():
        logits, cache = model.forward(X)
        return model.backward(cache, cross_entropy(logits, Y)[1])

    def theirs():
        loss = torch.nn.functional.cross_entropy(out(net(x)[0][-1]), y)
        return torch.autograd.grad(loss, [*net.parameters(), *out.parameters(), x])

    W_in, W_hh, *_ = (g.numpy().T for g in theirs())
    grads = ours()
    for ours_, torchs in ((grads["W_in"], W_in), (grads["W_hh"], W_hh)):
        np.testing.assert_allclose(ours_, torchs, atol=1e-4 * np.abs(torchs).max())
    return {"ours": ours, "torch": theirs}


def gate_rows(race, budget):
    """Print a line for each size; return the rows: cell, H, N, our milliseconds, PyTorch's / ours.

    `race` is that of `bench`. Process time, of one thread.
    """
    rows = []
    for cell in (GRU, LSTM):
        for (H, N), wanted in zip(SIZES, WANTED[cell.__name__]):
            times = {k: v[1] for k, v in race(contestants(cell, H, N), budget, 0).items()}
            ratio = median(b / a for a, b in zip(times["ours"], times["torch"]))
            rows.append((cell.__name__, H, N, 1000 * median(times["ours"]), ratio))
            said = "{:<5} H={:<4}N={:<5}{:8.1f} ms   torch / ours {:5.2f}".format(*rows[-1])
            print(f"{said}   (wanted: {wanted})", flush=True)
    return rows
