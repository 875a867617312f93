"""Time the lab's RNN beside other libraries, and the lab itself: ``make bench``.

Forward and backward of one RNN (one input, last state read out, cross-entropy, the gradients of all
parameters, of h0 and of X) run in turns, A B A B, in one process. The number of threads must be
known before a library loads: each has a process of its own. Ratios are "contestant's time / ours":
above 1, ours is faster. All of them are put down, none is a test.
"""

import argparse
import ctypes
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import tracemalloc
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from bench_gates import gate_rows
from bench_ladder import ladder_rows
from bench_torch import twin

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
C = 5  # classes, as the heartbeats have
TOLERANCE = {"float32": 2e-4, "float64": 1e-10}  # of a gradient: largest difference / largest entry
LEAST_ROUNDS, MOST_ROUNDS = 3, 21
AUTOGRAD_LIMIT = 2.5e7  # T·N·H above which it is skipped; a call takes seconds there
TEXTBOOK_LIMIT = 3.2e9  # the same for T²·N·H²/2, its number of multiplications
LEAST_SEEN = 4e6  # bytes; below, the system's count of memory is too coarse
NAMES = ("floor", "torch", "jax", "autograd", "textbook")  # beside "ours"
NOTES = {
    "ours": "bptt_lab: forward, cross_entropy, backward, with their checks of the arguments. "
    "X (T, N, 1), one-hot Y.",
    "floor": "the matrix products by np.matmul, and np.tanh over T·N·H values: on arrays that stay "
    "in the cache, looping in C; nothing else.",
    "torch": "nn.RNN, eager, and autograd.grad. Time first; class indices; weights transposed; "
    "its second bias is 0 and gets a gradient, too.",
    "jax": "jit(value_and_grad) of one product for the inputs and a lax.scan; class indices; "
    "compiled before. Its threads: it has no switch, so the size of its pool (PJRT_NPROC) and an "
    "XLA flag for products ask for as many.",
    "autograd": "HIPS autograd, value_and_grad of one product for the inputs and a loop in Python. "
    "The arrays are ours, Y one-hot.",
    "textbook": "for every t the product of Jacobians ∂h_T/∂h_t anew, einsum, from the loss's side "
    "so that vectors stay vectors: O(T²).",
}
MEMORY_NOTE = (
    "least = the stored states, (T + 1)·N·H numbers. Peak of one call: NumPy's by tracemalloc; "
    "torch by the peak of the resident set (Linux, from 4 MB); "
    "jax what XLA says it reserves for results and temporaries."
)


class Problem(NamedTuple):
    """One set of parameters and data, the same for all contestants."""

    params: dict
    X: np.ndarray  # (T, N, 1)
    h0: np.ndarray  # (N, H)
    Y: np.ndarray  # (N, C), one-hot
    labels: np.ndarray  # (N,)


def make_problem(T, N, H, dtype, init="orthogonal"):
    """Draw parameters and data; nothing is zero, so that no gradient can hide."""
    from bptt_lab import VanillaRNN, one_hot

    rng = np.random.default_rng(0)
    params = VanillaRNN(1, H, C, init=init, input_scale=0.07, seed=0, dtype=dtype).params
    params |= {
        name: (0.01 * rng.normal(size=params[name].shape)).astype(dtype)
        for name in ("b_h", "b_out")
    }
    labels = rng.integers(C, size=N)
    X, h0 = rng.normal(size=(T, N, 1)), 0.1 * rng.normal(size=(N, H))
    return Problem(
        params, X.astype(dtype), h0.astype(dtype), one_hot(labels, C).astype(dtype), labels
    )


# The contestants. Each takes a Problem, prepares what it likes best, and returns `run`, which is
# timed, and `read`, which makes of what `run` returned the lab's dict of gradients.


def ours(p):
    """Return the lab's own forward and backward."""
    from bptt_lab import VanillaRNN, cross_entropy

    model = VanillaRNN(1, p.h0.shape[1], C, dtype=p.X.dtype)
    model.params = p.params

    def run():
        logits, cache = model.forward(p.X, p.h0)
        return model.backward(cache, cross_entropy(logits, p.Y)[1])

    return run, dict


def textbook(p):
    """Return the O(T²) form: the lab's forward, then for every t all Jacobians from T down to t."""
    from bptt_lab import VanillaRNN, cross_entropy

    T, model = len(p.X), VanillaRNN(1, p.h0.shape[1], C, dtype=p.X.dtype)
    model.params = p.params

    def run():
        logits, cache = model.forward(p.X, p.h0)
        X, h = cache.X, cache.h
        d_logits = cross_entropy(logits, p.Y)[1]
        slope = 1 - h[1:] ** 2
        jacobians = (
            p.params["W_hh"] * slope[:, :, None, :]
        )  # [t - 1, n, i, j] is ∂h_t[j] / ∂h_{t-1}[i]
        grads = {k: np.zeros_like(p.params[k]) for k in ("W_in", "W_hh", "b_h")} | {
            "X": np.empty_like(X)
        }
        for t in range(T, -1, -1):
            dh = d_logits @ p.params["W_out"].T
            for s in range(T, t, -1):
                dh = np.einsum("nij,nj->ni", jacobians[s - 1], dh)
            if t == 0:
                break
            dz = dh * slope[t - 1]
            grads["W_in"] += X[t - 1].T @ dz
            grads["W_hh"] += h[t - 1].T @ dz
            grads["b_h"] += dz.sum(axis=0)
            grads["X"][t - 1] = dz @ p.params["W_in"].T
        return grads | {"h0": dh, "W_out": h[-1].T @ d_logits, "b_out": d_logits.sum(axis=0)}

    return run, dict


def torch(p):
    """Return PyTorch's nn.RNN on the CPU, without compilation."""
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    rnn, out = twin(p.params)
    X, h0 = torch.tensor(p.X, requires_grad=True), torch.tensor(p.h0[None], requires_grad=True)
    labels, wanted = torch.tensor(p.labels), [*rnn.parameters(), *out.parameters(), h0, X]

    def run():
        loss = torch.nn.functional.cross_entropy(out(rnn(X, h0)[0][-1]), labels)
        return torch.autograd.grad(loss, wanted)

    def read(grads):
        W_in, W_hh, b_h, _, W_out, b_out, h0, X = (g.numpy() for g in grads)
        return {
            "W_in": W_in.T,
            "W_hh": W_hh.T,
            "b_h": b_h,
            "W_out": W_out.T,
            "b_out": b_out,
            "h0": h0[0],
            "X": X,
        }

    return run, read


def jax(p):
    """Return JAX's jit(value_and_grad) of a lax.scan on the CPU.

    `run.memory()` are the bytes that XLA reserves.
    """
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)  # float32 arrays stay float32

    def loss(params, h0, X, labels):
        inputs = X @ params["W_in"] + params["b_h"]
        last, _ = jax.lax.scan(lambda h, x: (jnp.tanh(x + h @ params["W_hh"]), None), h0, inputs)
        log_p = jax.nn.log_softmax(last @ params["W_out"] + params["b_out"])
        return -jnp.take_along_axis(log_p, labels[:, None], axis=1).mean()

    arguments = jax.tree.map(jnp.asarray, (p.params, p.h0, p.X, p.labels))
    value_and_grad = jax.jit(jax.value_and_grad(loss, argnums=(0, 1, 2)))

    def run():
        return jax.block_until_ready(
            value_and_grad(*arguments)
        )  # a call returns before it has computed

    def memory():
        sizes = value_and_grad.lower(*arguments).compile().memory_analysis()
        return sizes and sizes.temp_size_in_bytes + sizes.output_size_in_bytes

    def read(result):
        params, h0, X = jax.tree.map(np.asarray, result[1])
        return params | {"h0": h0, "X": X}

    run.memory = memory
    return run, read


def autograd(p):
    """Return HIPS autograd of the loop; of a list of inputs, one a step, it would be O(T²)."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    def loss(arguments):
        params, h, X = arguments
        inputs = anp.dot(X, params["W_in"]) + params["b_h"]
        for t in range(len(X)):
            h = anp.tanh(inputs[t] + anp.dot(h, params["W_hh"]))
        logits = anp.dot(h, params["W_out"]) + params["b_out"]
        logits = logits - anp.max(logits, axis=1, keepdims=True)
        log_p = logits - anp.log(anp.sum(anp.exp(logits), axis=1, keepdims=True))
        return -anp.sum(p.Y * log_p) / len(p.Y)

    arguments, f = (dict(p.params), p.h0, p.X), value_and_grad(loss)

    def read(result):
        params, h0, X = result[1]
        return params | {"h0": h0, "X": X}

    return (lambda: f(arguments)), read


def floor(p):
    """Return what no implementation with these kernels can avoid: the products and the tanh.

    On arrays that stay in the cache: those of k steps are stacked, so that the loop over the small
    products is one in C, and reused: 256 KB each.
    """
    T, (N, H), (W_in, W_hh, W_out) = (
        len(p.X),
        p.h0.shape,
        (p.params[name] for name in ("W_in", "W_hh", "W_out")),
    )
    k = max(1, min(T, 2**18 // p.h0.nbytes))
    h, x = np.tile(p.h0, (k, 1, 1)), p.X[:1].repeat(k, axis=0)
    out = np.empty_like(h)

    def run():
        for start in range(0, T, k):
            m = min(k, T - start)
            inputs, rows, deltas = (
                x[:m].reshape(m * N, 1),
                h[:m].reshape(m * N, H),
                out[:m].reshape(m * N, H),
            )
            np.multiply(
                inputs, W_in, out=deltas
            )  # a product of a column and a row: faster than matmul
            np.matmul(h[:m], W_hh, out=out[:m])  # step by step: each needs the one before
            np.tanh(h[:m], out=out[:m])
            np.matmul(h[:m], W_hh.T, out=out[:m])  # the backward pass
            rows.T @ deltas, inputs.T @ deltas, deltas @ W_in.T  # gradients of W_hh, W_in, X
        logits = p.h0 @ W_out
        return logits @ W_out.T, p.h0.T @ logits

    return run, None


# The race


def skipped(name, T, N, H):
    """Return whether the contestant would take too long for this size."""
    return (
        name == "autograd"
        and T * N * H > AUTOGRAD_LIMIT
        or name == "textbook"
        and T**2 * N * H**2 / 2 > TEXTBOOK_LIMIT
    )


def present(names):
    """Return by name why a contestant cannot take part: not installed, or does not work here."""
    problem, absent = make_problem(3, 2, 4, "float64"), {}
    for name in names:
        try:
            globals()[name](problem)[0]()
        except Exception as error:  # whatever a library that is half installed raises
            absent[name] = f"{type(error).__name__}: {error}"
    return absent


def difference(grads, reference):
    """Return the largest difference of a gradient, and its name.

    It is relative to the gradient's largest entry, but to 1e-25 at least.
    """
    assert grads.keys() == reference.keys(), (
        f"gradients of {sorted(grads)}, not of {sorted(reference)}"
    )
    return max(
        (float(np.abs(grads[k] - g).max() / max(np.abs(g).max(), 1e-25)), k)
        for k, g in reference.items()
    )


def line_up(problem, size, absent):
    """Return the contestants ready to run, their gradients compared with ours.

    The call that is compared is their warm-up, too.
    """
    run, read = ours(problem)
    runs, reference = {"ours": run}, read(run())
    for name in NAMES:
        if name not in absent and not skipped(name, *size):
            run, read = globals()[name](problem)
            result = run()
            if read:
                error, worst = difference(read(result), reference)
                tolerance = TOLERANCE[problem.X.dtype.name]
                assert error < tolerance, (
                    f"{name} and ours differ by {error:.1e} in {worst}, "
                    f"more than {tolerance:.0e}; T, N, H = {size}"
                )
            runs[name] = run
    return runs


def race(runs, budget, pause):
    """Return by name the lists of wall times and process times of calls in turns, A B A B.

    A contestant retires when it has spent its share of `budget`, in seconds, so that a slow one
    leaves time to the others.
    """
    times, racing = {name: ([], []) for name in runs}, list(runs)
    while racing:
        for name in racing:
            time.sleep(pause)
            wall, process = time.perf_counter(), time.process_time()
            runs[name]()
            times[name][0].append(time.perf_counter() - wall)
            times[name][1].append(time.process_time() - process)
        racing = [
            n
            for n in racing
            if (calls := len(times[n][0])) < LEAST_ROUNDS
            or calls < MOST_ROUNDS
            and sum(times[n][0]) < budget / len(runs)
        ]
    return times


def resident_peak(run):
    """Return by how many bytes the resident set grew at most during a call.

    None where the system does not say.
    """

    def resident(key):
        return 1024 * int(re.search(key + r":\s+(\d+)", Path("/proc/self/status").read_text())[1])

    try:
        ctypes.CDLL(None).malloc_trim(0)  # memory that was freed but kept would hide growth
        Path("/proc/self/clear_refs").write_text("5")  # makes the present size the peak
        before = resident("VmRSS")
        result = run()  # held until the peak is read
        grown = resident("VmHWM") - before
        del result
        return max(0, grown)
    except (OSError, AttributeError, TypeError):
        return None


def peak(name, run, least):
    """Return the peak memory of a call in bytes, or None if it cannot be known."""
    if name == "jax":
        return run.memory()
    if name == "torch":
        return resident_peak(run) if least >= LEAST_SEEN else None
    tracemalloc.start()
    try:
        result = run()  # counts until the peak is read
        grown = tracemalloc.get_traced_memory()[1]
        del result
        return grown
    finally:
        tracemalloc.stop()


def measure(T, N, H, dtype, threads, absent, budget, memory, init="orthogonal"):
    """Return the row of one size: medians in seconds, ratios to ours, with `memory` the peaks."""
    runs = line_up(make_problem(T, N, H, dtype, init), (T, N, H), absent)
    # Idle threads of OpenBLAS and OpenMP spin for some milliseconds: a pause keeps them out of the
    # next one's time.
    times = race(runs, budget, pause=0.04 if threads > 1 else 0)
    row = {
        "threads": threads,
        "dtype": dtype,
        "T": T,
        "H": H,
        "N": N,
        "init": init,
        "least_bytes": (T + 1) * N * H * np.dtype(dtype).itemsize,
    }
    row["seconds"] = {
        n: {"wall": median(wall), "process": median(process), "calls": len(wall)}
        for n, (wall, process) in times.items()
    }
    row["ratio"] = {
        n: {clock: t[clock] / row["seconds"]["ours"][clock] for clock in ("wall", "process")}
        for n, t in row["seconds"].items()
    }
    row["skipped"] = [n for n in NAMES if n not in absent and n not in runs]
    row["peak_bytes"] = (
        {n: peak(n, run, row["least_bytes"]) for n, run in runs.items() if n != "floor"}
        if memory
        else {}
    )
    return row


def cells(quick):
    """Return the sizes of the race: (dtype, T, H, N, init).

    Under the last init the error signal vanishes.
    """
    if quick:
        return [("float32", 140, 32, N, "orthogonal") for N in (32, 128, 500)] + [
            ("float32", 140, 100, 500, "uniform")
        ]
    return [
        (dtype, T, H, N, "orthogonal")
        for dtype in ("float32", "float64")
        for T, H in ((140, 32), (140, 100), (1000, 32))
        for N in (32, 128, 500, 4500)
    ] + [("float32", 140, 100, N, "uniform") for N in (128, 500)]


def growth(absent, budget):
    """Return for T, N and H in turn the sizes, median wall times, and fitted exponents.

    The other two stay at 140, 128 and 32.
    """
    usual, series = {"T": 140, "N": 128, "H": 32}, {}
    for letter, sizes in {
        "T": (35, 70, 140, 280, 560),
        "N": (32, 128, 512, 2048),
        "H": (16, 32, 64, 128, 256),
    }.items():
        series[letter] = found = {}
        for size in sizes:
            row = measure(
                **(usual | {letter: size}),
                dtype="float32",
                threads=1,
                absent=absent,
                budget=budget,
                memory=False,
            )
            for name, seconds in row["seconds"].items():
                entry = found.setdefault(name, {"sizes": [], "seconds": []})
                entry["sizes"].append(size)
                entry["seconds"].append(seconds["wall"])
        for entry in found.values():
            if len(entry["sizes"]) >= 3:  # two points would fit anything
                entry["exponent"] = float(
                    np.polyfit(np.log(entry["sizes"]), np.log(entry["seconds"]), 1)[0]
                )
    return series


def work(threads, first, quick, path):
    """Run the race in this process, print its rows, and write them to `path` as JSON."""
    absent, rows = present(NAMES), []
    for dtype, T, H, N, init in cells(quick):
        rows.append(
            measure(
                T, N, H, dtype, threads, absent, budget=4 if quick else 6, memory=first, init=init
            )
        )
        print(table_line(rows[-1], absent), flush=True)
    series = growth(absent, budget=1.5) if first and not quick else {}
    gates = gate_rows(race, budget=1 if quick else 6) if first and "torch" not in absent else []
    budget = 1 if quick else 6
    ladder = ladder_rows(race, budget, quick, resident_peak, absent) if first else {}
    found = {"absent": absent, "rows": rows, "growth": series, "gates": gates, "ladder": ladder}
    Path(path).write_text(json.dumps(found))


def start(threads, first, quick):
    """Run `work` in a process with that many threads and return what it wrote."""
    n = str(threads)
    # JAX has no switch for its threads: PJRT_NPROC and NPROC set the size of its pool, the flag
    # keeps its products on one thread.
    variables = dict.fromkeys(
        (
            "OPENBLAS_NUM_THREADS",
            "OMP_NUM_THREADS",
            "MKL_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
            "NPROC",
            "PJRT_NPROC",
        ),
        n,
    )
    variables |= {
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'}",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        run = subprocess.run(
            [
                sys.executable,
                __file__,
                "--work",
                n,
                str(int(first)),
                str(path),
                *(["--quick"] if quick else []),
            ],
            env=os.environ | variables,
        )
        if run.returncode:
            sys.exit(run.returncode)  # it has said why
        return json.loads(path.read_text(encoding="utf-8"))


# The whole lab


def fresh(code):
    """Return the seconds that `code` took in a new Python; its own start is not counted."""
    code = f"import time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    environment = os.environ | {"MPLBACKEND": "agg", "BPTT_LAB_DATA": "synthetic"}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # or the lab alone would be compiled at each start
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return float(run.stdout.split()[-1])


def lab_times(quick):
    """Return by name the seconds of what a learner waits for; text where something went wrong."""
    codes = {
        "import numpy": "import numpy",
        "import bptt_lab": "import bptt_lab",
        "first plot": """
import io
from bptt_lab import load_ecg5000
from bptt_lab.teaching.plots import plot_class_counts
data = load_ecg5000()
plot_class_counts(data.Y_train, data.Y_test, data.source)
import matplotlib.pyplot as plt
plt.savefig(io.BytesIO())
""",
    }
    for code in codes.values():
        fresh(code)  # the files come from the disk, and are compiled, only once
    turns = [{name: fresh(code) for name, code in codes.items()} for _ in range(5 if quick else 15)]
    times = {name: median(turn[name] for turn in turns) for name in codes}
    if not quick:
        times |= notebook_times()
        begun = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        last = (run.stdout.strip().splitlines() or ["no output"])[-1]
        times["make test"] = (
            time.perf_counter() - begun if run.returncode == 0 else f"failed: {last}"
        )
    return times


def against_the_notebooks():
    """Return how much longer the loops that 02 and 03 develop take than the package's, twice.

    Over the seven steps of training on windows: there the checks of arguments weigh the most.
    Once as they stand, with states in float64, and once with all of it in float32.
    """
    import nbformat
    from execute import NOTEBOOKS

    from bptt_lab import VanillaRNN, cross_entropy

    own, single = {"np": np}, {"np": np}
    for path in NOTEBOOKS:
        if path.stem in ("02_forward_pass", "03_bptt"):
            for cell in nbformat.read(path, as_version=4).cells:
                if "developed" in cell.metadata.get("tags", []):
                    exec(cell.source, own)
                    exec(cell.source.replace("(T + 1, N, H))", "(T + 1, N, H), X.dtype)"), single)
    rng, model = np.random.default_rng(0), VanillaRNN(20, 32, C, dtype=np.float32)
    X, h0 = (rng.normal(size=size).astype(np.float32) for size in ((7, 32, 20), (32, 32)))
    Y = np.eye(C, dtype=np.float32)[rng.integers(C, size=32)]
    d_logits = cross_entropy(model(X), Y)[1]

    def ours():
        for _ in range(100):
            logits, cache = model.forward(X, h0)
            model.backward(cache, d_logits)

    def theirs(functions):
        for _ in range(100):
            logits, h = functions["forward"](model.params, X, h0)
            functions["backward"](model.params, X, h, d_logits)

    assert single["forward"](model.params, X, h0)[1].dtype == np.float32
    runs = {"ours": ours, "as it stands": lambda: theirs(own), "float32": lambda: theirs(single)}
    times = race(runs, budget=3, pause=0)
    best = {name: median(seconds[0]) for name, seconds in times.items()}
    return [best[name] / best["ours"] for name in ("as it stands", "float32")]


def notebook_times():
    """Return the seconds that each notebook takes from top to bottom, its kernel included."""
    try:
        from execute import NOTEBOOKS, execute
    except ImportError as error:
        return {"notebooks": f"missing: {error}"}
    times = {}
    for path in NOTEBOOKS:
        begun = time.perf_counter()
        try:
            execute(path, "synthetic")
            times[path.name] = time.perf_counter() - begun
        except Exception as error:  # the other notebooks still have a time
            times[path.name] = f"failed: {type(error).__name__}"
    return times


# The screen, and the picture

HEADER = (
    f"{'thr':>3} {'type':<8}{'T':>5}{'H':>4}{'N':>5} {'ours, ms':>13}"
    + "".join(f"{name:>13}" for name in NAMES)
    + f" |{'least':>6}{'ours':>6}{'torch':>6}{'jax':>6}{'autog.':>7}{'textb.':>7}\n"
    + f"{'':25} {'wall    cpu':>13}"
    + f"{'wall   cpu':>13}" * len(NAMES)
    + f" |{'MB':>6}   peak / least"
)


def table_line(row, absent):
    """Return the line of the table for a row: our times, the others' ratios to them, the memory."""

    def pair(name):
        if name in absent:
            return f"{'missing':>13}"
        if name in row["skipped"]:
            return f"{'skipped':>13}"
        wall, process = (
            f"{r:.{2 if r < 10 else 1 if r < 100 else 0}f}" for r in row["ratio"][name].values()
        )
        return f"{wall:>7}{process:>6}"

    def times(name):
        used = row["peak_bytes"].get(name)
        return "" if used is None else f"{used / row['least_bytes']:.1f}"

    own = row["seconds"]["ours"]
    return (
        f"{row['threads']:>3} {row['dtype'] + '*' * (row['init'] == 'uniform'):<8}"
        + f"{row['T']:>5}{row['H']:>4}{row['N']:>5} {1e3 * own['wall']:>7.1f}"
        + f"{1e3 * own['process']:>6.{0 if own['process'] > 1 else 1}f}"
        + "".join(map(pair, NAMES))
        + f" |{row['least_bytes'] / 1e6:>6.0f}"
        + "".join(
            f"{times(name):>{width}}" for name, width in zip(("ours", *NAMES[1:]), (6, 6, 6, 7, 7))
        )
    ).rstrip()


def growth_lines(series):
    """Return the table of exponents as text: time ~ size^exponent."""
    lines = [
        "Growth, wall time ~ size^exponent "
        "(float32, 1 thread; the others at T = 140, N = 128, H = 32)",
        "      " + "".join(f"{name:>10}" for name in ("ours", *NAMES)) + "   sizes",
    ]
    for letter, found in series.items():
        exponents = (found.get(name, {}).get("exponent") for name in ("ours", *NAMES))
        sizes = ", ".join(map(str, found["ours"]["sizes"]))
        lines.append(
            f"  {letter}   "
            + "".join("         -" if e is None else f"{e:>10.2f}" for e in exponents)
            + f"   {sizes}"
        )
    return "\n".join(lines)


def lab_lines(lab, short):
    """Return the lab's own times as text."""
    lines = [
        f"  {name:<28}" + (f"{seconds:8.2f} s" if isinstance(seconds, float) else seconds)
        for name, seconds in lab.items()
    ]
    ratio = lab["import bptt_lab"] / lab["import numpy"]
    return "\n".join(
        [
            "The whole lab",
            *lines,
            f"  {'import bptt_lab / numpy':<28}{ratio:8.2f}     (target: under 1.3)",
            f"  {'7 steps, notebook 03 / ours':<28}{short[0]:8.2f}     (target: at least 1)",
            f"  {'the same, all in float32':<28}{short[1]:8.2f}",
        ]
    )


def machine():
    """Return what the numbers depend on: processor, versions, and how busy the machine is."""
    try:
        processor = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())[1]
    except (OSError, TypeError):
        processor = platform.processor()
    versions = {"python": platform.python_version()}
    for name in ("numpy", "torch", "jax", "autograd", "matplotlib"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "missing"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor,
        "cpus": os.cpu_count(),
        "load_before": load,
        "versions": versions,
    }


def picture(result, path):
    """Draw ratios, memory, growth and the lab's times; only what was measured gets a panel."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    from bptt_lab.teaching.plots.style import (
        BLACK,
        BLUE,
        GREEN,
        ORANGE,
        PURPLE,
        VERMILION,
        use_style,
    )

    use_style()
    styles = dict(
        zip(("ours", *NAMES), zip((BLUE, BLACK, VERMILION, GREEN, PURPLE, ORANGE), "o_s^Dv"))
    )
    rows = [row for row in result["rows"] if row["init"] == "orthogonal"]
    settings = list(dict.fromkeys((row["T"], row["H"]) for row in rows))
    dtypes, counts = (
        list(dict.fromkeys(row["dtype"] for row in rows)),
        list(dict.fromkeys(row["threads"] for row in rows)),
    )
    heights = [3] * (len(dtypes) + 1 + bool(result["growth"])) + [0.6 + 0.22 * len(result["lab"])]
    figure = plt.figure(figsize=(13, sum(heights)))
    grid = figure.add_gridspec(len(heights), 3, height_ratios=heights)

    def curve(ax, name, x, y, **kwargs):
        colour, marker = styles[name]
        ax.loglog(x, y, color=colour, marker=marker, markersize=9 if marker == "_" else 5, **kwargs)

    def ticks(ax, sizes):
        ax.set_xticks(sizes, list(map(str, sizes)))
        ax.minorticks_off()

    def selected(dtype, setting, threads):
        return [
            row
            for row in rows
            if (row["dtype"], (row["T"], row["H"]), row["threads"]) == (dtype, setting, threads)
        ]

    for i, dtype in enumerate(dtypes):
        for j, (T, H) in enumerate(settings):
            ax = figure.add_subplot(grid[i, j])
            ax.axhline(1, color=BLUE, lw=1.2, linestyle="-")
            for threads in counts:
                for name in NAMES:
                    points = [
                        (row["N"], row["ratio"][name]["wall"])
                        for row in selected(dtype, (T, H), threads)
                        if name in row["ratio"]
                    ]
                    if points:
                        first = threads == counts[0]
                        curve(
                            ax,
                            name,
                            *zip(*points),
                            linestyle="-" if first else ":",
                            markerfacecolor=None if first else "white",
                        )
            ax.set(
                title=f"{dtype}, T = {T}, H = {H}", xlabel="sequences N", ylabel="wall time / ours"
            )
            ticks(ax, sorted({row["N"] for row in rows}))
            ax.set_yticks(
                [0.1, 0.3, 1, 3, 10, 30, 100], ["0.1", "0.3", "1", "3", "10", "30", "100"]
            )
            ax.set_ylim(min(0.15, 0.7 * ax.dataLim.y0), max(3, 1.4 * ax.dataLim.y1))
    for j, (T, H) in enumerate(settings):
        ax = figure.add_subplot(grid[len(dtypes), j])
        for name in styles:
            points = [
                (row["N"], row["peak_bytes"][name] / row["least_bytes"])
                for row in selected(dtypes[0], (T, H), counts[0])
                if row["peak_bytes"].get(name)
            ]
            if points:
                curve(ax, name, *zip(*points), linestyle="-")
        ax.axhline(1, color=BLACK, lw=1.2, linestyle="-")
        ax.set(
            title=f"memory: {dtypes[0]}, T = {T}, H = {H}",
            xlabel="sequences N",
            ylabel="peak / stored states",
        )
        ticks(ax, sorted({row["N"] for row in rows}))
        ax.set_yticks([1, 2, 3, 5, 10, 30, 100], ["1", "2", "3", "5", "10", "30", "100"])
    for j, (letter, found) in enumerate(result["growth"].items()):
        ax = figure.add_subplot(grid[len(dtypes) + 1, j])
        for name, entry in found.items():
            label = f"{name} {entry['exponent']:.2f}" if "exponent" in entry else name
            curve(
                ax,
                name,
                entry["sizes"],
                [1e3 * s for s in entry["seconds"]],
                linestyle="-",
                label=label,
            )
        ax.set(
            title=f"growth with {letter}, and its exponents", xlabel=letter, ylabel="wall time, ms"
        )
        ticks(ax, found["ours"]["sizes"])
        ax.set_ylim(top=40 * ax.dataLim.y1)  # room for the legend
        ax.legend(fontsize=8, ncols=2, loc="upper left")
    ax = figure.add_subplot(grid[-1, :])
    lab = {name: seconds for name, seconds in result["lab"].items() if isinstance(seconds, float)}
    ax.barh(range(len(lab)), list(lab.values()), color=BLUE)
    ax.bar_label(ax.containers[0], [f"{s:.2f} s" for s in lab.values()], padding=3)
    ax.set(
        xscale="log",
        xlim=(0.5 * min(lab.values()), 3 * max(lab.values())),
        xlabel="seconds",
        title="the whole lab",
    )
    ax.set_yticks(range(len(lab)), list(lab))
    ax.invert_yaxis()
    drawn = [name for name in styles if name == "ours" or any(name in row["ratio"] for row in rows)]
    keys = [
        plt.Line2D([], [], color=styles[name][0], marker=styles[name][1], linestyle="-")
        for name in drawn
    ]
    figure.legend(keys, drawn, loc="outside upper center", ncols=6)
    threads = f"solid: {counts[0]} thread" + (
        f", dotted and hollow: {counts[1]} threads" if len(counts) > 1 else ""
    )
    figure.supxlabel(
        f"above 1, ours is faster; {threads}; {result['machine']['processor']}",
        fontsize=9,
        color="0.3",
    )
    figure.savefig(path)


def main():
    """Run the benchmark, print the table, and write it into ``build`` as JSON and as a picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few sizes, 1 thread, no notebooks and no tests; about a minute",
    )
    parser.add_argument(
        "--work", nargs=3, metavar=("THREADS", "FIRST", "PATH"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.work:
        threads, first, path = options.work
        return work(int(threads), first == "1", options.quick, path)

    begun, result = (
        time.perf_counter(),
        {"machine": machine(), "notes": NOTES, "memory": MEMORY_NOTE, "tolerance": TOLERANCE},
    )
    here = result["machine"]
    print(
        f"{here['processor']}, {here['cpus']} CPUs, load {here['load_before']}; "
        + ", ".join(f"{name} {number}" for name, number in here["versions"].items())
    )
    if here["load_before"] and here["load_before"] > 0.5 * here["cpus"]:
        print(
            "The machine is busy: wall times, and everything with 2 threads, "
            "which wait for each other in a loop, mean little now."
        )
    print("\n".join(f"  {name:<9} {note}" for name, note in NOTES.items()))
    print(
        "Medians; ratios are contestant's time / ours, wall time and process time (cpu): "
        "above 1, ours is faster."
    )
    print(
        "All gradients agree before anything is timed, relative to the largest entry: "
        + ", ".join(f"{dtype} to {tolerance:.0e}" for dtype, tolerance in TOLERANCE.items())
        + "."
    )
    print(
        "* W_hh uniform in ±1/√H, as PyTorch begins: the error signal vanishes, "
        "through numbers that are slow to compute with (subnormal ones)."
    )
    print(f"Memory: {MEMORY_NOTE}\n\n{HEADER}", flush=True)
    parts = [
        start(threads, first=threads == 1, quick=options.quick)
        for threads in ((1,) if options.quick else (1, 2))
    ]
    result |= {
        "rows": [row for part in parts for row in part["rows"]],
        "growth": parts[0]["growth"],
        "gates": parts[0]["gates"],
        "ladder": parts[0]["ladder"],
        "absent": parts[0]["absent"],
    }
    for name, reason in result["absent"].items():
        print(f"{name} is missing: {reason}")
    if result["growth"]:
        print("\n" + growth_lines(result["growth"]), flush=True)
    result["lab"] = lab_times(options.quick)
    result["seven_steps"] = against_the_notebooks()
    print("\n" + lab_lines(result["lab"], result["seven_steps"]))
    result["minutes"] = (time.perf_counter() - begun) / 60
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    picture(result, BUILD / "bench.png")
    print(
        f"\n{result['minutes']:.1f} minutes; "
        "build/bench.json and build/bench.png have the same numbers."
    )


if __name__ == "__main__":
    main()
