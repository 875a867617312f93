"""What notebook 08 measures, for its predictions: the answers on whatever data is at hand."""

import numpy as np

from .. import Adam, VanillaRNN, accuracy, cross_entropy, streams, train

BEATS, FIRST = 4, 2  # in a stream, and from how many of them the marked one is drawn


def marked_accuracy(data, k, seeds=3):
    """Return the mean test accuracy on the marked beat, where the error goes back k steps."""
    sets = [
        (X.astype(np.float32), Y)
        for X, Y in ((data.X_train, data.Y_train), (data.X_test, data.Y_test))
    ]
    X, Y = streams(*sets[1], BEATS, "marked", 1000, N=2000, a=FIRST)
    options = {"epochs": 1, "batches": 600, "clip_norm": 1, "cosine_decay": True, "progress": False}
    scores = []
    for seed in range(seeds):
        model = VanillaRNN(21, 32, 2, input_scale=0.5 / np.sqrt(21), seed=seed, dtype=np.float32)
        train(
            model,
            lambda rng: streams(*sets[0], BEATS, "marked", rng, a=FIRST),
            optimizer=Adam(3e-3),
            truncate=k,
            rng=seed,
            **options,
        )
        scores.append(accuracy(model(X), Y))
    return np.mean(scores)


def error_of_the_cut(data, init, k):
    """Return the relative error of a gradient of k steps, in an untrained network."""
    chosen = np.random.default_rng(0).permutation(len(data.Y_train))[:64]
    X, Y = data.X_train[:, chosen], data.Y_train[chosen]
    model = VanillaRNN(1, 32, Y.shape[1], init=init, seed=0)
    logits, cache = model.forward(X)
    d_logits = cross_entropy(logits, Y)[1]
    last = model.forward(X[-k:], cache.states[-1 - k])[1]
    cut, exact = (
        np.concatenate([grads[name].ravel() for name in ("W_in", "W_hh", "b_h")])
        for grads in (model.backward(last, d_logits), model.backward(cache, d_logits))
    )
    return np.linalg.norm(cut - exact) / np.linalg.norm(exact)


def balanced_loss(k, steps=3000, lr=1e-4, n=23, p=10):
    """Return the loss after some steps of influence balancing in pieces of k steps."""
    A = 0.5 * np.eye(n) + 0.5 * np.eye(n, k=1)
    signs = np.where(np.arange(n) < p, 1.0, -1.0)
    theta, s, P = 0.5, np.zeros(n), np.zeros(n)
    for t in range(steps):
        P = A @ P * (t % k != 0) + signs
        s = A @ s + theta * signs
        theta -= lr * (s[0] - 1) * P[0]
    return (s[0] - 1) ** 2 / 2
