"""`check`: run a learner's function on small random problems and say what is true of it.

An answer is right if it agrees with the package's own function. A wrong one is compared with the catalogue of
`mistakes`: if it returns what a mistake returns, on every problem, it makes that mistake. If it makes none of them,
the check narrows down: which of the results, which entries, by which factor, and under which circumstances. All problems
have sizes that differ from each other, so that a wrong axis shows.
"""

import dis
import linecache
import textwrap
import traceback

import numpy as np

from .._common import one_of
from .attempts import SECONDS, agrees, described, equal, factor, like, numbers_of, recognised, run
from .exercises import EXERCISES, names_of
from .mistakes import BACKWARD

WIDTH = 110  # of a line of the answer


class Report:
    """What `examine` found: `ok`, and the lines that `check` prints."""

    def __init__(self, ok, *lines):
        self.ok, self.lines = (
            ok,
            [
                short
                for line in lines
                for short in textwrap.wrap(line, WIDTH, subsequent_indent="  ")
            ][:8],
        )

    def __str__(self):
        return "\n".join(self.lines)


def letters(shape, sizes):
    """Return a shape in letters and in numbers, as in "(N, H) = (4, 5)"."""
    if not shape:
        return "a single number"
    words = ["T + 1" if k == "S" else k for k in shape]
    values = [sizes["T"] + 1 if k == "S" else 1 if k == "1" else sizes[k] for k in shape]
    comma = "," if len(words) == 1 else ""
    return f"({', '.join(words)}{comma}) = ({', '.join(map(str, values))}{comma})"


def letters_for(shape, right):
    """Return the letters of a result; without N where the problem is a single sequence."""
    return shape.replace("N", "") if shape != "x" and len(shape) > np.ndim(right) else shape


def in_letters(shape, sizes):
    """Return the letters of the sizes found, where each belongs to one letter, or nothing."""
    named = {
        **{v: k for k, v in sizes.items()},
        **({sizes["T"] + 1: "T + 1"} if "T" in sizes else {}),
        1: "1",
    }
    return (
        f" = ({', '.join(named[n] for n in shape)}{',' * (len(shape) == 1)})"
        if shape and all(n in named for n in shape) and sizes
        else ""
    )


def own_line(error, attempt):
    """Return where in the learner's own code an error arose: "line 3, `z = x @ W`", or nothing."""
    file = attempt.__code__.co_filename if hasattr(attempt, "__code__") else None
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file:
            source = (frame.line or linecache.getline(file, frame.lineno)).strip()
            return f"in line {frame.lineno} of its cell" + (f", `{source[:70]}`" if source else "")
    return ""


def first_line(error):
    return str(error).splitlines()[0] if str(error) else "(no message)"


def arguments_in_words(exercise, problem):
    """Return the arrays among the arguments with their shapes, in letters and in numbers."""
    said = []
    for name, argument in zip(names_of(exercise), problem.arguments):
        if isinstance(argument, np.ndarray):
            said.append(
                f"{name} of shape {argument.shape}{in_letters(argument.shape, problem.sizes)}"
            )
        elif isinstance(argument, (int, float)):
            said.append(f"{name} = {argument}")
        else:
            said.append(name)
    return ", ".join(said)


TIPS = {
    "matmul": "In a product with @ the inner sizes must meet; states that are rows stand on the left of the weights. Entry by entry it is *.",
    "not aligned": "In a product the inner sizes must meet; rows, one for each sequence, stand on the left of the weights.",
    "could not be broadcast": "With + - * / the shapes must agree, from the last axis on. The matrix product is @.",
    "bitwise_xor": "A power is written **.",
    "ellipsis": "A ... is still in that line.",
    "is not defined": "A function of another notebook does not exist in this one: write it out here.",
    "out of bounds": "Count from 0: x_t sits in X[t - 1] and h_t in h[t], so X has T entries and h has T + 1.",
    "must be of integer": "A loop over an array gives its entries, not their numbers: range(...) gives numbers.",
    "'int' object has no attribute": "A sum over nothing is the int 0: reversed, zip and generators can be run through only once.",
    "NoneType": "Something in that line is None: does a function that it calls not return anything yet?",
}


def tips(error):
    """Return what usually causes an error, for those that NumPy words for experts."""
    said = [tip for part, tip in TIPS.items() if part in str(error)]
    if isinstance(error, KeyError):
        said.append("The names in params are W_in, W_hh, b_h, W_out and b_out.")
    return said[:1]


def globals_of(attempt):
    """Return by name what a function takes from the notebook; None for what is not there."""
    if not hasattr(attempt, "__code__"):
        return {}
    names = (
        step.argval
        for step in dis.get_instructions(attempt)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
    return {name: attempt.__globals__.get(name) for name in names}


def is_right(name, attempt):
    """Say whether an attempt does the right thing on all problems, without a word on what it does otherwise."""
    problems = EXERCISES[name].problems(np.random.default_rng(0))
    outcomes, _, slow = run(attempt, problems, EXERCISES[name])
    rights = run(EXERCISES[name].right, problems, EXERCISES[name])[0]
    return (
        not slow and len(outcomes) == len(problems) and all(map(agrees, outcomes, rights, problems))
    )


def calls_wrongly(name, attempt):
    """Return the names of other exercises whose functions this one calls although they are not right yet."""
    return [
        other
        for other, function in globals_of(attempt).items()
        if other in EXERCISES
        and other != name
        and callable(function)
        and function is not attempt
        and not is_right(other, function)
    ]


def reads_globals(attempt):
    """Return which numbers and arrays a function takes from the notebook, and not from its arguments."""
    return [
        name
        for name, value in globals_of(attempt).items()
        if isinstance(value, (np.ndarray, np.generic, int, float, dict))
    ]


def is_stub(attempt):
    """Say whether a function has no body but a docstring or an ellipsis."""
    if not hasattr(attempt, "__code__"):
        return False
    steps = [
        (step.opname, step.argval)
        for step in dis.get_instructions(attempt)
        if step.opname not in ("RESUME", "NOP")
    ]
    return steps in ([("LOAD_CONST", None), ("RETURN_VALUE", None)], [("RETURN_CONST", None)])


def oddity(value, right, shape, problem):
    """Return what is wrong with the kind, the type or the shape of a result, or nothing."""
    array, right = None if isinstance(value, tuple) else numbers_of(value), np.asarray(right)
    if isinstance(value, tuple):
        return f"is a tuple of {len(value)}: expected " + (
            "one array" if right.ndim else "one number"
        )
    if array is None:
        if value is Ellipsis:
            return "is still ..."
        kind = (
            value.dtype
            if isinstance(value, (np.ndarray, np.generic))
            else f"a {type(value).__name__}"
        )
        return (
            f"holds {kind}: expected numbers; astype(float) makes numbers of it"
            if kind == bool
            else f"holds {kind}, where numbers are expected"
        )
    if isinstance(value, list) and right.ndim:
        return "is a list: expected an array; np.array(…) makes one of it"
    if array.shape != right.shape:
        expected = (
            f"{right.shape}, that of {'x' if shape == 'x' else 'the argument'}"
            if shape == "x"
            else letters(shape, problem.sizes)
        )
        found = (
            "a single number"
            if array.shape == ()
            else f"the shape {array.shape}{in_letters(array.shape, problem.sizes)}"
        )
        if right.ndim and not array.ndim:
            return f"is {found}: expected {expected}"
        hint = " (transposed?)" if array.shape == right.shape[::-1] else ""
        return f"has {found}: expected {expected}{hint}"
    if array.dtype.kind == "c" and right.dtype.kind != "c":
        return "is complex: expected real numbers (take .real, or .imag)"
    if array.dtype.kind in "iu" and (right != np.round(right)).any():
        return "holds whole numbers only: an array made with dtype=int, or of integers, cuts off what is behind the point"
    bad = ~np.isfinite(array)
    if bad.any() and np.isfinite(right).all():
        what = "NaN" if np.isnan(array).any() else "inf"
        return (
            f"is {what}"
            if not array.ndim
            else f"holds {what} in {bad.sum()} of {array.size} entries"
        )
    return ""


def factor_in_words(pairs, letters):
    """Return in words by which factor a result differs from the right one, in all of some problems, or nothing.

    Only sizes with one of the `letters` are named: the others have nothing to do with the function.
    """
    factors = [factor(value, right) for value, right, _ in pairs]
    if not factors or any(c is None for c in factors):
        return ""
    if not any(np.any(value) for value, *_ in pairs):
        return "is zero everywhere" if np.shape(pairs[0][0]) else "is 0"
    words = {
        "-1": lambda s: -1,
        "2": lambda s: 2,
        "1/2": lambda s: 0.5,
        "-2": lambda s: -2,
        "-1/2": lambda s: -0.5,
    }
    for k in "NTHCI":
        if k in letters and all(k in sizes for *_, sizes in pairs):
            words |= {
                k: lambda s, k=k: s[k],
                f"1/{k}": lambda s, k=k: 1 / s[k],
                f"-{k}": lambda s, k=k: -s[k],
                f"-1/{k}": lambda s, k=k: -1 / s[k],
                f"{k}²": lambda s, k=k: s[k] ** 2,
                f"1/{k}²": lambda s, k=k: 1 / s[k] ** 2,
                f"2/{k}": lambda s, k=k: 2 / s[k],
                f"{k}/2": lambda s, k=k: s[k] / 2,
            }
    for j, k in (("N", "C"), ("T", "N"), ("N", "H")):
        if j in letters and k in letters and all(j in sizes and k in sizes for *_, sizes in pairs):
            words |= {
                f"{j}/{k}": lambda s, j=j, k=k: s[j] / s[k],
                f"{k}/{j}": lambda s, j=j, k=k: s[k] / s[j],
                f"1/({j}·{k})": lambda s, j=j, k=k: 1 / (s[j] * s[k]),
                f"2/({j}·{k})": lambda s, j=j, k=k: 2 / (s[j] * s[k]),
                f"{j}·{k}": lambda s, j=j, k=k: s[j] * s[k],
            }
    for word, f in words.items():
        if all(abs(c / f(sizes) - 1) < 1e-5 for c, (*_, sizes) in zip(factors, pairs)):
            return (
                "has the wrong sign, and is right otherwise"
                if word == "-1"
                else f"is {word} times the right one"
            )
    if len(factors) > 1 and np.ptp(factors) < 1e-5 * abs(factors[0]):
        return f"is {factors[0]:.3g} times the right one, in each problem"
    if len(factors) == 1 or not np.shape(pairs[0][0]):  # one number is always a multiple of another
        return ""
    return "is a multiple of the right one, with another factor in each problem"


AXES = {
    "T": "t",
    "S": "t",
    "N": "sequence n",
    "I": "input",
    "H": "unit",
    "C": "class",
    "1": "",
    "x": "index",
}


def where_wrong(value, right, shape):
    """Return in words which entries of a result are wrong, if they are not all over the place."""
    value, right = np.asarray(value, float), np.asarray(right, float)
    wrong = ~(np.abs(value - right) <= 2e-6 * np.abs(right).max(initial=0))
    said = []
    for axis, k in enumerate(shape if shape != "x" else "x" * right.ndim):
        others = tuple(a for a in range(right.ndim) if a != axis)
        along = wrong.any(axis=others)
        if not along.all():
            first = 1 if k == "T" else 0  # steps are counted from 1, everything else as in Python
            indices = np.flatnonzero(along) + first
            run = (
                f"{indices[0]} to {indices[-1]}"
                if len(indices) > 1 and np.ptp(indices) == len(indices) - 1
                else ", ".join(map(str, indices))
            )
            said.append(f"{AXES[k]} = {run}" + (f" (of {first} to {len(along) - 1 + first})"))
    if said:
        return "is wrong only for " + " and ".join(said)
    if right.ndim == 2 and right.shape[0] == right.shape[1] and equal(value.T, right):
        return "is the right one transposed"
    if equal(np.abs(value), np.abs(right)):
        return "has the right size everywhere, but the wrong sign in some entries"
    if right.ndim and np.ptp(value - right) <= 1e-6 * np.abs(value - right).max():
        return "is off by the same number in every entry"
    if wrong.all() or right.ndim == 0:
        return "is wrong" if right.ndim == 0 else "is wrong in every entry"
    return f"is wrong in {wrong.sum()} of {wrong.size} entries"


def narrowed(name, problems, outcomes, rights, only=None):
    """Return lines that say which results (all, or only those named) are wrong, how, and when."""
    exercise, lines = EXERCISES[name], []
    fine = [agrees(o, r, p) for o, r, p in zip(outcomes, rights, problems)]
    for k in only or exercise.shapes:
        shape = exercise.shapes[k]
        bad = [
            (o.results[k], r.results[k], p)
            for o, r, p in zip(outcomes, rights, problems)
            if o.results and k in o.results and r.results and not agrees(o, r, p, [k])
        ]
        if not bad:
            continue
        bad = [
            triple for triple in bad if not triple[2].when
        ] or bad  # what is wrong on ordinary problems, if anything is
        odd = next(
            filter(
                None,
                (oddity(value, right, letters_for(shape, right), p) for value, right, p in bad),
            ),
            "",
        )
        sized, (value, right, _) = [(value, right, p.sizes) for value, right, p in bad], bad[0]
        text = (
            odd
            or factor_in_words(sized, exercise.arguments)
            or where_wrong(value, right, letters_for(shape, right))
        )
        lines.append(f"{k if k != 'the result' else 'The result'} {text}.")
    wrong_when = [p for p, f in zip(problems, fine) if p.when and not f]
    ordinary = [f for p, f in zip(problems, fine) if not p.when]
    if all(ordinary) and wrong_when:
        lines.append(
            "This happens only "
            + ", and ".join(dict.fromkeys(p.when for p in wrong_when))
            + f"; {wrong_when[0].usual} all is right."
            + (
                " Something is kept from one call to the next."
                if "second call" in wrong_when[0].when
                else ""
            )
        )
    elif not any(ordinary):
        for p, f, right in zip(problems, fine, rights):
            trivial = right.results is None or not any(
                map(np.any, right.results.values())
            )  # it is easy to be right about 0
            if p.when and f and not trivial and p.usual != "at the first call":
                lines.append(f"It is right {p.when}, and wrong {p.usual}.")
    comparable = all(
        o.results and not any(numbers_of(v) is None for v in o.results.values())
        for o in outcomes[:2]
    )
    if comparable and not (fine[0] and fine[1]) and not like(outcomes[0], outcomes[1]):
        lines.append(
            "Two calls with the same arguments give different results: is something drawn at random, kept from call to call, or read from an np.empty before it was filled?"
        )
    elif fine[0] and like(outcomes[0], outcomes[2]) and not fine[2]:
        lines.append(
            "Every call returns the result of the first: is something kept from call to call, or an argument not used?"
        )
    rightly = [
        k
        for k in exercise.shapes
        if all(agrees(o, r, p, [k]) for o, r, p in zip(outcomes, rights, problems))
    ]
    if rightly and len(exercise.shapes) > 2:
        lines.append("Right are " + ", ".join(rightly) + ".")
    return lines


def examine(name, attempt):
    """Return a `Report` on a learner's function; `check` prints it.

    Parameters
    ----------
    name : str, one of `EXERCISES`; a ValueError otherwise
    attempt : callable, the learner's function; its arguments are those of ``EXERCISES[name].signature``

    Returns
    -------
    Report
        `ok` says whether the function is right. The attempt sees copies of all arguments, and is given up after ten seconds.
    """
    exercise = EXERCISES[one_of("name", name, EXERCISES)]
    todo = f"{exercise.signature} is not written yet."
    steps = "Write it in the cell above in place of the ..., run that cell, then this one. Hints are folded below."
    if attempt is None or attempt is Ellipsis or is_stub(attempt):
        return Report(False, todo, steps)
    if not callable(attempt):
        return Report(
            False,
            f"{name}: this is {described(attempt)}, where the function itself is expected: check({name!r}, {name}), "
            "without arguments or brackets after the name.",
        )
    problems = exercise.problems(np.random.default_rng(0))
    outcomes, printed, late = run(attempt, problems, exercise)
    said = _judged(name, attempt, problems, outcomes, late, todo, steps)
    if not said.ok and not late and (others := calls_wrongly(name, attempt)):
        other = others[0]
        return Report(
            False,
            f"{name} is not right yet, and it calls {other}, which is not right either.",
            f"First run check({other!r}, {other}), and mend that.",
        )
    if printed and len(said.lines) < 8 and said.lines[0] != todo:
        said.lines.append("(It prints as well; what it prints during the check is not shown.)")
    return said


def _judged(name, attempt, problems, outcomes, late, todo, steps):
    exercise = EXERCISES[name]
    if late:
        where = f", on problem {len(outcomes) + 1} of {len(problems)}" if outcomes else ""
        return Report(
            False,
            f"{name}: still running after {SECONDS:.0f} seconds{where}, so the check gave up.",
            "The problems are tiny. Is there a loop that never ends: a while whose condition stays true, a list that grows while it is read?",
        )
    last = outcomes[-1]
    if isinstance(last.error, NotImplementedError):
        return Report(False, todo, steps)
    if last.kind == "nothing":
        when = problems[len(outcomes) - 1].when
        return Report(
            False,
            f"{name} returns nothing (None){' ' + when if when and len(outcomes) > 2 else ''}: is a line with `return` still missing?",
        )
    rights = run(exercise.right, problems, exercise)[0]
    reads = reads_globals(attempt)
    hint = (
        [
            f"It reads {', '.join(reads)} from the notebook. Take everything from the arguments: the check uses other sizes and numbers."
        ]
        if reads
        else []
    )
    for outcome, right, problem in zip(outcomes, rights, problems):
        if outcome.error is not None and not problem.raises:
            if (
                any(o.error is None for o in outcomes)
                and recognised(name, problems, outcomes, rights)[0]
            ):
                break
            error = outcome.error
            if (
                isinstance(error, ValueError)
                and any(p.raises for p in problems)
                and not tips(error)
            ):
                hint.insert(
                    0, "It refuses good arguments: only those that the exercise names are bad."
                )
            if (
                any(o.error is None and not p.raises for o, p in zip(outcomes, problems))
                and not problem.when
            ):
                hint.append(
                    "Earlier calls went through: is something fixed to one size, or kept from call to call, as by a default argument [] or {}?"
                )
            where = own_line(error, attempt)
            return Report(
                False,
                f"{name} stops with {type(error).__name__}{' ' + problem.when if problem.when else ''}: {first_line(error)}",
                *([f"This happened {where}."] if where else []),
                f"It was called with {arguments_in_words(exercise, problem)}.",
                *tips(error),
                *hint,
            )
    if all(map(agrees, outcomes, rights, problems)):
        return _right(name, problems, outcomes, rights)
    kinds = [o.kind for o in outcomes if o.kind][:1]
    mistakes, unexplained = recognised(name, problems, outcomes, rights)
    if mistakes and not kinds:
        whole = not mistakes[0][1]
        likeness = "On ordinary problems it does" if mistakes[0][1] is None else "It does exactly"
        lines = [
            f"{name} is not right yet." + (f" {likeness} what this mistake does:" if whole else "")
        ]
        for mistake, results in mistakes[:3]:
            seen = (
                f" Seen from outside: {mistake.seen}."
                if mistake not in BACKWARD or name == "backward"
                else ""
            )  # it speaks of backward's results
            lines.append(
                f"{mistake.name}.{seen}" if whole else f"{', '.join(results)}: {mistake.name}."
            )
            lines.append(f"Look at {mistake.look}" + ("" if mistake.look.endswith("?") else "."))
        return Report(
            False,
            *lines,
            *(narrowed(name, problems, outcomes, rights, unexplained) if unexplained else []),
        )
    lines = [f"{name} is not right yet.", *kinds]
    for outcome, problem in zip(outcomes, problems):
        if problem.raises and not isinstance(outcome.error, problem.raises):
            done = (
                f"raises {type(outcome.error).__name__}"
                if outcome.error is not None
                else "returns something"
            )
            lines.append(
                f"{problem.when[0].upper()}{problem.when[1:]} it {done}: expected a {problem.raises[0].__name__}."
            )
    return Report(False, *lines, *narrowed(name, problems, outcomes, rights), *hint)


def _right(name, problems, outcomes, rights):
    """Report on an attempt whose numbers are right: is all the rest right, too?"""
    exercise = EXERCISES[name]
    wrote = sorted({argument for outcome in outcomes for argument in outcome.wrote})
    if wrote:
        return Report(
            False,
            f"{name}: the numbers are right, but it writes into its argument {' and '.join(wrote)}.",
            "Whoever calls it still needs that array. Work on a copy, or on an array of your own.",
        )
    for outcome, right, problem in zip(outcomes, rights, problems):
        for k, value in (outcome.results or {}).items():
            odd = oddity(
                value, right.results[k], letters_for(exercise.shapes[k], right.results[k]), problem
            )
            if odd:
                return Report(False, f"{name}: the numbers are right, but {k} {odd}.")
    single = any(
        numbers_of(v).dtype in (np.float32, np.float16)
        for o in outcomes
        for v in (o.results or {}).values()
    )
    circumstances = [p.when for p in problems if p.when and "call" not in p.when]
    return Report(
        True,
        f"{name}: right, on {len(problems)} random problems, the first of them twice"
        + (f"; also {', '.join(circumstances)}." if circumstances else "."),
        *(
            ["(Right within the rounding of float32; the arguments were float64.)"]
            if single
            else []
        ),
    )


def check(name, attempt):
    """Check a learner's function and print what is true of it, in at most eight lines.

    Parameters
    ----------
    name : str, the name of the exercise; a ValueError if there is none
    attempt : callable, the learner's function, not its result
    """
    print(examine(name, attempt))
