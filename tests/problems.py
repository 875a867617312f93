"""Small random problems, all dimensions different and no zeros to hide behind; a limit of time."""

import contextlib
import os
import signal
import threading

import numpy as np

from bptt_lab import VanillaRNN, one_hot

TRIALS = int(os.environ.get("BPTT_LAB_FUZZ", 300))  # of a test that tries at random


def random_sizes(rng):
    """Return T, N, I, H, C: all different, all above 1, T at least 6."""
    N, I, H, C = rng.choice(np.arange(2, 6), size=4, replace=False)
    return int(rng.integers(6, 10)), int(N), int(I), int(H), int(C)


def random_problem(seed, every_step=False, dtype=np.float64, cell=VanillaRNN):
    """Return a model with random parameters, X of shape (T, N, I), Y (N, C) or (T, N, C), and h0.

    The biases are random, too. h0 has the shape (N, S) of the state of the `cell`.
    """
    rng = np.random.default_rng(seed)
    T, N, I, H, C = random_sizes(rng)
    model = cell(I, H, C, init="normal", input_scale=0.5, seed=rng, dtype=dtype)
    model.params["W_hh"] *= dtype(1.5)  # so that the gradient of h0 stays well above rounding
    for name, value in model.params.items():
        if value.ndim == 1:
            model.params[name] = (0.3 * rng.normal(size=value.shape)).astype(dtype)
    shape = (T, N) if every_step else (N,)
    Y = one_hot(rng.integers(0, C, int(np.prod(shape))), C).reshape(*shape, C)
    X = rng.normal(size=(T, N, I)).astype(dtype)
    h0 = 0.5 * rng.normal(size=(N, getattr(model, "STATE", 1) * H)).astype(dtype)
    return model, X, Y, h0


@contextlib.contextmanager
def in_time(seconds=60):
    """Stop what hangs: an assertion, where the system has alarms."""

    def stop(*_):
        raise AssertionError(f"not done after {seconds} seconds")

    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
