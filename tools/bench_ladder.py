"""The rungs of notebook 11, memory without a gradient, and whole trainings, for `bench`.

The rungs are those of the notebook's own cells; one thread, process time.
"""

import ast
import math
import time
import tracemalloc
from functools import partial
from statistics import mean, median

import numpy as np
from bench_torch import twin

from bptt_lab import (
    Adam,
    VanillaRNN,
    accuracy,
    cross_entropy,
    load_ecg5000,
    minibatches,
    train,
    windows,
)

T, C = 140, 5
SIZES = [(H, N) for H in (32, 100) for N in (32, 500)]
FEW = 2  # sequences that lists and vectors are timed on
RATE, BATCH, CLIP = 3e-3, 32, 1.0
RECURRENT = ("W_in", "W_hh", "b_h")


def functions_of(stem):
    """Return the functions that a notebook defines, but for the exercises' stubs."""
    import nbformat
    from execute import NOTEBOOKS

    (path,) = [path for path in NOTEBOOKS if path.stem == stem]
    names = {"np": np, "math": math, "RECURRENT": RECURRENT}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "exercise" not in cell.metadata.get("tags", []):
            tree = ast.parse(cell.source)
            tree.body = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
            exec(compile(tree, path.name, "exec"), names)
    return names


# The rungs


def numba_loops():
    """Return forward and backward as plain loops, compiled by numba."""
    import numba

    @numba.njit(fastmath=True)
    def run(X, h, W_in, W_hh, b, dh, dW_in, dW_hh, db, dX):
        (steps, N, I), H = X.shape, len(b)
        for t in range(steps):
            for n in range(N):
                z = h[t + 1, n]
                for j in range(H):
                    z[j] = b[j]
                for i in range(I):
                    for j in range(H):
                        z[j] += X[t, n, i] * W_in[i, j]
                for k in range(H):
                    for j in range(H):
                        z[j] += h[t, n, k] * W_hh[k, j]
                for j in range(H):
                    z[j] = np.tanh(z[j])
        dz = np.empty(H, X.dtype)
        for t in range(steps - 1, -1, -1):
            for n in range(N):
                for j in range(H):
                    dz[j] = dh[n, j] * (1 - h[t + 1, n, j] ** 2)
                    db[j] += dz[j]
                for i in range(I):
                    dX[t, n, i] = 0
                    for j in range(H):
                        dW_in[i, j] += X[t, n, i] * dz[j]
                        dX[t, n, i] += W_in[i, j] * dz[j]
                for k in range(H):
                    total = dh[n, k] * 0
                    for j in range(H):
                        dW_hh[k, j] += h[t, n, k] * dz[j]
                        total += W_hh[k, j] * dz[j]
                    dh[n, k] = total

    def gradient(params, X, h0, dh):
        h = np.empty((len(X) + 1, *h0.shape), X.dtype)
        h[0] = h0
        weights = [params[k] for k in RECURRENT]
        grads, dX, dh = [np.zeros_like(w) for w in weights], np.empty_like(X), dh.copy()
        run(X, h, *weights, dh, *grads, dX)
        return dict(zip(RECURRENT, grads)) | {"h0": dh, "X": dX}

    return gradient


def contestants(own, H, N, compiled):
    """Return by name a call and the number of sequences in it; all have been found to agree."""

    def problem(N, dtype=np.float64):
        rng, net = np.random.default_rng(0), VanillaRNN(1, H, C, dtype=dtype)
        X, h0 = rng.normal(size=(T, N, 1)), rng.normal(size=(N, H)) / 10
        return net, *(a.astype(dtype) for a in (X, h0, rng.normal(size=(N, H)) / N))

    def package(net, X, h0, dh):
        return net.run_back(net.run(X, h0), dh[None], 0)

    def rung(name, net, X, h0, dh):
        forward, backward = (own[f"{way}_{name}"] for way in ("forward", "backward"))
        return backward(net.params, X, forward(net.params, X, h0), dh)

    few, double, single = problem(FEW), problem(N), problem(N, np.float32)
    calls = {name: (partial(rung, name, *few), FEW) for name in ("lists", "vectors")}
    for name in ("batches", "one_product", "columns"):
        calls[name] = partial(rung, name, *double), N
    calls["package, float64"] = partial(package, *double), N
    calls["package, float32"] = partial(package, *single), N
    if compiled:
        net, *arrays = single
        calls["numba, float32"] = partial(compiled, net.params, *arrays), N
    for name, (call, n) in calls.items():
        right = package(*(few if n == FEW else double))
        limit = 1e-3 if name.endswith("float32") else 1e-9
        for k, g in call().items():
            worst = np.abs(np.array(g) - right[k]).max() / np.abs(right[k]).max()
            assert worst < limit, f"{name} and the package differ by {worst:.1e} in {k}"
    calls["floor, float32"] = partial(own["floor"], *single), N
    return calls


def rung_rows(race, budget, quick=False):
    """Print and return the rows: rung, H, N, milliseconds for N sequences, and the factor to the
    package in float32.
    """
    own, rows = functions_of("11_speed"), []
    try:
        compiled = None if quick else numba_loops()  # which takes long to compile
    except ImportError as error:
        compiled = print(f"numba is missing: {error}")
    for H, N in SIZES[:1] if quick else SIZES:
        calls = contestants(own, H, N, compiled)
        times = race({name: call for name, (call, _) in calls.items()}, budget, 0)
        ms = {k: 1000 * min(cpu) * N / calls[k][1] for k, (_, cpu) in times.items()}
        for name, found in ms.items():
            rows.append((name, H, N, found, found / ms["package, float32"]))
            print("{:<17} H={:<4}N={:<5}{:10.1f} ms {:9.2f}".format(*rows[-1]), flush=True)
    return rows


# Short sequences


def short_rows(race, budget):
    """Print and return the row of seven steps, 20 inputs in each: PyTorch / ours."""
    import torch

    rng, model = np.random.default_rng(0), VanillaRNN(20, 32, C, dtype=np.float32)
    X = rng.normal(size=(7, 32, 20)).astype(np.float32)
    labels = rng.integers(0, C, 32)
    Y, net, read = np.eye(C, dtype=np.float32)[labels], *twin_with_one_bias(model)
    x, y = torch.tensor(X, requires_grad=True), torch.tensor(labels)
    weights = [w for w in (*net.parameters(), *read.parameters(), x) if w.requires_grad]

    def ours():
        for _ in range(20):
            logits, cache = model.forward(X)
            grads = model.backward(cache, cross_entropy(logits, Y)[1])
        return grads

    def theirs():
        for _ in range(20):
            loss = torch.nn.functional.cross_entropy(read(net(x)[0][-1]), y)
            grads = torch.autograd.grad(loss, weights)
        return grads

    a, b = ours()["W_hh"], theirs()[1].numpy().T
    np.testing.assert_allclose(a, b, atol=1e-4 * np.abs(b).max())
    times = {
        k: median(v[1]) / 20 for k, v in race({"ours": ours, "torch": theirs}, budget, 0).items()
    }
    row = 1000 * times["ours"], times["torch"] / times["ours"]
    print("T=7, I=20, H=32, N=32: {:.2f} ms, torch / ours {:.2f}".format(*row), flush=True)
    return row


# Without a gradient


def inference_rows(grown):
    """Print and return rows of memory and time for N sequences, without and with kept states.

    `grown` is `resident_peak` of `bench`, for PyTorch.
    """
    rows = []
    for N in (500, 4500):
        model = VanillaRNN(1, 32, C, dtype=np.float32)
        X = np.random.default_rng(0).normal(size=(T, N, 1)).astype(np.float32)
        calls = {"model(X)": partial(model, X), "model.forward(X)": partial(model.forward, X)}
        for name, call in calls.items():
            tracemalloc.start()
            result = call()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            del result
            rows.append((name, N, peak / 1e6))
        try:
            import torch
        except ImportError:
            pass
        else:
            net, read = twin_with_one_bias(model)
            x = torch.tensor(X)

            def without_a_tape(net=net, read=read, x=x):
                with torch.no_grad():
                    return read(net(x)[0][-1])

            without_a_tape()
            np.testing.assert_allclose(without_a_tape().numpy(), model(X), atol=1e-4)
            peak = grown(without_a_tape)
            rows += [("torch, no_grad", N, peak / 1e6)] if peak is not None else []
    for row in rows:
        print("{:<17} T=140 H=32 N={:<5}{:8.2f} MB at the peak".format(*row), flush=True)
    return rows


# Whole trainings


def twin_with_one_bias(model):
    """Return a torch RNN and read-out with the weights of a model, copied.

    As ours, it has one bias: the second one stays 0, and learns nothing.
    """
    net, read = twin(model.params)
    net.bias_hh_l0.requires_grad_(False)
    return net, read


def torch_training(model, X, Y, epochs, seed):
    """Train a torch network as `train` does, in the same batches; return X -> logits."""
    import torch

    net, read = twin_with_one_bias(model)
    weights = [w for w in (*net.parameters(), *read.parameters()) if w.requires_grad]
    optimizer, rng = torch.optim.Adam(weights, RATE), np.random.default_rng(seed)
    steps = epochs * -(-X.shape[1] // BATCH)
    decay = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: 0.5 * (1 + np.cos(np.pi * k / steps))
    )
    loss_of, (x, y) = torch.nn.functional.cross_entropy, map(torch.tensor, (X, Y))

    def evaluate():
        with torch.no_grad():
            logits = read(net(x)[0][-1])
            return loss_of(logits, y).item(), (logits.argmax(1) == y.argmax(1)).float().mean()

    evaluate()
    for _ in range(epochs):
        for X_b, Y_b in minibatches(X, Y, BATCH, rng):
            optimizer.zero_grad()
            loss_of(read(net(torch.from_numpy(X_b))[0][-1]), torch.from_numpy(Y_b)).backward()
            torch.nn.utils.clip_grad_norm_(weights, CLIP)
            optimizer.step()
            decay.step()
        evaluate()

    def trained(X):
        with torch.no_grad():
            return read(net(torch.tensor(X))[0][-1]).numpy()

    return trained


def our_training(model, X, Y, epochs, seed):
    """Train the package's network; return X -> logits."""
    options = {"clip_norm": CLIP, "cosine_decay": True, "progress": False}
    train(model, X, Y, optimizer=Adam(RATE), epochs=epochs, batch_size=BATCH, rng=seed, **options)
    return model


def training_rows(quick):
    """Print and return rows: seconds of a training, PyTorch / ours, and both test accuracies."""
    data, rows = load_ecg5000(), []
    Y = data.Y_train.astype(np.float32)
    for name, w, epochs in (("windows of 20", 20, 40), ("one sample a step", 1, 20)):
        X, X_new = (windows(x, w).astype(np.float32) for x in (data.X_train, data.X_test))
        times, scores = (
            {our_training: [], torch_training: []},
            {our_training: [], torch_training: []},
        )
        for fit in times:  # a library may load parts of itself at the first training
            fit(VanillaRNN(w, 32, C, dtype=np.float32), X, Y, 1, 0)
        for seed in range(1 if quick else 5):
            for fit in times:
                start_ = VanillaRNN(w, 32, C, input_scale=0.07, seed=seed, dtype=np.float32)
                begun = time.process_time()
                trained = fit(start_, X, Y, epochs // 4 if quick else epochs, seed)
                times[fit].append(time.process_time() - begun)
                scores[fit].append(accuracy(trained(X_new), data.Y_test))
        ratio = median(b / a for a, b in zip(*times.values()))
        rows.append((name, median(times[our_training]), ratio, *map(mean, scores.values())))
        said = "{:<18} {:6.2f} s   torch / ours {:5.2f}   accuracy {:.4f}, torch {:.4f}"
        print(said.format(*rows[-1]), flush=True)
    return rows


def ladder_rows(race, budget, quick, grown, absent):
    """Print all of them, and return them by name."""
    print("\nRungs of notebook 11, float64 but where it says otherwise; best of several calls")
    found = {"rungs": rung_rows(race, budget, quick)}
    print("\nMemory without a gradient")
    found["inference"] = inference_rows(grown)
    if "torch" not in absent:
        print("\nSeven steps, and whole trainings")
        found["short"] = short_rows(race, budget)
        found["trainings"] = training_rows(quick)
    return found
