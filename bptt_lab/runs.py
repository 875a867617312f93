"""Runs that outlive a session and runs by the dozen: `save` and `load` a training, `sweep` over many settings."""

import json
import os
import pickle
import sys
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ._common import PARAMETERS, arrays, floating, function, parameters, progress_bar
from .rnn import VanillaRNN

FORMAT_VERSION = 1
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
NUMBERS = {
    "SGD": ("lr", "momentum", "weight_decay"),
    "Adam": ("lr", "beta1", "beta2", "eps", "weight_decay", "k"),
}
ARRAYS = {"SGD": ("v",), "Adam": ("m", "s")}  # dicts with an array for each parameter, of its shape
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
OPTIONAL = ("optimizer", "rng")


class Saved(NamedTuple):
    """What `load` returns; None stands for what was not saved. Parameters and moments have the shapes that they had."""

    model: VanillaRNN
    optimizer: Any  # SGD or Adam
    rng: Any  # numpy.random.Generator


class Run(NamedTuple):
    """One run of a `sweep`: its setting, and its result (of whatever type and shape `fn` returns) or its error."""

    setting: dict
    result: Any  # None if there is an error
    error: BaseException | None  # None if there is a result


# ---- save and load


def save(path, model, optimizer=None, rng=None):
    """Write a network, and what it takes to go on training it, to an ``.npz`` file without pickles.

    After ``train(model, X, Y, optimizer=optimizer, rng=rng, epochs=3)``, `save`, and `load`, training for 2 epochs
    gives the same bits as 5 epochs at once would have. Not with ``cosine_decay``: its rates depend on the
    number of epochs in the call. The file appears at once when it is complete; until then an older one stays.

    Parameters
    ----------
    path : str or path
        Where to write; ``.npz`` is added to a name that does not end in it, here and in `load`.
    model : VanillaRNN
        Of any sizes I, H, C and type; ``params`` in the shapes of `VanillaRNN`. Not of a subclass, which `load` could
        not make again.
    optimizer : SGD or Adam, optional
        Saved with all its numbers and its velocity or moments, which have the shapes of the parameters.
    rng : numpy.random.Generator, optional
        The generator (not the int) that `train` was given. Its state, of any bit generator of NumPy, is saved.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    path = _npz(path)
    if type(model) is not VanillaRNN:
        raise TypeError(
            f"model is of type {type(model).__name__}: expected VanillaRNN itself, which load makes again"
        )
    entries = {"format_version": np.array(FORMAT_VERSION)}
    parameters(model.params)
    entries |= {f"params.{name}": value for name, value in model.params.items()}
    if optimizer is not None:
        entries |= _optimizer_entries(optimizer)
    if rng is not None:
        entries["rng"] = _text(_rng_state(rng))
    _restore(entries)  # what could not be read again is refused now

    target = Path(os.path.realpath(path))  # a link stays a link
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{path} cannot be written: there is no folder {path.parent}")
    temporary = target.with_name(f".{target.name}.{os.urandom(16).hex()}.tmp")
    try:
        with open(temporary, "xb") as file:
            np.savez(file, **entries)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def load(path):
    """Read what `save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : str or path
        As for `save`, so a name without ``.npz`` gets it.

    Returns
    -------
    Saved
        A named tuple ``(model, optimizer, rng)`` with None for what was not saved. Every array has the bits, the
        type, the shape and the order in memory that it had.

    Raises
    ------
    ValueError
        If the file is not one of `save`, of an unknown version, damaged, holds pickles, or has entries that are
        missing, unknown or of a wrong shape. The message names the file and says what is wrong.
    """
    path = _npz(path)
    with open(path, "rb") as file:
        try:
            entries = np.load(file, allow_pickle=False)
            if not isinstance(entries, np.lib.npyio.NpzFile):
                raise ValueError("it is not an .npz file but a single array")
            with entries:
                return _restore(entries)
        except _Refused as error:
            raise ValueError(f"{path} cannot be loaded: {error}") from None
        except Exception as error:
            raise ValueError(
                f"{path} cannot be loaded: it is not an .npz file, or damaged "
                f"({type(error).__name__}: {error})"
            ) from error


class _Refused(ValueError):
    pass


def _npz(path):
    try:
        name = os.fsdecode(path)
    except TypeError:
        raise TypeError(f"path is {path!r}: expected the name of a file") from None
    if not os.path.basename(name):
        raise ValueError(f"path is {path!r}: expected the name of a file")
    return Path(name if name.lower().endswith(".npz") else name + ".npz")


def _text(value):
    return np.array(
        json.dumps(value, default=lambda a: a.tolist())
    )  # the states of some generators hold arrays


def _number(name, value):
    if not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} is {value!r}: expected a number")
    return value.item() if isinstance(value, np.generic) else value


def _optimizer_entries(optimizer):
    from .training import SGD, Adam  # here, since training imports this module

    if type(optimizer) not in (SGD, Adam):
        raise TypeError(
            f"optimizer is of type {type(optimizer).__name__}: expected SGD or Adam itself, which load makes again"
        )
    kind = type(optimizer).__name__
    moments = {name: arrays(f"optimizer.{name}", getattr(optimizer, name)) for name in ARRAYS[kind]}
    state = {
        "type": kind,
        "numbers": {k: _number(f"optimizer.{k}", getattr(optimizer, k)) for k in NUMBERS[kind]},
        "arrays": {name: list(values) for name, values in moments.items()},
    }
    return {"optimizer": _text(state)} | {
        f"optimizer.{name}.{k}": a for name, values in moments.items() for k, a in values.items()
    }


def _rng_state(rng):
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {rng!r}: expected a numpy.random.Generator, the one that train was given: "
            "rng = numpy.random.default_rng(0); train(..., rng=rng)"
        )
    bits = rng.bit_generator
    if type(bits).__name__ not in BIT_GENERATORS:
        raise TypeError(
            f"rng has the bit generator {type(bits).__name__}: expected one of {', '.join(BIT_GENERATORS)}"
        )
    seeds = (
        bits.seed_seq.state if isinstance(bits.seed_seq, np.random.SeedSequence) else None
    )  # what rng.spawn() goes on from
    return {"state": bits.state, "seeds": seeds}


def _restore(entries):
    """Return the Saved of a mapping from names to arrays, or raise a _Refused that says what is wrong with it."""

    def entry(name):
        if name not in entries:
            raise _Refused(f"it has no entry {name!r}")
        try:
            value = entries[name]
        except Exception as error:  # a pickle, or damaged
            raise _Refused(f"the entry {name!r} cannot be read: {error}") from None
        if not isinstance(value, np.ndarray):
            raise _Refused(f"the entry {name!r} is not an array")
        return value

    def settings(name):
        value = entry(name)
        try:
            value = json.loads(value.item() if value.dtype.kind == "U" and value.ndim == 0 else "")
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise _Refused(f"the entry {name!r} is not a JSON object in a 0-d array of text")
        return value

    def array(name, shape=None):
        value = entry(name)
        if value.shape != (shape or value.shape):
            raise _Refused(f"{name} has shape {value.shape}: expected {shape}")
        try:
            floating(f"the type of {name}", value.dtype)
        except ValueError as error:
            raise _Refused(error) from None
        return value

    version = entry("format_version")
    if version.shape != () or version.dtype.kind not in "iu" or version != FORMAT_VERSION:
        raise _Refused(
            f"it has format version {version}, and this version of bptt_lab reads only {FORMAT_VERSION}"
        )
    names = list(entries)

    params = {
        name.removeprefix("params."): array(name) for name in names if name.startswith("params.")
    }  # in their order: norms are sums in it
    try:
        model = VanillaRNN(*parameters(params), init="identity")
    except (ValueError, TypeError) as error:
        raise _Refused(error) from None
    model.params, shapes = params, {k: params[k].shape for k in PARAMETERS}
    known = ["format_version", *OPTIONAL, *(f"params.{k}" for k in shapes)]

    optimizer = None
    if "optimizer" in names:
        state = settings("optimizer")
        try:
            optimizer = _new_optimizer(state)
            moments = {name: list(state["arrays"][name]) for name in ARRAYS[state["type"]]}
        except Exception as error:
            raise _Refused(
                f"the entry 'optimizer' does not describe an SGD or Adam: {error}"
            ) from None
        for name, keys in moments.items():
            if foreign := [k for k in keys if k not in shapes]:
                raise _Refused(
                    f"optimizer.{name} has {foreign[0]!r}: expected only names of parameters"
                )
            setattr(optimizer, name, {k: array(f"optimizer.{name}.{k}", shapes[k]) for k in keys})
            known += [f"optimizer.{name}.{k}" for k in keys]

    rng = None
    if "rng" in names:
        state = settings("rng")
        try:
            seeds, kind = state["seeds"], state["state"]["bit_generator"]
            if kind not in BIT_GENERATORS:
                raise ValueError(f"bit generator {kind!r}")
            bits = getattr(np.random, kind)(0 if seeds is None else np.random.SeedSequence(**seeds))
            bits.state = state["state"]
        except Exception as error:
            raise _Refused(
                f"the entry 'rng' is not the state of a generator: {type(error).__name__}: {error}"
            ) from None
        rng = np.random.Generator(bits)

    if further := [name for name in names if name not in known]:
        raise _Refused(f"it has an unknown entry {further[0]!r}")
    return Saved(model, optimizer, rng)


def _new_optimizer(state):
    from . import training

    if state["type"] not in NUMBERS:
        raise ValueError(f"type {state['type']!r}")
    numbers = {k: _number(k, state["numbers"][k]) for k in NUMBERS[state["type"]]}
    k = numbers.pop("k", 0)
    if k < 0 or k != int(k):
        raise ValueError(f"k is {k}")
    optimizer = getattr(training, state["type"])(**numbers)
    if state["type"] == "Adam":
        optimizer.k = k
    return optimizer


# ---- many runs


def sweep(fn, settings, executor=None, *, progress=True):
    """Run ``fn(**setting)`` for each setting, several at a time; a failure costs one run, not the others.

        runs = sweep(fn, [{"seed": seed, "momentum": m} for m in (0, 0.9) for seed in range(5)])
        losses = [run.result for run in runs if run.error is None]

    Parameters
    ----------
    fn : callable
        Gets each setting as keyword arguments; its result must be picklable. If it changes its arguments or global
        state, only the process (or thread) that runs it sees that.
    settings : iterable of dict
        Keyword arguments, for instance seeds and recipes; picklable.
    executor : concurrent.futures.Executor, optional
        Where to run. By default new processes on this machine, one for each processor; for a cluster
        ``dask.distributed.Client(address).get_executor()``; ``ThreadPoolExecutor()`` for threads. It is not shut down.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    list of Run
        Named tuples ``(setting, result, error)``, of length ``len(settings)`` and in that order. `result` or `error` is
        None. If interrupted (the stop button), what is finished is returned: the other runs have a `CancelledError`.

    Notes
    -----
    *The default processes.* They are started afresh (the "spawn" method) and import the module of `fn`, with one thread
    for linear algebra each, unless OPENBLAS_NUM_THREADS and its like are set: several processes with a thread per
    processor each would be in each other's way. (The number of threads may change the last bits of a result.) The bars of
    `train` are off in them. Each does one run at a time; if it dies, that run gets a `BrokenProcessPool` as its error,
    and a new process goes on with the rest. When interrupted, they are ended.

    *Notebooks.* A new process cannot find a function that is defined in a notebook. On Linux, such a function (or a setting
    of such a class) is run in forks of the kernel, as its cells stand; they keep the kernel's number of threads for linear
    algebra. Elsewhere forks are unsafe, and the runs follow one another in the kernel itself; put `fn` in a file and import
    it, and they have processes again. A lambda or a function inside a function has no name to be found by: define it at
    the top level. In a script, call `sweep` below
    ``if __name__ == "__main__":``, since each process imports the script.

    *Another executor.* All runs are submitted at once. If it is a process pool and a worker dies, it is broken for good and
    does not tell which run was to blame: the unfinished ones are then done in default processes, without the
    initializer of the pool. When interrupted, runs that have begun elsewhere are left to end by themselves.
    """
    function("fn", fn)
    try:
        settings = list(settings)
    except TypeError:
        raise TypeError(
            f"settings is {settings!r}: expected a list of dicts of keyword arguments"
        ) from None
    for n, setting in enumerate(settings):
        if not (isinstance(setting, dict) and all(isinstance(key, str) for key in setting)):
            raise TypeError(f"settings[{n}] is {setting!r}: expected a dict of keyword arguments")
    settings = [dict(setting) for setting in settings]
    if executor is None:
        context = _context(fn, settings)
    elif not hasattr(executor, "submit"):
        raise TypeError(f"executor is {executor!r}: expected a concurrent.futures.Executor")

    outcomes = {}
    with progress_bar(None, total=len(settings), desc="run", disable=not progress) as bar:

        def finished(n, result, error):
            outcomes[n] = Run(settings[n], result, error)
            bar.update()
            if failed := sum(run.error is not None for run in outcomes.values()):
                bar.set_postfix(failed=failed)

        try:
            if executor is None:
                _run_here(fn, dict(enumerate(settings)), finished, context)
            else:
                broken = _run_on(executor, fn, settings, finished)
                if broken:
                    try:
                        context = _context(fn, settings)
                    except ValueError:
                        for n, error in broken.items():
                            finished(n, None, error)
                    else:
                        todo = {n: settings[n] for n in broken}
                        _run_here(
                            fn, todo, finished, context, getattr(executor, "_max_workers", None)
                        )
        except KeyboardInterrupt:
            pass
    from concurrent import (
        futures,
    )  # not with the package: it takes longer to load than the rest of it

    return [
        outcomes.get(n)
        or Run(setting, None, futures.CancelledError("interrupted before it had finished"))
        for n, setting in enumerate(settings)
    ]


def _call(fn, setting, key):
    """Run in the worker. `key` makes each call another one: Dask takes equal calls for the same."""
    try:
        return fn(**setting)
    except Exception as error:
        try:  # some exceptions can be pickled but not be made again, which would break the pool
            pickle.loads(pickle.dumps(error))
        except Exception:
            raise RuntimeError(f"{type(error).__name__}: {error}").with_traceback(
                error.__traceback__
            ) from None
        raise


def _outcome(future):
    """Return the result and the error of a finished future."""
    from concurrent import futures

    try:
        error = future.exception()
    except futures.CancelledError as cancelled:
        error = cancelled
    return (None, error) if error is not None else (future.result(), None)


def _run_on(executor, fn, settings, finished):
    """Run all settings on the executor of a caller; return the errors of those that were lost as a process pool broke."""
    from concurrent import futures
    from concurrent.futures.process import BrokenProcessPool

    sweep_id, broken, running = os.urandom(16).hex(), {}, {}
    try:
        for n, setting in enumerate(settings):
            try:
                running[executor.submit(_call, fn, setting, f"{sweep_id}-{n}")] = n
            except BrokenProcessPool as error:
                broken[n] = error
            except Exception as error:
                finished(n, None, error)
        while running:
            for future in futures.wait(
                running, timeout=0.5, return_when=futures.FIRST_COMPLETED
            ).done:  # Windows cannot interrupt a wait
                n, (result, error) = running[future], _outcome(future)
                if isinstance(error, BrokenProcessPool):
                    broken[n] = error
                else:
                    finished(n, result, error)
                del running[future]
    except KeyboardInterrupt:
        for future, n in running.items():
            if future.done():
                finished(n, *_outcome(future))
            else:
                future.cancel()
        raise
    return broken


def _run_here(fn, todo, finished, context, workers=None):
    """Run the settings of the dict `todo` in processes of their own, each a pool of one: so it is known which run broke it."""
    if context is None:
        for n, setting in todo.items():
            try:
                finished(n, fn(**setting), None)
            except Exception as error:
                finished(n, None, error)
        return
    from concurrent import futures
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    workers = min(workers or _processors(), len(todo))
    waiting, idle, running, started = deque(todo), [], {}, False
    pools = set()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                n = waiting.popleft()
                if idle:
                    pool = idle.pop()
                else:
                    pool = ProcessPoolExecutor(
                        1, mp_context=context, initializer=_ignore_interrupts
                    )
                    pools.add(pool)
                with _environment():  # a process is started with the first call
                    alive = pool.submit(os.getpid)
                    running[pool.submit(_call, fn, todo[n], n)] = n, pool, alive
            for future in futures.wait(
                running, timeout=0.5, return_when=futures.FIRST_COMPLETED
            ).done:
                n, pool, alive = running[future]
                result, error = _outcome(future)
                started = started or alive.exception() is None
                if isinstance(error, BrokenProcessPool):
                    pools.discard(pool)
                    pool.shutdown(wait=False)
                    error = _explained(error, alive.exception() is None)
                    if not started:  # nor will the next
                        while waiting:
                            finished(waiting.popleft(), None, error)
                else:
                    idle.append(pool)
                finished(n, result, error)
                del running[future]
    except BaseException:
        for future, (n, _, _) in running.items():
            if future.done():
                finished(n, *_outcome(future))
        for pool in pools:
            for process in list(
                (getattr(pool, "_processes", None) or {}).values()
            ):  # Python 3.14 has kill_workers
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)
        raise
    for pool in pools:
        pool.shutdown()


def _explained(error, began):
    hint = (
        "its process died during this run, or the result could not be unpickled"
        if began
        else 'its process did not start; in a script, call sweep below `if __name__ == "__main__":`'
    )
    new = type(error)(f"{hint} ({error})")
    new.__cause__ = error.__cause__
    return new


def _context(fn, settings):
    """Return the way to start processes that can find `fn`; None if there is none here; a ValueError if there is none anywhere."""
    import multiprocessing

    try:
        pickled = pickle.dumps(fn)
    except Exception as error:
        raise ValueError(
            f"fn is {fn!r}, which another process cannot find ({error}): expected a function defined at the top "
            "level, neither a lambda nor inside another function; or hand sweep a "
            "concurrent.futures.ThreadPoolExecutor()"
        ) from None
    if sys.platform == "emscripten":  # a browser has no processes
        return None
    main = sys.modules["__main__"]
    importable = getattr(main, "__spec__", None) is not None or os.path.isfile(
        getattr(main, "__file__", None) or ""
    )
    if importable or not (b"__main__" in pickled or any(map(_of_main, settings))):
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("fork") if sys.platform == "linux" else None


def _of_main(setting):
    try:
        return b"__main__" in pickle.dumps(setting)
    except Exception:
        return False  # the run will say so


def _processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ignore_interrupts():
    """Leave the stop button to the parent: `train` would take it for its own and return half a training as a result."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _environment():
    """Set what new processes inherit: one thread each for linear algebra, and no bars inside."""
    wanted = {name: "1" for name in THREADS if name not in os.environ} | {
        "BPTT_LAB_PROGRESS": "off"
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
