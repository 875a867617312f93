"""Trainings that are interrupted, saved and loaded; many runs at once, with failures, dead workers and a cluster."""

import functools
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest

from bptt_lab import SGD, Adam, VanillaRNN, one_hot, runs, train, training
from bptt_lab.runs import Run, load, save, sweep

I, H, C = 2, 5, 3
OPTIMIZERS = {
    "sgd": lambda: SGD(0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda: Adam(0.02, weight_decay=0.01),
}
posix = pytest.mark.skipif(os.name != "posix", reason="sends signals")


def toy(n=30, dtype=np.float64):
    X = np.random.default_rng(3).normal(size=(6, n, I)).astype(dtype)
    return X, one_hot((X.sum(axis=(0, 2)) > 0).astype(int), C)


def network(dtype=np.float64, seed=1):
    return VanillaRNN(I, H, C, seed=seed, dtype=dtype)


OPTIONS = {"batch_size": 7, "clip_norm": 1, "input_noise": 0.1, "progress": False}


def same_bits(a, b):
    assert list(a) == list(b)
    for name in a:
        assert a[name].dtype == b[name].dtype and a[name].shape == b[name].shape
        assert a[name].tobytes() == b[name].tobytes()


# ---- interrupted at any point

PACKAGE = str(Path(training.__file__).parent)


def traced(run, stop_at=None):
    """Call run() with a KeyboardInterrupt before the instruction of the package with that number; return its result and the functions that they belong to.

    Python looks for the stop button between any two instructions.
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
        return run(), names
    except KeyboardInterrupt:
        return None, names
    finally:
        sys.settrace(before)


def same_values(a, b):
    return list(a) == list(b) and all((a[name] == b[name]).all() for name in a)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_interrupted_at_a_hundred_random_points_the_model_is_usable_and_the_history_consistent(
    kind,
):
    rng, batches, X, Y = np.random.default_rng(0), 3, *toy(20)
    states = []  # the parameters and what the optimizer keeps, before the first step and after each

    def run(record=False):
        model, optimizer = network(), OPTIMIZERS[kind]()

        def state():
            return {"params": dict(model.params)} | {
                name: dict(getattr(optimizer, name))
                for name in runs.ARRAYS[type(optimizer).__name__]
            }

        def step(*args, **kwargs):
            type(optimizer).step(optimizer, *args, **kwargs)
            states.append(state())

        def train_it():
            return train(
                model, X, Y, optimizer=optimizer, epochs=3, validation=(X[:, :5], Y[:5]), **OPTIONS
            )

        if record:
            states.append(state())
            optimizer.step = step
        return model, optimizer, state, train_it

    traced(
        run()[3]
    )  # Python 3.12 reports the instructions of a function only once it has been traced
    whole, names = traced(run(record=True)[3])
    assert {"train", "step", "forward", "backward"} <= set(names)
    assert len(states) == 3 * batches + 1 and not whole.interrupted
    inside = [k for k, name in enumerate(names) if name in ("train", "step")]
    epochs_seen, late, between, stopped = set(), 0, 0, 0
    # Most instructions are those of forward and backward: every second point is one of `train` itself or of the optimizer.
    for stop_at in [
        int(k)
        for pair in zip(rng.integers(len(names), size=50), rng.choice(inside, size=50))
        for k in pair
    ]:
        model, optimizer, state, train_it = run()
        history, seen = traced(train_it, stop_at)
        now = state()
        at = [k for k, then in enumerate(states) if same_values(then["params"], now["params"])]
        assert len(at) == 1, "the parameters are those of no step"
        for name in set(now) - {"params"}:
            kept = [k for k, then in enumerate(states) if same_values(then[name], now[name])]
            assert kept in ([at[0]], [at[0] - 1]), f"optimizer.{name} is that of no step"
            late += kept != at
        if (
            history is None
        ):  # the button was pressed before the training began, or as the last line returned
            assert (
                "forward" not in seen[:-1]
                and at == [0]
                or "so_far" in seen
                and at == [len(states) - 1]
            )
        else:
            epochs, steps = len(history.loss), len(history.grad_norm)
            assert history.interrupted == (len(seen) > stop_at)
            stopped += history.interrupted
            assert (
                epochs
                == len(history.accuracy)
                == len(history.val_loss)
                == len(history.val_accuracy)
            )
            assert (
                history.loss == whole.loss[:epochs]
                and history.val_accuracy == whole.val_accuracy[:epochs]
            )
            assert history.grad_norm == whole.grad_norm[:steps] and steps in (at[0] - 1, at[0])
            assert batches * (epochs - 1) <= at[0] <= batches * epochs
            epochs_seen.add(epochs)
            between += steps != at[0]
        assert np.isfinite(model(X)).all()
        again = train(model, X, Y, optimizer=optimizer, epochs=1, **OPTIONS)
        assert not again.interrupted and len(again.loss) == 2
    assert (
        stopped > 90
    )  # Python 3.13 counts a few instructions less each time, so that the last points lie behind the end
    assert (
        epochs_seen >= {1, 2, 3} and late + between < 25
    )  # a few instructions lie between the parts of a step


# ---- save and load


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("dtype", (np.float32, np.float64))
def test_a_saved_training_goes_on_bit_for_bit(tmp_path, kind, dtype):
    def fit(model, optimizer, rng, epochs):
        return train(
            model, *toy(dtype=dtype), optimizer=optimizer, rng=rng, epochs=epochs, **OPTIONS
        )

    whole, optimizer, rng = network(dtype), OPTIMIZERS[kind](), np.random.default_rng(5)
    history = fit(whole, optimizer, rng, 5)

    part, part_optimizer, part_rng = network(dtype), OPTIMIZERS[kind](), np.random.default_rng(5)
    first = fit(part, part_optimizer, part_rng, 3)
    written = save(tmp_path / "run", part, part_optimizer, part_rng)
    loaded = load(written)
    same_bits(loaded.model.params, part.params)
    assert all(w.strides == part.params[k].strides for k, w in loaded.model.params.items())
    fit(part, part_optimizer, part_rng, 1)  # what was saved is not tied to what goes on
    second = fit(*loaded, 2)

    same_bits(whole.params, loaded.model.params)
    assert (
        history.loss == first.loss + second.loss[1:]
        and history.grad_norm == first.grad_norm + second.grad_norm
    )
    for name, value in vars(optimizer).items():
        if isinstance(value, dict):
            same_bits(value, getattr(loaded.optimizer, name))
        else:
            assert value == getattr(loaded.optimizer, name)
    assert (
        type(loaded.optimizer) is type(optimizer)
        and rng.bit_generator.state == loaded.rng.bit_generator.state
    )


def test_the_tables_name_all_that_an_optimizer_has():
    for optimizer in (SGD(0.1), Adam(0.1)):
        kind = type(optimizer).__name__
        assert set(vars(optimizer)) == set(runs.NUMBERS[kind] + runs.ARRAYS[kind])


def test_what_was_not_saved_is_none_and_what_was_not_used_yet_is_saved(tmp_path):
    loaded = load(save(tmp_path / "a.npz", network(np.complex128)))
    assert (
        loaded.optimizer is None
        and loaded.rng is None
        and loaded.model.params["b_h"].dtype == np.complex128
    )
    loaded = load(save(tmp_path / "a.npz", network(), optimizer=Adam(0.1)))
    assert vars(loaded.optimizer) == vars(Adam(0.1)) and loaded.rng is None


@pytest.mark.parametrize("init", ("orthogonal", "identity", "uniform01"))
def test_memory_order_of_arrays_and_order_of_parameters_are_kept(tmp_path, init):
    model = VanillaRNN(I, H, C, init=init)
    model.params = {k: np.asfortranarray(model.params[k]) for k in sorted(model.params)}
    loaded = load(save(tmp_path / "a", model)).model.params
    same_bits(loaded, model.params)
    assert all(w.strides == model.params[k].strides for k, w in loaded.items())


@pytest.mark.parametrize(
    "make",
    (
        lambda a: SGD(a, momentum=a, weight_decay=a),
        lambda a: Adam(a, beta1=a, beta2=a, eps=a, weight_decay=a),
    ),
)
@pytest.mark.parametrize("number", (np.float64(0.1) * 3, np.float32(0.1)))
def test_numbers_of_numpy_do_not_decide_the_type_of_the_parameters(tmp_path, make, number):
    optimizer, single = make(number), network(np.float32)
    optimizer.lr = number  # set later, as by a slider
    loaded = load(save(tmp_path / "a", single, optimizer))
    for model, optimizer in ((single, optimizer), (loaded.model, loaded.optimizer)):
        train(model, *toy(dtype=np.float32), optimizer=optimizer, epochs=1, **OPTIONS)
        assert {w.dtype for w in model.params.values()} == {np.dtype(np.float32)}
    same_bits(single.params, loaded.model.params)
    assert {
        v
        for k, v in vars(loaded.optimizer).items()
        if k in ("lr", "momentum", "beta1", "eps", "weight_decay")
    } == {float(number)}


@pytest.mark.parametrize("bits", runs.BIT_GENERATORS)
def test_every_generator_goes_on_with_the_same_numbers(tmp_path, bits):
    rng = np.random.Generator(getattr(np.random, bits)(7))
    rng.spawn(2)
    rng.integers(0, 10, size=3, dtype=np.uint32)  # leaves half a number behind
    rng.normal(size=5)
    loaded = load(save(tmp_path / "a", network(), rng=rng)).rng
    assert (rng.random(9) == loaded.random(9)).all() and (
        rng.integers(0, 9, 9) == loaded.integers(0, 9, 9)
    ).all()
    assert rng.spawn(1)[0].random() == loaded.spawn(1)[0].random()


def test_the_name_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for given, name in (
        ("run", "run.npz"),
        ("run.v2", "run.v2.npz"),
        (Path("b.npz"), "b.npz"),
        ("c.NPZ", "c.NPZ"),
        (b"d", "d.npz"),
    ):
        assert save(given, network()) == Path(name) and Path(name).is_file()
        same_bits(load(given).model.params, network().params)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "b.npz",
        "c.NPZ",
        "d.npz",
        "run.npz",
        "run.v2.npz",
    ]
    for bad, error in (
        (3.5, TypeError),
        (None, TypeError),
        ("", ValueError),
        (f"folder{os.sep}", ValueError),
    ):
        for do in (load, lambda path: save(path, network())):
            with pytest.raises(error, match=re.escape(f"path is {bad!r}")):
                do(bad)
    with pytest.raises(FileNotFoundError, match="no folder nowhere"):
        save("nowhere/a", network())
    with pytest.raises(FileNotFoundError, match="missing.npz"):
        load("missing")


def test_writing_is_all_or_nothing(tmp_path, monkeypatch):
    path = save(tmp_path / "a", network(seed=1))
    before = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    savez = np.savez

    def half(file, **entries):
        savez(file, **dict(list(entries.items())[:3]))
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(KeyboardInterrupt):
        save(path, network(seed=2))
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.npz"]
    monkeypatch.undo()
    save(path, network(seed=2))
    same_bits(load(path).model.params, network(seed=2).params)
    assert os.listdir(tmp_path) == ["a.npz"]


@posix
def test_who_is_reading_the_old_file_goes_on_reading_it(tmp_path):
    path = save(tmp_path / "a", network(seed=1))
    before = path.read_bytes()
    with open(path, "rb") as reader:
        save(path, network(seed=2))
        assert reader.read() == before != path.read_bytes()


@posix
def test_a_link_stays_a_link_and_the_mode_is_that_of_any_new_file(tmp_path):
    (tmp_path / "link.npz").symlink_to("real.npz")
    save(tmp_path / "link", network())
    (tmp_path / "plain").touch()
    assert (tmp_path / "link.npz").is_symlink() and (tmp_path / "real.npz").is_file()
    assert (tmp_path / "real.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode


class Sub(VanillaRNN):
    pass


class SubSGD(SGD):
    pass


def changed(**params):
    model = network()
    model.params.update(params)
    return model


def without(name):
    model = network()
    del model.params[name]
    return model


def used(optimizer, **arrays):
    for name, value in arrays.items():
        setattr(optimizer, name, value)
    return optimizer


@pytest.mark.parametrize(
    ("arguments", "message"),
    (
        ({"model": Sub(I, H, C)}, "model is of type Sub"),
        ({"model": None}, "model is of type NoneType"),
        (
            {"model": changed(b_h=np.zeros(H + 1))},
            r"params\['b_h'\] has shape \(6,\): expected \(H\) with H = 5",
        ),
        (
            {"model": changed(W_out=np.zeros((H, C + 1)))},
            r"params\['b_out'\] has shape \(3,\): expected \(C\) with C = 4",
        ),
        ({"model": changed(b_h=np.zeros(H, int))}, "type of params.b_h is dtype.'int"),
        ({"model": changed(b_h=np.array([None] * H))}, "'b_h'.*object"),
        ({"model": changed(b_extra=np.zeros(1))}, "unknown entry 'params.b_extra'"),
        ({"model": without("b_out")}, "params has no 'b_out'"),
        ({"optimizer": SubSGD(0.1)}, "optimizer is of type SubSGD"),
        ({"optimizer": 0.1}, "optimizer is of type float"),
        ({"optimizer": used(SGD(0.1), lr=-1)}, "lr is -1"),
        ({"optimizer": used(SGD(0.1), lr="fast")}, "optimizer.lr is 'fast'"),
        ({"optimizer": used(SGD(0.1), v={"w": np.zeros(2)})}, "'w'"),
        (
            {"optimizer": used(Adam(0.1), m={"b_h": np.zeros(2)})},
            r"optimizer.m.b_h has shape \(2,\): expected \(5,\)",
        ),
        ({"optimizer": used(Adam(0.1), k=-1)}, "k is -1"),
        ({"rng": 0}, "rng is 0: expected a numpy.random.Generator"),
        ({"rng": np.random.RandomState(0)}, "rng is RandomState"),
    ),
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path, arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        save(tmp_path / "a", **({"model": network()} | arguments))
    assert os.listdir(tmp_path) == []


def entries_of(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


class Evil:
    """Would leave a file behind if it was unpickled."""

    def __reduce__(self):
        return (open, ("unpickled", "w"))


def text(value):
    return np.array(value)


SPOILT = {
    "no version": ({"format_version": None}, "no entry 'format_version'"),
    "version": ({"format_version": np.array(2)}, "format version 2.* reads only 1"),
    "text version": ({"format_version": text("1")}, "format version 1"),
    "versions": ({"format_version": np.array([1, 1])}, r"format version \[1 1\]"),
    "no parameters": (
        {f"params.{k}": None for k in ("W_in", "W_hh", "b_h", "W_out", "b_out")},
        "params has no 'W_in'",
    ),
    "no W_hh": ({"params.W_hh": None}, "params has no 'W_hh'"),
    "no C": (
        {"params.W_out": np.zeros((H, 0)), "params.b_out": np.zeros(0)},
        r"params\['W_out'\] has shape \(5, 0\)",
    ),
    "shape": (
        {"params.W_hh": np.zeros((H, H + 1))},
        r"params\['W_hh'\] has shape \(5, 6\): expected \(H, H\) with H = 5",
    ),
    "axes": (
        {"params.b_h": np.zeros((1, H))},
        r"params\['b_h'\] has shape \(1, 5\): expected \(H\) with H = 5",
    ),
    "consistent, but of another model than the moments": (
        {"params.W_out": np.zeros((H, C + 1)), "params.b_out": np.zeros(C + 1)},
        r"optimizer.m.W_out has shape \(5, 3\): expected \(5, 4\)",
    ),
    "type": ({"params.W_hh": np.zeros((H, H), int)}, "type of params.W_hh is dtype.'int"),
    "endian": (
        {"params.W_hh": np.zeros((H, H), np.dtype("f8").newbyteorder())},
        "type of params.W_hh",
    ),
    "pickle": ({"params.W_hh": np.array([Evil()])}, "'params.W_hh' cannot be read: .*allow_pickle"),
    "pickled version": (
        {"format_version": np.array([Evil()])},
        "'format_version' cannot be read: .*allow_pickle",
    ),
    "further parameter": ({"params.U": np.zeros(3)}, "unknown entry 'params.U'"),
    "further": ({"remark": np.zeros(3)}, "unknown entry 'remark'"),
    "optimizer JSON": ({"optimizer": text("{")}, "'optimizer' is not a JSON object"),
    "optimizer array": ({"optimizer": np.zeros(3)}, "'optimizer' is not a JSON object"),
    "optimizer list": ({"optimizer": text("[1]")}, "'optimizer' is not a JSON object"),
    "optimizer rate": (
        {
            "optimizer": text(
                '{"type": "SGD", "numbers": {"lr": -1, "momentum": 0, "weight_decay": 0}, "arrays": {"v": []}}'
            )
        },
        "lr is -1",
    ),
    "optimizer": (
        {"optimizer": text('{"type": "os.system"}')},
        "'optimizer' does not describe an SGD or Adam: type 'os.system'",
    ),
    "numbers": (
        {"optimizer": text('{"type": "Adam", "numbers": {}, "arrays": {}}')},
        "'optimizer' does not describe",
    ),
    "velocity": (
        {"optimizer.m.W_in": np.zeros(3)},
        r"optimizer.m.W_in has shape \(3,\): expected \(2, 5\)",
    ),
    "no velocity": ({"optimizer.m.W_in": None}, "no entry 'optimizer.m.W_in'"),
    "velocity alone": ({"optimizer": None}, "unknown entry 'optimizer.m"),
    "rng": (
        {"rng": text('{"state": {"bit_generator": "system"}, "seeds": null}')},
        "'rng' is not the state of a generator",
    ),
    "rng state": (
        {"rng": text('{"state": {"bit_generator": "PCG64"}, "seeds": null}')},
        "'rng' is not the state of a generator",
    ),
    "rng type": ({"rng": np.zeros(2)}, "'rng' is not a JSON object"),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    model, optimizer, rng = network(), Adam(0.02), np.random.default_rng(0)
    train(model, *toy(), optimizer=optimizer, rng=rng, epochs=1, **OPTIONS)
    return save(tmp_path_factory.mktemp("good") / "good", model, optimizer, rng)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_file_is_refused_by_name(tmp_path, monkeypatch, good, spoilt):
    monkeypatch.chdir(tmp_path)
    changes, message = SPOILT[spoilt]
    entries = {k: v for k, v in (entries_of(good) | changes).items() if v is not None}
    np.savez("spoilt.npz", **entries)
    with pytest.raises(ValueError, match="^spoilt.npz cannot be loaded: .*" + message):
        load("spoilt.npz")
    assert not Path("unpickled").exists()


def test_what_is_no_npz_is_refused_by_name(tmp_path, monkeypatch, good):
    import pickle

    monkeypatch.chdir(tmp_path)
    whole = good.read_bytes()
    np.save("array.npy", np.zeros(3))
    with zipfile.ZipFile("other.zip", "w") as archive:
        archive.writestr("format_version", "1")
    contents = [
        b"",
        b"nonsense",
        pickle.dumps(Evil()),
        Path("array.npy").read_bytes(),
        Path("other.zip").read_bytes(),
        whole[:100],
        whole[: len(whole) // 2],
        whole[:-30],
        whole[len(whole) // 2 :],
        b"PK\x03\x04" + bytes(50),
    ]
    for content in contents:
        Path("bad.npz").write_bytes(content)
        with pytest.raises(ValueError, match="^bad.npz cannot be loaded: "):
            load("bad")
    assert not Path("unpickled").exists()


def test_a_flipped_bit_is_never_loaded_as_something_else(tmp_path, good):
    whole, expected, rng, refused = (
        bytearray(good.read_bytes()),
        load(good),
        np.random.default_rng(0),
        0,
    )
    for at in rng.integers(0, len(whole), 150):
        broken = whole.copy()
        broken[at] ^= 1 << rng.integers(8)
        (tmp_path / "b.npz").write_bytes(broken)
        try:
            loaded = load(tmp_path / "b.npz")
        except ValueError as error:
            refused += "b.npz cannot be loaded" in str(error)
        else:  # a date or a flag of the archive
            same_bits(loaded.model.params, expected.model.params)
            same_bits(loaded.optimizer.m, expected.optimizer.m)
    assert refused > 75


# ---- sweep: the functions that workers run are found by name


def trained(seed, momentum=0.0):
    model = network(seed=seed)
    return train(
        model, *toy(), optimizer=SGD(0.1, momentum=momentum), epochs=2, rng=seed, **OPTIONS
    ), model.params


def run(n, do="return", folder=None, **rest):
    """Do one of the things that a run can do."""
    if folder:
        Path(folder, f"{n}-{time.monotonic_ns()}").touch()
    if do == "raise":
        raise FloatingPointError(f"number {n}")
    if do == "odd":
        raise Odd(n, "two")
    if do == "lambda":
        return lambda: n
    if do == "environment":
        return {
            name: os.environ.get(name)
            for name in (*runs.THREADS, "BPTT_LAB_PROGRESS", "PYTEST_CURRENT_TEST")
        }
    if do == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if do == "die once" and len(list(Path(folder).glob(f"{n}-*"))) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if do == "interrupt":  # as the stop button does, to the whole group of processes
        os.kill(os.getpid(), signal.SIGINT)
    if do == "exit":
        sys.exit(3)
    if do == "slow":
        time.sleep(60)
    if do == "sleep":
        time.sleep(0.3)
    return n * n


class Odd(Exception):
    """Can be pickled and not be made again."""

    def __init__(self, n, more):
        super().__init__(f"odd {n}")


def test_the_results_are_in_order_and_the_bits_those_of_a_run_in_this_process():
    assert training.sweep is sweep
    settings = [{"seed": seed, "momentum": momentum} for momentum in (0, 0.9) for seed in (0, 1)]
    done = sweep(trained, iter(settings))
    assert [r.setting for r in done] == settings and all(
        type(r) is Run and r.error is None for r in done
    )
    for r in done:
        history, params = trained(**r.setting)
        np.testing.assert_allclose(r.result[0].loss, history.loss, rtol=1e-12)
        for name in params:
            np.testing.assert_allclose(r.result[1][name], params[name], rtol=1e-9, atol=1e-12)
    if os.environ.get("OPENBLAS_NUM_THREADS") == "1":
        same_bits(done[0].result[1], trained(**settings[0])[1])


@posix
def test_failures_and_dead_workers_are_kept_with_their_settings(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    before = dict(os.environ)
    does = [
        "return",
        "raise",
        "die",
        "odd",
        "lambda",
        "environment",
        "exit",
        "interrupt",
        "die",
        "sleep",
        "return",
    ]
    settings = [
        {"n": n, "do": do, "folder": str(tmp_path), "fn": 1, "key": "x"}
        for n, do in enumerate(does)
    ]
    settings += [{"nonsense": 1}, {"n": 3, "extra": lambda: 0}]
    done = sweep(run, settings)
    assert [r.setting for r in done] == settings and dict(os.environ) == before
    assert all((r.result is None) != (r.error is None) for r in done)
    for n in (0, 7, 9, 10):
        assert done[n].result == n * n
    assert isinstance(done[1].error, FloatingPointError) and str(done[1].error) == "number 1"
    assert isinstance(done[3].error, RuntimeError) and "Odd: odd 3" in str(done[3].error)
    assert re.search("pickle|local object", str(done[4].error).lower())
    assert isinstance(done[6].error, SystemExit)
    for n in (2, 8):
        assert isinstance(done[n].error, BrokenProcessPool) and "died during this run" in str(
            done[n].error
        )
    assert isinstance(done[11].error, TypeError) and re.search(
        "pickle|local object", str(done[12].error).lower()
    )
    there = done[5].result
    assert (
        there["OPENBLAS_NUM_THREADS"] == "1"
        and there["OMP_NUM_THREADS"] == "3"
        and there["BPTT_LAB_PROGRESS"] == "off"
    )
    # Each was tried once: a process does one run at a time, so it is known who is to blame.
    assert sorted(int(path.name.split("-")[0]) for path in tmp_path.iterdir()) == list(range(11))


@posix
def test_a_broken_pool_of_the_caller_loses_nothing(tmp_path):
    does = ["return", "die", "sleep", "return", "raise", "return"]
    settings = [{"n": n, "do": do, "folder": str(tmp_path)} for n, do in enumerate(does)]
    import multiprocessing

    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        done = sweep(run, settings, pool)
        late = sweep(run, settings[2:3], pool)  # already broken when it begins
    assert [r.result for r in done] == [0, None, 4, 9, None, 25] and late[0].result == 4
    assert isinstance(done[1].error, BrokenProcessPool) and isinstance(
        done[4].error, FloatingPointError
    )


def test_threads_and_other_executors(capsys, monkeypatch):
    with ThreadPoolExecutor(2) as pool:
        done = sweep(lambda x, fn: x + fn, ({"x": x, "fn": 1} for x in range(20)), pool)
        assert [r.result for r in done] == list(range(1, 21))
        failed = sweep(run, [{"n": 1, "do": "raise"}, {"n": 2}], executor=pool)
        assert isinstance(failed[0].error, FloatingPointError) and failed[1] == Run(
            {"n": 2}, 4, None
        )
        assert pool.submit(int).result() == 0  # not shut down
        monkeypatch.delenv("BPTT_LAB_PROGRESS")
        sweep(run, [{"n": 1, "do": "raise"}, {"n": 2}], executor=pool)
        shown = capsys.readouterr().err
        assert "2/2" in shown and "failed=1" in shown
        sweep(run, [{"n": 2}], executor=pool, progress=False)
        assert capsys.readouterr().err == ""
    assert "shutdown" in str(sweep(run, [{"n": 2}], pool)[0].error)
    assert sweep(run, []) == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    (
        ((3, []), TypeError, "fn is 3"),
        ((run, [{"n": 1}, 5]), TypeError, r"settings\[1\] is 5: expected a dict"),
        ((run, [{1: 2}]), TypeError, r"settings\[0\] is {1: 2}"),
        ((run, [{"n": 1}], 4), TypeError, "executor is 4"),
        (
            (lambda n: n, [{"n": 1}]),
            ValueError,
            "lambda.*neither a lambda nor inside.*ThreadPoolExecutor",
        ),
    ),
)
def test_wrong_arguments_of_sweep(arguments, error, message):
    with pytest.raises(error, match=message):
        sweep(*arguments)


class Held(Executor):
    """Does two runs and is then interrupted, as by the stop button."""

    def __init__(self):
        self.futures = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.futures.append(future)
        if len(self.futures) <= 2:
            future.set_result(fn(*args, **kwargs))
        return future


def test_an_interrupted_sweep_returns_what_is_finished_and_cancels_the_rest(monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    executor = Held()
    monkeypatch.setattr("concurrent.futures.wait", interrupted)
    done = sweep(run, [{"n": n} for n in range(5)], executor)
    assert [r.result for r in done] == [0, 1, None, None, None]
    assert (
        all(isinstance(r.error, CancelledError) for r in done[2:])
        and [f.cancelled() for f in executor.futures] == [False] * 2 + [True] * 3
    )


def script(code, **options):
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            str(p) for p in (Path(__file__).parent, Path(__file__).parent.parent)
        )
    }
    return subprocess.Popen(
        [sys.executable, *options.pop("arguments", ()), "-c", textwrap.dedent(code)],
        text=True,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


@posix
def test_the_stop_button_ends_the_default_processes_and_keeps_what_is_finished(tmp_path):
    # The signal goes to the whole group, as those of a terminal and of Jupyter do.
    process = script(f"""
        import test_runs
        from bptt_lab.runs import sweep
        done = sweep(test_runs.run, [dict(n=n, do="slow" if n > 1 else "return", folder={str(tmp_path)!r}) for n in range(8)])
        print([r.result for r in done], [type(r.error).__name__ for r in done[2:]])
        import multiprocessing, time
        end = time.monotonic() + 5
        while multiprocessing.active_children() and time.monotonic() < end:
            time.sleep(0.05)
        print(len(multiprocessing.active_children()))
    """)
    begun = {
        f"{n}" for n in range(min(2 + (os.cpu_count() or 1), 8))
    }  # on a few processors, the first two have come back by then
    end = time.monotonic() + 60
    while (
        not begun <= {path.name.split("-")[0] for path in tmp_path.iterdir()}
        and time.monotonic() < end
    ):
        time.sleep(0.05)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert output.splitlines() == [
        str([0, 1] + [None] * 6) + " " + str(["CancelledError"] * 6),
        "0",
    ], errors
    assert "Traceback" not in errors and len(list(tmp_path.iterdir())) <= 2 + (os.cpu_count() or 1)


def test_a_script_without_the_main_guard_is_told_so(tmp_path):
    path = tmp_path / "unguarded.py"
    path.write_text(
        "from bptt_lab.runs import sweep\n"
        "print('run', file=open('log', 'a'))\n"
        "def fn(n):\n    return n\n"
        "runs = sweep(fn, [{'n': n} for n in range(50)])\n"
        "print(len(runs), {str(r.error)[:25] for r in runs}, any('__main__' in str(r.error) for r in runs))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    output = subprocess.run(
        [sys.executable, path],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=60,
    ).stdout
    assert output == "50 {'its process did not start'} True\n"
    assert len((tmp_path / "log").read_text().split()) <= 1 + (
        os.cpu_count() or 1
    )  # it gave up, for none would start


NOTEBOOK = """
import os, time
from bptt_lab.runs import sweep
def fn(n):
    if n == 2:
        os.kill(os.getpid(), 9)
    if n > 5:
        time.sleep(60)
    return n * base
base = 10
"""


def test_in_a_notebook():
    from jupyter_client.manager import start_new_kernel

    said = []

    def execute(code):
        said.clear()

        def output(message):
            content = message["content"]
            said.append(content.get("text") or content.get("evalue") or "")

        reply = client.execute_interactive(
            code, timeout=60, output_hook=output, stop_on_error=False
        )
        return reply["content"]["status"], "".join(said)

    manager, client = start_new_kernel(cwd=str(Path(__file__).parent))
    try:
        execute(NOTEBOOK)
        here = "runs = sweep(fn, [dict(n=n) for n in range(5)]); print([r.result for r in runs], type(runs[2].error).__name__)"
        if sys.platform == "linux":
            assert execute(here) == ("ok", "[0, 10, None, 30, 40] BrokenProcessPool\n")
        # Where forks are unsafe, one after the other in the kernel; a failure is kept there, too.
        status, text = execute(
            "import sys; sys.platform, platform = 'darwin', sys.platform\ndef fn(n):\n    return (1 / (n - 2), os.getpid())\n"
            "runs = sweep(fn, [dict(n=n) for n in range(4)], progress=False)\n"
            "print([r.result and r.result[0] for r in runs], type(runs[2].error).__name__, {r.result[1] for r in runs if r.result} == {os.getpid()})"
        )
        assert (status, text) == ("ok", "[-0.5, -1.0, None, 1.0] ZeroDivisionError True\n")
        # From a file, in fresh processes, while the notebook goes on to define other things of that name.
        status, text = execute(
            "sys.platform = platform; import test_runs; base = 0\n"
            "print([r.result for r in sweep(test_runs.run, [dict(n=n) for n in range(3)])])"
        )
        assert (status, text) == ("ok", "[0, 1, 4]\n")
        if sys.platform == "linux":
            execute(NOTEBOOK)
            client.execute("runs = sweep(fn, [dict(n=n) for n in (0, 1, 7, 8)])")
            time.sleep(1.5)
            manager.interrupt_kernel()
            assert execute("print([r.result for r in runs])") == ("ok", "[0, 10, None, None]\n")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# ---- a cluster


def recipe(optimizer, n):
    return optimizer[0](optimizer[1]).lr * n


@posix
def test_on_a_dask_cluster_over_tcp_with_a_worker_killed_on_the_way(tmp_path):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            protocol="tcp",
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert client.scheduler.address.startswith("tcp://")
        executor = client.get_executor()
        settings = [{"n": n, "do": "sleep", "folder": str(tmp_path)} for n in range(6)]
        settings += [
            {"n": 6, "do": "die once", "folder": str(tmp_path)},
            {"n": 7, "do": "raise"},
            {"n": 8, "key": "x", "workers": 0, "pure": 1},
        ]
        done = sweep(run, settings, executor)
        assert [r.setting for r in done] == settings
        assert [r.result for r in done] == [0, 1, 4, 9, 16, 25, 36, None, 64]
        assert isinstance(done[7].error, FloatingPointError) and str(done[7].error) == "number 7"
        assert len(list(tmp_path.glob("6-*"))) == 2  # killed, and done again elsewhere
        twice = [{"n": 9, "folder": str(tmp_path)}] * 2
        assert [r.result for r in sweep(run, twice, executor)] == [81, 81] and len(
            list(tmp_path.glob("9-*"))
        ) == 2
        nested = sweep(recipe, [{"optimizer": (SGD, 0.5), "n": 3}], executor)
        assert nested[0].result == 1.5
        partial = sweep(functools.partial(trained, momentum=0.9), [{"seed": 1}], executor)
        assert len(partial[0].result[0].loss) == 3
