"""`sweep`: many runs at once, on joblib."""

import os
import pickle
from typing import Any, NamedTuple

from .arguments import progress_bar, require_callable


class Run(NamedTuple):
    """One run of a `sweep`: its setting, and its result (of any type and shape) or its error."""

    setting: dict
    result: Any  # None if there is an error
    error: BaseException | None


def _attempt(n, fn, setting, caller):
    if os.getpid() != caller:
        os.environ["BPTT_LAB_PROGRESS"] = "off"  # no bars inside a worker
    try:
        return n, fn(**setting), None
    except (Exception, SystemExit) as error:
        try:  # some exceptions can be pickled but not be made again
            return n, None, pickle.loads(pickle.dumps(error))
        except Exception:
            return n, None, RuntimeError(f"{type(error).__name__}: {error}")


def sweep(fn, settings, n_jobs=-1, progress=True):
    """Run ``fn(**setting)`` for each setting, several at a time; a failure costs one run only.

    joblib does the work: by default its processes on this machine; threads or a Dask cluster within
    ``with joblib.parallel_config("threading")`` or ``("dask")``. `fn` may be defined in a notebook.

    Parameters
    ----------
    fn : callable
        Gets each setting as keyword arguments; its result must be picklable.
    settings : iterable of dict, for instance of seeds and recipes
    n_jobs : int, as in joblib: how many at a time; -1 for one a processor
    progress : bool, whether to show a bar

    Returns
    -------
    list of Run
        Of length ``len(settings)`` and in that order. A worker that dies (out of memory, for
        instance) costs the run that it was at, whose error says so.

    Raises
    ------
    KeyboardInterrupt
        At the stop button, with the runs so far as ``.runs``; the rest have it as their error.
    """
    import joblib
    from joblib.externals.loky.process_executor import BrokenProcessPool

    settings, done, handed = [dict(setting) for setting in settings], {}, set()
    require_callable("fn", fn)

    def collect(numbers, n_jobs):
        def tasks():
            for n in numbers:
                handed.add(n)
                yield joblib.delayed(_attempt)(n, fn, settings[n], os.getpid())

        pool = joblib.Parallel(n_jobs, return_as="generator_unordered", batch_size=1)
        for n, result, error in pool(tasks()):
            done[n] = Run(settings[n], result, error)
            bar.update()

    with progress_bar(total=len(settings), desc="run", disable=not progress) as bar:
        try:
            while rest := [n for n in range(len(settings)) if n not in done]:
                try:
                    collect(rest, n_jobs)
                except BrokenProcessPool:
                    for n in sorted(handed - done.keys()):  # one at a time: who is to blame?
                        try:
                            collect([n], 2)
                        except BrokenProcessPool as error:
                            done[n] = Run(settings[n], None, error)
                            bar.update()
        except KeyboardInterrupt as stop:
            stop.runs = [done.get(n) or Run(s, None, stop) for n, s in enumerate(settings)]
            raise
    return [done[n] for n in range(len(settings))]
