"""`check` on attempts that run wild, and the problems that it tries attempts on."""

import contextlib
import itertools
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from bptt_lab.teaching import (
    attempts,
    check,
    checking,
    diagnosis,
    examine,
    fits,
    limits,
    pairs,
    solution,
    source,
)
from bptt_lab.teaching.exercises import EXERCISES, names_of
from bptt_lab.teaching.problems import OTHER, SIZES

# The problems


def scalars_of(name, problem):
    """Return the scalars among the arguments, and the norm of the gradients that are clipped."""
    found = {k: v for k, v in zip(names_of(EXERCISES[name]), problem.arguments) if np.isscalar(v)}
    found = {k: float(v) for k, v in found.items() if isinstance(v, float)}
    if name == "clip":
        grads = problem.arguments[0].values()
        found["norm"] = float(np.sqrt(sum((g**2).sum() for g in grads)))
    return found


@pytest.mark.parametrize("name", ("clip", "momentum_step", "numerical_gradient"))
def test_no_two_scalars_of_a_problem_are_related(name):
    for problem in attempts.problems_of(name):
        numbers = {k: v for k, v in scalars_of(name, problem).items() if v}
        meant = problem.when == "when the norm is max_norm"
        for (j, a), (k, b) in itertools.permutations(numbers.items(), 2):
            for related in (a, 1 - a, 1 / a, a / 2, 2 * a, a**2):
                assert meant or abs(related / b - 1) > 0.02, (problem.when, j, k)
        for a in numbers.values():
            assert min(abs(a - c) for c in (0.01, 0.1, 0.5, 0.8, 0.9, 1.0)) > 1e-6


def test_the_scalars_differ_from_problem_to_problem():
    for name in ("clip", "momentum_step"):
        drawn = [scalars_of(name, p) for p in attempts.problems_of(name)[1:]]
        for k in drawn[0]:
            numbers = [scalars[k] for scalars in drawn if scalars[k]]
            assert len(set(numbers)) == len(numbers)


def test_all_sizes_differ_and_so_does_t_plus_1():
    for name in EXERCISES:
        for problem in attempts.problems_of(name):
            sizes = [n for letter, n in problem.sizes.items() if letter in "TSNIHC"]
            assert len(set(sizes)) == len(sizes), (name, problem.when, problem.sizes)
    for sizes in (SIZES, OTHER):
        assert len({*sizes.values(), sizes["T"] + 1}) == 6


def test_the_dicts_have_other_names_and_shapes_from_problem_to_problem():
    for name in ("clip", "momentum_step"):
        dicts = [problem.arguments[0] for problem in attempts.problems_of(name)]
        assert {len(d) for d in dicts} >= {1, 2, 3, 4}
        assert len({tuple(d) for d in dicts}) > 5
        axes = {array.ndim for d in dicts for array in d.values()}
        assert axes >= {1, 2, 3} and (name != "clip" or 0 in axes)


def test_norms_are_below_at_and_above_the_limit():
    pairs = [scalars_of("clip", p) for p in attempts.problems_of("clip")]
    ratios = [pair["norm"] / pair["max_norm"] for pair in pairs]
    assert 0 in ratios and any(abs(r - 1) < 1e-9 for r in ratios)
    assert any(1 < p["norm"] < p["max_norm"] for p in pairs)  # `if norm > 1` shows
    assert any(1 > p["norm"] > p["max_norm"] > p["norm"] ** 2 for p in pairs)  # and the square


right_backward = EXERCISES["backward"].right


def clipped_at(c):
    def error_signals(params, h, d_logits):
        dz = EXERCISES["error_signals"].right(params, h, d_logits)
        return np.clip(dz, -c, c)

    return error_signals


def of_last(steps):
    def backward(params, X, h, d_logits):
        grads = right_backward(params, X, h, d_logits)
        short = right_backward(params, X[-steps:], h[-steps - 1 :], d_logits)
        return grads | {k: short[k] for k in ("W_in", "W_hh", "b_h")}

    return backward


def momentum_with(share_of_v, only_first=False):
    calls = []

    def momentum_step(params, grads, v, lr, momentum, weight_decay):
        calls.append(1)
        for k in params:
            v[k] = momentum * v[k] + grads[k] + weight_decay * params[k]
            params[k] = params[k] - share_of_v(lr, momentum) * v[k]

    return momentum_step


def by_rows(h):
    N, H = h.shape
    return 1 - h**2


def clip_if(condition):
    def clip(grads, max_norm):
        norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
        if condition(norm, max_norm):
            return {k: g * max_norm / norm for k, g in grads.items()}
        return dict(grads)

    return clip


def ignores_eps(f, x, eps=1e-5):
    return EXERCISES["numerical_gradient"].right(f, x)


def another_default(f, x, eps=1e-4):
    return EXERCISES["numerical_gradient"].right(f, x, eps)


# Answers that once were taken for right
NEARLY = {
    "clip: norm against 1": ("clip", clip_if(lambda norm, c: norm > 1)),
    "clip: norm against 0.8": ("clip", clip_if(lambda norm, c: norm > 0.8)),
    "clip: squared norm": ("clip", clip_if(lambda norm, c: norm**2 > c)),
    "clip: names written in": (
        "clip",
        lambda grads, c: {k: clip_if(lambda n, c: n > c)(grads, c)[k] for k in ("a", "b")},
    ),
    "momentum: 1 - momentum for lr": ("momentum_step", momentum_with(lambda lr, mu: 1 - mu)),
    "tanh_slope: two axes": ("tanh_slope", by_rows),
    "tanh_slope: a floor": ("tanh_slope", lambda h: np.maximum(1 - h**2, 1e-6)),
    "error_signals: clipped at 1": ("error_signals", clipped_at(1)),
    "error_signals: clipped at 5": ("error_signals", clipped_at(5)),
    "error_signals: clipped at 10": ("error_signals", clipped_at(10)),
    "backward: 10 steps": ("backward", of_last(10)),
    "backward: 5 steps": ("backward", of_last(5)),
    "one_hot: from the smallest": (
        "one_hot",
        lambda labels, C: EXERCISES["one_hot"].right(
            labels - labels.min() if labels.min() > 0 else labels, C
        ),
    ),
    "numerical_gradient: eps ignored": ("numerical_gradient", ignores_eps),
    "numerical_gradient: another default": ("numerical_gradient", another_default),
}


@pytest.mark.parametrize("name, attempt", NEARLY.values(), ids=NEARLY)
def test_what_was_once_taken_for_right_is_refused(name, attempt):
    assert not examine(name, attempt).ok


def test_a_second_update_is_seen():
    """An update that is right once, and then forgets that v has to be kept under its old name."""
    first = []

    def momentum_step(params, grads, v, *rest):
        if not first or first[-1] is not params:
            first.append(params)
            EXERCISES["momentum_step"].right(params, grads, v, *rest)

    assert "after three updates in a row" in str(examine("momentum_step", momentum_step))


# Attempts that run wild


def bare_except(h):
    while True:
        try:
            h = h + 1
        except:  # noqa: E722
            pass


def nested_excepts(h):
    while True:
        try:
            try:
                time.sleep(100)
            finally:
                time.sleep(0.01)
        except BaseException:
            pass
        finally:
            pass


def comprehension(h):
    while True:
        with contextlib.suppress(BaseException):
            [k + 1 for k in range(10**9)]


def sleeps(h):
    time.sleep(60)


def waits(h):
    threading.Event().wait()


def grows(h):
    kept = [1]
    for k in kept:
        kept.append(k)


def prints(h):
    while True:
        print("again and again")


class Endless:
    def __array__(self, *arguments, **keywords):
        while True:
            pass


@pytest.mark.parametrize(
    "attempt", (bare_except, nested_excepts, comprehension, sleeps, waits, grows, prints)
)
def test_whatever_it_does_the_check_comes_to_an_end(attempt, monkeypatch, capfd):
    monkeypatch.setattr(attempts, "SECONDS", 0.3)
    tracing, threads = sys.gettrace(), threading.active_count()
    started = time.monotonic()
    text = str(examine("tanh_slope", attempt))
    assert time.monotonic() - started < 5
    assert "tanh_slope: still running after" in text
    assert sys.gettrace() is tracing and threading.active_count() == threads
    assert "again" not in capfd.readouterr().out
    monkeypatch.undo()
    assert examine("tanh_slope", lambda h: 1 - h**2).ok


TRACED = """
import sys
from bptt_lab.teaching import limits

def loops():
    while True:
        try:
            while True:
                pass
        except:
            pass

def trace(frame, event, argument):
    frame.f_trace_opcodes = True
    return trace

assert limits.given_up(loops, 0.3) == "time"
sys.settrace(trace)
print(sum(k * k for k in range(100)))
"""


def test_who_traces_instructions_afterwards_does_not_wait_for_ever():
    """An exception that was taken back left Python 3.11 with a mark that nobody removed."""
    run = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=60)
    assert run.stdout == "328350\n", run.stderr


def test_memory_has_a_limit(monkeypatch):
    monkeypatch.setattr(limits, "MEMORY", 10**7)

    def hoards(h):
        kept = []
        while True:
            kept.append(np.ones(10**5))

    text = str(examine("tanh_slope", hoards))
    assert text.startswith("tanh_slope took more than a gigabyte of memory, so the check gave up.")


def test_a_result_that_never_ends_to_be_read_is_given_up(monkeypatch):
    monkeypatch.setattr(attempts, "SECONDS", 0.2)
    assert "could not be judged" in str(examine("tanh_slope", lambda h: Endless()))


def gate_without_its_slope(i, f, g, o, c_before, c, dh, dc):
    grads = solution("lstm_step_back")(i, f, g, o, c_before, c, dh, dc)
    d = dc + dh * o * (1 - np.tanh(c) ** 2)
    return grads | {"z_f": d * c_before * (1 - f) + 0.5 * np.sin(7 * d)}


def test_a_search_that_never_ends_leaves_what_is_wrong(monkeypatch):
    """On a busy machine the search for a cause can be given up; the answer is judged all the same.

    What the attempt returns is in order, so that nothing says it could not be read.
    """

    def never_ends(*_):
        while True:
            pass

    monkeypatch.setattr(attempts, "SECONDS", 0.3)
    monkeypatch.setattr(checking, "judged", never_ends)
    monkeypatch.setattr(checking, "EXTRA", 0.1)
    report = examine("lstm_step_back", gate_without_its_slope)
    text = " ".join(str(report).split())
    assert not report.ok and "lstm_step_back is not right yet. z_f is wrong in every" in text
    assert "machine seems to be busy" in text and "could not be judged" not in text
    assert examine("lstm_step_back", solution("lstm_step_back")).ok
    assert "It stops with ZeroDivisionError" in str(examine("tanh_slope", lambda h: 1 / 0))


def test_no_search_looks_at_the_clock(monkeypatch):
    """The same answer gets the same words, however busy the machine is, and at each call."""
    first = str(examine("lstm_step_back", gate_without_its_slope))
    hours = itertools.count(0, 3600)
    monkeypatch.setattr(time, "process_time", lambda: float(next(hours)))
    assert [str(examine("lstm_step_back", gate_without_its_slope)) for _ in range(2)] == 2 * [first]
    for module in (fits, pairs):
        assert not hasattr(module, "time")


def test_a_helper_gets_time_of_its_own(monkeypatch):
    """That the attempt took long is no reason to call a right function that it uses wrong."""
    monkeypatch.setattr(attempts, "SECONDS", 0.4)
    gives_up = {"tanh_slope": solution("tanh_slope"), "sleep": time.sleep}
    code = "def error_signals(params, h, d_logits):\n    sleep(5)\n    return tanh_slope(h)"
    exec(code, gives_up)
    text = str(examine("error_signals", gives_up["error_signals"]))
    assert "still running" in text and "tanh_slope, which is not right" not in text


def test_a_further_call_that_never_ends_does_not_cost_the_report(monkeypatch):
    def error_signals(params, h, d_logits):
        while h.size == 2:  # as small as no problem, but one that is worked out
            pass
        dz = solution("error_signals")(params, h, d_logits)
        return dz + 0.003 * np.sin(7 * dz)

    text = str(examine("error_signals", error_signals))
    assert "δ_T, is wrong" in text and "could not be judged" not in text


def test_elsewhere_a_thread_has_the_limit(monkeypatch):
    """As on Windows, or where a check is not run by the main thread."""
    monkeypatch.setattr(attempts, "SECONDS", 2)
    reports = []

    def work():
        for attempt in (bare_except, lambda h: 1 - h**2):
            reports.append(examine("tanh_slope", attempt))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    slow, good = reports
    assert "still running" in str(slow) and good.ok


def test_the_stop_button_stops_a_bare_except(monkeypatch):
    import _thread

    threading.Timer(0.5, _thread.interrupt_main).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        examine("tanh_slope", bare_except)
    assert time.monotonic() - started < 5
    assert examine("tanh_slope", lambda h: 1 - h**2).ok


def test_an_error_that_looks_like_the_stop_button_is_an_error():
    def tanh_slope(h):
        raise KeyboardInterrupt

    assert "tanh_slope stops with KeyboardInterrupt" in str(examine("tanh_slope", tanh_slope))


def test_a_check_inside_the_function_is_named():
    def tanh_slope(h):
        check("tanh_slope", tanh_slope)
        return 1 - h**2

    report = examine("tanh_slope", tanh_slope)
    assert not report.ok and "tanh_slope calls check" in str(report)
    assert examine("tanh_slope", lambda h: 1 - h**2).ok


def test_what_goes_on_after_the_check_does_not_flood_the_notebook(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back what the check puts over it
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    stop = threading.Event()

    def talks():
        while not stop.wait(0.01):
            print("flood")
            print("flood", file=sys.stderr)

    def tanh_slope(h):
        threading.Thread(target=talks, daemon=True).start()
        return 1 - h**2

    check("tanh_slope", tanh_slope)
    time.sleep(0.1)
    print("after it")
    stop.set()
    heard = capsys.readouterr()
    assert "tanh_slope: right" in heard.out and "after it" in heard.out
    assert "flood" not in heard.out + heard.err


# Helpers, stubs and tips


def test_a_helper_with_the_name_of_an_exercise_needs_its_arguments_too():
    namespace = {"np": np}
    exec(
        "def step(z, h):\n    return 2 * z\n\n"
        "def clip(x, low, high):\n    return x\n\n"
        "def tanh_slope(h):\n    return clip(step(h, h) - h, 0, 1)",
        namespace,
    )
    assert "it calls" not in str(examine("tanh_slope", namespace["tanh_slope"]))


def test_a_helper_inside_a_comprehension_is_found():
    namespace = {"np": np}
    exec(
        "def tanh_slope(h):\n    return h\n\n"
        "def step_back(dz, h_before, W_hh):\n"
        "    return np.array([tanh_slope(h) * (d @ W_hh.T) for h, d in zip(h_before, dz)])",
        namespace,
    )
    assert "it calls tanh_slope, which is not right either" in str(
        examine("step_back", namespace["step_back"])
    )


def written(body):
    namespace = {}
    exec(f"def f(h):\n{body}", namespace)
    return namespace["f"]


@pytest.mark.parametrize(
    "body, stub",
    (
        ("    ...", True),
        ("    pass", True),
        ("    ...\n    ...\n    pass", True),
        ("    '''Return the slope.'''", True),
        ("    '''Return the slope.'''\n    ...                    # your line", True),
        ("    return None", True),
        ("    return h", False),
        ("    h", False),
        ("    h = ...", False),
        ("    return ...", False),
        ("    print(h)", False),
        ("    if h:\n        return", False),
    ),
)
def test_a_stub_does_nothing(body, stub):
    assert source.is_stub(written(body)) == stub


def test_the_solution_is_named_where_nothing_is_written():
    said = str(examine("step", None))
    assert 'solution("step") gives a right one to go on with: step = solution("step").' in said


def tip(name, attempt):
    return " ".join(line.strip() for line in examine(name, attempt).lines)


def test_tips_belong_to_the_exercise():
    beyond = tip("mse", lambda logits, Y: (0.0, logits[99]))
    assert "x_t" not in beyond and "IndexError" in beyond
    assert "h has T + 1" in tip("error_signals", lambda params, h, d_logits: h[99])
    other = tip("momentum_step", lambda params, *rest: params["W_in"])
    assert "The names in the dicts differ from call to call" in other and "b_out" not in other


def test_missing_keepdims_is_no_memory_of_earlier_calls():
    def cross_entropy(logits, Y):
        p = np.exp(logits - logits.max(axis=1))
        return 0.0, p

    said = tip("cross_entropy", cross_entropy)
    assert "Earlier calls" not in said and "keepdims=True" in said


def test_earlier_calls_are_named_where_they_went_through():
    def fixed(params, x, h):
        return np.tanh(x @ params["W_in"] + h @ params["W_hh"] + params["b_h"]) + np.zeros((4, 5))

    assert "Earlier calls, with other arguments, went through" in tip("step", fixed)


def test_letters_stand_only_where_one_fits():
    said = tip("relative_error", lambda a, b: a[:2])
    assert "(I" not in said and "T + 1" not in said
    squeezed = tip("time_major", lambda table: np.expand_dims(table.T.squeeze(), -1))
    assert "has the shape (8, 1): expected (T, N, 1) = (8, 1, 1)" in squeezed
    said = tip("states", lambda params, X, h0: params["none"])
    assert "X of shape (8, 4, 2) = (T, N, I), h0 of shape (4, 5) = (N, H)" in said


def test_a_special_case_that_crashes_does_not_hide_what_is_wrong_in_all_others():
    def tanh_slope(h):
        N, H = h.shape
        return 1 + h**2

    said = tip("tanh_slope", tanh_slope)
    assert "not right yet" in said and "Besides, for h of shape (H,) it stops with" in said


def test_a_name_and_a_shape_get_the_tip_that_fits():
    namespace = {}
    exec("def step(params, x, h):\n    return x @ W_hh", namespace)
    assert 'It stands in the dict: params["W_hh"].' in tip("step", namespace["step"])
    joined = tip("clip", lambda grads, c: np.concatenate(list(grads.values())))
    assert ".ravel() makes one of each" in joined
    stored = tip("states", lambda params, X, h0: np.zeros((3, 2)).__setitem__(0, h0[0]))
    assert "needs the shape of the place" in stored and "@" not in stored.partition("place")[2]


def test_several_results_take_every_verb_in_the_plural():
    said = diagnosis.several(["a", "b"], "has the wrong sign, and is right otherwise")
    assert said == "a and b have the wrong sign, and are right otherwise"
