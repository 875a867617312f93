"""The stop button at any instruction of `train`: the model is of one step, the history of it."""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bptt_lab import SGD, Adam, VanillaRNN, one_hot, train, training

OPTIMIZERS = {
    "sgd": lambda: SGD(0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda: Adam(0.02, weight_decay=0.01),
}
OPTIONS = {"batch_size": 7, "clip_norm": 1, "input_noise": 0.1, "progress": False}
BATCHES = 3
X = np.random.default_rng(3).normal(size=(6, 20, 2))
Y = one_hot((X.sum(axis=(0, 2)) > 0).astype(int), 3)
PACKAGE = str(Path(training.__file__).parent)


def traced(function, stop_at=None):
    """Call it with a KeyboardInterrupt before the instruction of the package of that number.

    Python looks for the stop button between any two instructions. Returns what it returned, or the
    KeyboardInterrupt, and for each instruction the name of its function.
    """
    names, before = [], sys.gettrace()

    def trace(frame, event, _):
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            names.append(frame.f_code.co_name)
            if len(names) - 1 == stop_at:
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        return function(), names
    except KeyboardInterrupt as stop:
        return stop, names
    finally:
        sys.settrace(before)


class Training:
    def __init__(self, kind):
        self.model, self.optimizer = VanillaRNN(2, 5, 3, seed=1), OPTIMIZERS[kind]()

    def __call__(self, epochs=2):
        options = {"optimizer": self.optimizer, "epochs": epochs, "validation": (X[:, :5], Y[:5])}
        return train(self.model, X, Y, **options, **OPTIONS)

    def state(self):
        kept = {k: v for k, v in vars(self.optimizer).items() if isinstance(v, dict)}
        return {"params": dict(self.model.params)} | {k: dict(v) for k, v in kept.items()}


def place(states, now, name):
    """Return the number of the step after which `name` was as it is now."""

    def same(a, b):
        return list(a) == list(b) and all((a[k] == b[k]).all() for k in a)

    found = [k for k, then in enumerate(states) if same(then[name], now[name])]
    assert found, f"{name} is that of no step"
    return found[0]


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_stopped_at_random_points_the_model_is_usable_and_the_history_consistent(kind):
    recorded = Training(kind)
    states = [recorded.state()]  # before the first step, and after each

    def step(*args, **kwargs):
        type(recorded.optimizer).step(recorded.optimizer, *args, **kwargs)
        states.append(recorded.state())

    recorded.optimizer.step = step
    whole = recorded()
    # Pythons from 3.12 on report instructions only of what was traced at the last call, too.
    traced(Training(kind))
    _, names = traced(Training(kind))
    assert {"train", "step", "forward", "backward"} <= set(names)
    assert len(states) == 2 * BATCHES + 1
    # Most instructions are those of forward and backward: every second point is none of theirs.
    rng = np.random.default_rng(0)
    inside = [k for k, name in enumerate(names) if name in ("train", "step")]
    points = [*rng.integers(len(names), size=20), *rng.choice(inside, size=20)]
    stopped, epochs_seen, late, between = 0, set(), 0, 0
    for point in points:
        run = Training(kind)
        result, seen = traced(run, point)
        now = run.state()
        at = place(states, now, "params")
        for name in set(now) - {"params"}:
            kept = place(states, now, name)
            assert kept in (at, at - 1)
            late += kept != at
        if isinstance(result, KeyboardInterrupt) and not hasattr(result, "history"):
            # Before the training began, or as its last lines returned.
            assert at == 0 and "forward" not in seen or at == len(states) - 1
        else:
            stopped += isinstance(result, KeyboardInterrupt)
            history = getattr(result, "history", result)
            epochs, steps = len(history.loss), len(history.grad_norm)
            assert BATCHES * (epochs - 1) <= at <= BATCHES * max(epochs, 1)
            for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
                assert getattr(history, name) == getattr(whole, name)[:epochs]
            assert history.grad_norm == whole.grad_norm[:steps] and steps in (at - 1, at)
            epochs_seen.add(epochs)
            between += steps != at
        assert np.isfinite(run.model(X)).all()
        assert len(traced(partial(run, epochs=1))[0].loss) == 2
    # Python 3.13 counts a few instructions less each time: the last points lie behind the end.
    assert stopped > 30 and epochs_seen >= {1, 2}
    assert late + between < 10  # few instructions lie between the parts of a step
