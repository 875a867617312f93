"""Fits for the exercises of notebook 07: where windows and mark come from, whose gradient it is."""

import numpy as np

from . import answers
from .comparing import equal


def run_of(steps):
    """Return some steps, counted from 1, as "3 to 5", or one by one."""
    steps = [t + 1 for t in steps]
    if not steps:
        return "no step"
    if len(steps) > 2 and steps[-1] - steps[0] == len(steps) - 1:
        return f"steps {steps[0]} to {steps[-1]}"
    return f"step{'s' * (len(steps) > 1)} {', '.join(map(str, steps))}"


def windows_and_mark(cases):
    """Return where the samples of a stream come from, and where its mark is."""
    case = cases[0]
    result, right = case.results["the result"], case.right["the result"]
    if result.shape != right.shape:
        return ""
    said = []
    samples = all(
        equal(c.results["the result"][..., :-1], c.right["the result"][..., :-1]) for c in cases
    )
    mark = all(
        equal(c.results["the result"][..., -1], c.right["the result"][..., -1]) for c in cases
    )
    if samples and not mark:
        said.append(where_the_mark_is(case))
    elif mark and not samples:
        said.append("The mark is right.")
    if not samples:
        said.append(where_from(case))
    return " ".join(filter(None, said))


def where_the_mark_is(case):
    """Return where the mark is, in the first stream for which it is wrong."""
    beats, marked, w = case.arguments
    result, right = (r["the result"][..., -1] for r in (case.results, case.right))
    n = next((n for n in range(len(marked)) if not equal(result[:, n], right[:, n])), None)
    if n is None:
        return ""
    found, expected = (np.flatnonzero(column[:, n]).tolist() for column in (result, right))
    where = f"in stream {n}, where beat {marked[n]} is marked,"
    fills = f"that beat fills {run_of(expected)} of 1 to {len(result)}"
    if found == expected:
        values = ", ".join(f"{v:.4g}" for v in result[found, n][:4])
        return (
            f"The samples are right, and the mark is in its place; {where} its values are {values}."
        )
    if strange := sorted({f"{v:.4g}" for v in result[found, n]} - {"1"}):
        where += f" holds {', '.join(strange[:3])} and"
    return f"The samples are right. The mark, {where} is not 0 at {run_of(found)}; {fills}."


def where_from(case):
    """Return from where the samples of the first wrong window come."""
    beats, _, w = case.arguments
    result, right = (r["the result"][..., :-1] for r in (case.results, case.right))
    k = beats.shape[2] // w
    for t in range(len(result)):
        if not equal(result[t, 0], right[t, 0]):
            at = [np.argwhere(np.isclose(beats, v, rtol=1e-9)) for v in result[t, 0]]
            if any(len(a) != 1 for a in at):
                return f"Step {t + 1} of stream 0 holds samples that are in no beat."
            sources = [tuple(a[0].tolist()) for a in at]
            beat, stream = sources[0][:2]
            those = ", ".join(str(s + 1) for *_, s in sources[:8])
            if any(source[:2] != (beat, stream) for source in sources):
                return f"Step {t + 1} of stream 0 mixes samples of several beats or streams."
            first = t % k * w + 1
            return (
                f"Step {t + 1} of stream 0 holds the sample{'s' * (w > 1)} {those} of beat {beat} "
                f"of stream {stream}: expected {first} to {first + w - 1} of beat {t // k} of "
                "stream 0."
            )
    return ""


def mix_of_logits(cases):
    """Return of which mix of logits a result is the gradient, if it is one of any."""
    said = ""
    for number, case in enumerate(cases):
        params, h, k = case.arguments
        result, C = case.results["the result"], params["W_out"].shape[1]
        if result.shape != case.right["the result"].shape:
            return ""
        each = [answers.saliency(params, h, np.full_like(k, c)) for c in range(C)]
        for n in range(len(k)):
            basis = np.stack([g[:, n].ravel() for g in each], axis=1)
            mix, value = np.linalg.lstsq(basis, result[:, n].ravel(), rcond=None)[0], result[:, n]
            if np.abs(basis @ mix - value.ravel()).max() > 1e-6 * np.abs(value).max(initial=1e-300):
                return ""
            if not number and not said and np.abs(mix - np.eye(C)[k[n]]).max() > 1e-6:
                terms = " + ".join(
                    f"{m:.3g} · logit {c}" for c, m in enumerate(mix) if abs(m) > 1e-7
                )
                said = (
                    f"It is a gradient, but of something else: for sequence {n}, whose k is "
                    f"{k[n]}, of {terms or 'nothing'}. Look at what goes in at the logits."
                )
    return said.replace("+ -", "- ")
