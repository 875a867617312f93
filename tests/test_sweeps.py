"""Many runs at once: failures, dead workers, the stop button, notebooks and a cluster."""

import _thread
import os
import sys
import threading
import time
from pathlib import Path

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from problems import in_time

from bptt_lab import SGD, VanillaRNN, mse, one_hot, sweep, train
from bptt_lab.sweeps import Run


class Odd(Exception):
    """Can be pickled and not be made again."""

    def __init__(self, n, more):
        super().__init__(f"odd {n}")


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def run(n, do="return", folder=None, array=None):
    """Do one of the things that a run can do; the folder gets a file for each time that it does."""
    if folder:
        Path(folder, f"{n}-{os.getpid()}-{time.monotonic_ns()}").touch()
    if do == "raise":
        raise FloatingPointError(f"number {n}")
    if do == "odd":
        raise Odd(n, "two")
    if do == "lock":
        return threading.Lock()
    if do == "environment":
        return os.environ["BPTT_LAB_PROGRESS"]
    if do == "die" or do == "die once" and len(times_of(n, folder)) == 1:
        os._exit(3)
    if do == "exit":
        sys.exit(3)
    if do == "interrupt":
        raise KeyboardInterrupt
    if do == "write":
        array[0] = n
        return array
    if do == "meet":  # where two do this, they are in two processes
        wait_for(lambda: len(os.listdir(folder)) == 2)
        return os.getpid()
    if do == "process":
        return os.getpid()
    if do == "train":
        return trained(n, progress=True)
    time.sleep({"sleep": 0.3, "slow": 60}.get(do, 0))
    return n * n


def times_of(n, folder):
    return list(Path(folder).glob(f"{n}-*"))


def trained(seed, progress=False, loss=mse):
    X = np.random.default_rng(3).normal(size=(6, 30, 2))
    Y = one_hot((X.sum(axis=(0, 2)) > 0).astype(int), 3)
    model, options = VanillaRNN(2, 5, 3, seed=seed), {"rng": seed, "progress": progress}
    train(model, X, Y, loss=loss, optimizer=SGD(0.1), epochs=2, **options)
    return model.params


@pytest.fixture
def bars(monkeypatch):
    """Bars are shown, also by workers, if they do not know better."""
    get_reusable_executor().shutdown(kill_workers=True)
    monkeypatch.delenv("BPTT_LAB_PROGRESS")


def test_results_in_order_and_failures_and_dead_workers_with_their_settings(bars, tmp_path):
    does = "sleep raise die odd lock environment exit return die write return".split()
    settings = [{"n": n, "do": do, "folder": str(tmp_path)} for n, do in enumerate(does)]
    settings[9]["array"] = np.zeros(200_000)  # large: joblib could make it a read-only file
    settings += [{"nonsense": 1}, {"n": 3, "do": threading.Lock()}, {"n": 4}]
    environment = dict(os.environ)
    runs = sweep(run, iter(settings), n_jobs=2)
    assert dict(os.environ) == environment
    assert all(type(r) is Run and r.setting is s for r, s in zip(runs, settings, strict=True))
    assert all((r.result is None) != (r.error is None) for r in runs)
    for n in (0, 7, 10):
        assert runs[n].result == n * n and 1 <= len(times_of(n, tmp_path)) <= 3
    assert runs[13].result == 16
    assert isinstance(runs[1].error, FloatingPointError) and str(runs[1].error) == "number 1"
    assert "sent back" in str(runs[3].error) and "Odd('odd 3')" in str(runs[3].error)
    assert "sent back" in str(runs[4].error) and "lock" in str(runs[4].error)
    assert runs[5].result == "off"
    assert isinstance(runs[6].error, SystemExit)
    for n in (2, 8):
        assert "terminated" in str(runs[n].error)
    assert (runs[9].result == [9] + [0] * 199_999).all() and settings[9]["array"][0] == 0
    assert isinstance(runs[11].error, TypeError) and "nonsense" in str(runs[11].error)
    assert "pickle" in str(runs[12].error)
    assert [r.result for r in sweep(run, [{"n": 2}, {"n": 3}], n_jobs=2)] == [4, 9]


def test_workers_stay_for_the_next_sweep_and_give_the_numbers_of_this_process(tmp_path):
    meeting = sweep(run, [{"n": n, "do": "meet", "folder": str(tmp_path)} for n in (0, 1)], 2)
    first = {r.result for r in meeting}
    second = {r.result for r in sweep(run, [{"n": n, "do": "process"} for n in range(4)], 2)}
    assert len(first) == 2 and second <= first and os.getpid() not in first
    there, here = (sweep(trained, [{"seed": 0}, {"seed": 1}], n_jobs) for n_jobs in (2, 1))
    for a, b in zip(there, here):
        for name in a.result:
            np.testing.assert_allclose(a.result[name], b.result[name], rtol=1e-9, atol=1e-12)


def test_one_bar_and_none_of_the_workers(bars, capfd):
    sweep(run, [{"n": 1, "do": "raise"}, {"n": 2, "do": "train"}, {"n": 2, "do": "die"}], n_jobs=2)
    shown = capfd.readouterr().err
    assert "3/3" in shown and "run" in shown and "epoch" not in shown
    sweep(run, [{"n": 2}, {"n": 2}], n_jobs=2, progress=False)
    assert capfd.readouterr().err == ""


def test_in_threads_anything_can_be_given_and_returned(monkeypatch):
    monkeypatch.delenv("BPTT_LAB_PROGRESS")
    lock = threading.Lock()
    with joblib.parallel_config("threading"):
        runs = sweep(lambda x, fn: x, ({"x": x, "fn": 1} for x in (*range(9), lock)), n_jobs=2)
        failed = sweep(run, [{"n": 1, "do": "odd"}, {"n": 2}], n_jobs=2)
    assert [r.result for r in runs] == [*range(9), lock]
    assert type(failed[0].error) is Odd and failed[0].error.__traceback__ and failed[1].result == 4
    assert sweep(run, []) == [] and sweep(run, [{"n": 3}], n_jobs=1)[0].result == 9
    assert "BPTT_LAB_PROGRESS" not in os.environ


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    (
        ((3, []), TypeError, "fn is 3"),
        ((run, [{"n": 1}, 5]), TypeError, r"settings\[1\] is 5: expected a dict"),
        ((run, {"n": 1}), TypeError, r"settings\[0\] is 'n': expected a dict"),
        ((run, None), TypeError, r"settings\[0\] is None"),
        ((run, [{"n": 1}], 0), ValueError, "n_jobs"),
        ((run, [{"n": 1}, {"n": 2}], "all"), ValueError, "n_jobs"),
    ),
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        sweep(*arguments)


# ---- the stop button


def interrupted(settings, fn=run, **options):
    with pytest.raises(KeyboardInterrupt) as caught:
        sweep(fn, settings, **options)
    sys.last_value = caught.value  # as a notebook does, which so keeps all of its frames
    runs = caught.value.runs
    assert [r.setting for r in runs] == settings
    assert all(r.error is None or r.error is caught.value for r in runs)
    return [None if r.error else r.result for r in runs]


def test_half_a_training_is_no_result():
    calls = []

    def loss(logits, Y):
        calls.append(1)
        if len(calls) == 4:  # in the second epoch
            raise KeyboardInterrupt
        return mse(logits, Y)

    settings = [{"seed": 1, "loss": mse}, {"seed": 2, "loss": loss}, {"seed": 3, "loss": mse}]
    whole, *rest = interrupted(settings, trained, n_jobs=1)
    assert list(whole) == list(trained(1)) and rest == [None, None]
    with joblib.parallel_config("threading"):
        calls.clear()
        assert interrupted(settings, trained, n_jobs=2)[1] is None


@pytest.mark.parametrize("backend", ("loky", "threading"))
def test_what_is_finished_is_kept_and_no_worker_lingers(backend, tmp_path):
    settings = [{"n": n, "folder": str(tmp_path)} for n in range(8)]
    for setting in settings[2:]:
        setting["do"] = "slow" if backend == "loky" else "sleep"

    def stop():
        wait_for(lambda: times_of(3, tmp_path))
        time.sleep(0.1)
        _thread.interrupt_main()

    button = threading.Thread(target=stop)
    with joblib.parallel_config(backend):
        button.start()
        results = interrupted(settings, n_jobs=2)
    button.join()
    assert results[:2] == [0, 1] and results[5:] == [None] * 3
    if backend == "loky":
        assert results[2:5] == [None] * 3
        for process in {int(path.name.split("-")[1]) for path in tmp_path.iterdir()}:
            with pytest.raises(ProcessLookupError):
                wait_for(lambda process=process: os.kill(process, 0))
    assert [r.result for r in sweep(run, [{"n": 2}, {"n": 3}], n_jobs=2)] == [4, 9]


NOTEBOOK = """
import os, time
from bptt_lab import sweep
base = 10
class Mine(Exception):
    pass
def fn(n):
    if n == 2:
        os._exit(3)
    if n == 3:
        raise Mine(n)
    if n > 5:
        open(f"begun-{n}", "w").close()
        time.sleep(60)
    return n * base
def said(runs):
    print([r.result for r in runs], [type(r.error).__name__ for r in runs if r.error])
"""


def test_in_a_notebook(tmp_path):
    from jupyter_client.manager import start_new_kernel

    def execute(code):
        said = []

        def output(message):
            content = message["content"]
            said.append(content.get("text") or content.get("evalue") or "")

        client.execute_interactive(code, timeout=60, output_hook=output, stop_on_error=False)
        return "".join(said)

    manager, client = start_new_kernel(cwd=str(tmp_path))
    try:
        assert execute(NOTEBOOK) == ""
        several = "said(sweep(fn, [dict(n=n) for n in range(6)], n_jobs=2))"
        assert execute(several) == (
            "[0, 10, None, None, 40, 50] ['TerminatedWorkerError', 'Mine']\n"
        )
        # What the notebook defines anew counts.
        again = "base = 5; said(sweep(lambda n: fn(n) + 1, [dict(n=n) for n in (0, 1, 4)], 2))"
        assert execute(again) == "[1, 6, 21] []\n"
        # The stop button of Jupyter, and of a terminal, goes to the workers as well.
        slow = "sweep(fn, [dict(n=n) for n in (0, 1, 7, 8, 9)], 2)"
        client.execute(slow, stop_on_error=False)
        wait_for(lambda: len(os.listdir(tmp_path)) == 2)
        time.sleep(0.5)
        manager.interrupt_kernel()
        stopped = "import sys; said(sys.last_value.runs)"
        assert execute(stopped) == f"[0, 5, None, None, None] {['KeyboardInterrupt'] * 3}\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# ---- a cluster


@pytest.mark.slow
def test_on_a_dask_cluster_with_workers_killed_on_the_way(bars, tmp_path):
    distributed = pytest.importorskip("distributed")
    import dask

    (tmp_path / "times").mkdir()
    (tmp_path / "dask").mkdir()
    folder = str(tmp_path / "times")
    with (
        in_time(300),
        # On a busy machine, two deaths may be farther apart than what it waits for a worker.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "10m"}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            protocol="tcp",
            host="127.0.0.1",
            dashboard_address=":0",
            silence_logs=50,
            local_directory=str(tmp_path / "dask"),
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config("dask"),
    ):
        assert client.scheduler.address.startswith("tcp://")
        # Soon enough for whoever is queued behind one that kills to be blamed for its deaths, too.
        cluster.scheduler.allowed_failures = 1
        does = "sleep die raise odd lock return environment".split()
        settings = [{"n": n, "do": do, "folder": folder} for n, do in enumerate(does)]
        settings += [{"n": 7, "do": "die once", "folder": folder}, {"n": 8}, {"n": 8}]
        runs = sweep(run, settings, progress=False)
        assert [r.setting for r in runs] == settings
        assert [r.result for r in runs] == [0, None, None, None, None, 25, "off", 49, 64, 64]
        assert type(runs[1].error) is distributed.KilledWorker
        assert type(runs[2].error) is FloatingPointError
        assert "odd 3" in str(runs[3].error) and "lock" in str(runs[4].error)
        assert len(times_of(7, folder)) > 1  # killed, and done again elsewhere
        assert sweep(lambda n: n, [{"n": 3}, {"n": 4}], progress=False)[1].result == 4
        # From outside, and the stop button.
        slow = [{"n": n, "do": "sleep", "folder": folder} for n in range(10, 22)]

        def kill():
            wait_for(lambda: times_of(12, folder))
            os.kill(int(times_of(12, folder)[0].name.split("-")[1]), 9)

        killer = threading.Thread(target=kill)
        killer.start()
        assert [r.result for r in sweep(run, slow)] == [n * n for n in range(10, 22)]
        killer.join()

        def stop():
            wait_for(lambda: times_of(35, folder))
            _thread.interrupt_main()

        button = threading.Thread(target=stop)
        button.start()
        results = interrupted([s | {"n": s["n"] + 20} for s in slow])
        button.join()
        assert {None} < set(results) <= {None, *(n * n for n in range(30, 36))}
        assert sweep(run, [{"n": 5}])[0].result == 25 and not times_of(41, folder)
    assert "BPTT_LAB_PROGRESS" not in os.environ
