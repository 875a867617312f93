"""`sweep`: many runs at once, on joblib."""

import os
import pickle
from typing import Any, NamedTuple

import numpy as np

from .arguments import progress_bar, require_callable


class Run(NamedTuple):
    """One run of a `sweep`: its setting, and its result (of any type and shape) or its error."""

    setting: dict
    result: Any  # None if there is an error
    error: BaseException | None


def sweep(fn, settings, n_jobs=-1, progress=True):
    """Run ``fn(**setting)`` for each dict in `settings`; a failure costs one run only.

    joblib does the work, `n_jobs` at a time (-1: one a processor): in processes of this machine;
    within ``with joblib.parallel_config("threading")`` or ``("dask")`` in threads, or on a cluster.
    `fn` may be defined in a notebook; from a process or a cluster its result must be picklable.

    Returns a list of `Run` of length ``len(settings)``, in that order. A worker that dies (out of
    memory, for instance) costs the run that it was at, whose error says so; what ran beside it is
    run again. The stop button raises a KeyboardInterrupt with that list as its ``.runs``, and is
    itself the error of each run that was not finished.
    """
    import joblib

    require_callable("fn", fn)
    settings, done = list(settings) if np.iterable(settings) else [settings], {}
    for n, setting in enumerate(settings):
        if not isinstance(setting, dict):
            raise TypeError(f"settings[{n}] is {setting!r}: expected a dict of fn's arguments")

    def record(n, result, error):
        done[n] = Run(settings[n], result, error)
        bar.update()

    def collect(numbers, n_jobs):
        handed = []

        def tasks():
            for n in numbers:
                handed.append(n)
                yield joblib.delayed(_attempt)(n, fn, settings[n], os.getpid())

        try:
            for outcome in _outcomes(tasks(), n_jobs):
                record(*outcome)
        except Exception as error:  # a worker died, or a setting cannot be pickled: which?
            suspects = [n for n in handed if n not in done]
            if not suspects:
                raise
            if len(suspects) == 1:
                record(suspects[0], None, error)
            else:
                for n in suspects:
                    collect([n], 2)

    with progress_bar(total=len(settings), desc="run", disable=not progress) as bar:
        try:
            while rest := sorted({*range(len(settings))} - {*done}):
                collect(rest, n_jobs)
        except KeyboardInterrupt as stop:
            stop.runs = [done.get(n) or Run(s, None, stop) for n, s in enumerate(settings)]
            raise
    return [done[n] for n in range(len(settings))]


def _attempt(n, fn, setting, caller):
    from joblib.externals.loky.backend.reduction import dumps

    elsewhere = os.getpid() != caller
    if elsewhere:
        os.environ["BPTT_LAB_PROGRESS"] = "off"  # no bars inside a worker
    try:
        outcome = n, fn(**setting), None
    except (Exception, SystemExit) as error:
        outcome = n, None, error
    try:
        if elsewhere:  # or it would be the worker's error, and cost other runs
            pickle.loads(dumps(outcome))
        return outcome
    except Exception as error:
        return n, None, RuntimeError(f"cannot be sent back: {outcome[2] or error!r}")


def _outcomes(tasks, n_jobs):
    """Yield what the tasks return, each as it ends."""
    import joblib

    client = getattr(joblib.parallel.get_active_backend()[0], "client", None)
    if client is None:
        # Arrays as they are: joblib would hand on large ones as files that cannot be written to.
        options = {"return_as": "generator_unordered", "batch_size": 1, "max_nbytes": None}
        yield from joblib.Parallel(n_jobs, **options)(tasks)
        return
    from distributed import as_completed

    # joblib itself would wait for ever for a run that kills each worker that it is given to.
    futures, error = [client.submit(f, *args, pure=False) for f, args, _ in tasks], None
    try:
        for future, value in as_completed(futures, with_results=True, raise_errors=False):
            if future.status == "finished":
                yield value
            else:
                error = value[1]
    finally:
        client.cancel(futures)
    if error:
        raise error
