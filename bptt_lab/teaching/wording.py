"""Shapes, values and differences of results in words."""

import numpy as np

from .comparing import equal, factor, numbers_of
from .exercises import names_of

AXES = {"T": "t", "S": "t", "N": "sequence n", "I": "input", "H": "unit", "C": "class"}
AXES |= {"x": "index", "e": "entry, counted through all arrays,"}
AXES |= {"1": "column", "2": "column"}


def described(value):
    """Return what kind of thing a value is."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


# Shapes


def in_brackets(words):
    """Return words as Python writes a tuple of them."""
    return f"({', '.join(map(str, words))}{',' * (len(words) == 1)})"


def letters(shape, sizes):
    """Return a shape in letters and in numbers, as in "(N, H) = (4, 5)"."""
    if not shape:
        return "a single number"
    words = ["T + 1" if k == "S" else k for k in shape]
    values = [sizes["T"] + 1 if k == "S" else int(k) if k.isdigit() else sizes[k] for k in shape]
    return f"{in_brackets(words)} = {in_brackets(values)}"


def letters_for(shape, right):
    """Return the letters of an array: without N for a single sequence, or x for any other shape."""
    if shape in ("x", "e") or len(shape) == np.ndim(right):
        return shape
    fewer = shape.replace("N", "")
    return fewer if len(fewer) == np.ndim(right) else "x"


def in_letters(shape, sizes):
    """Return the letters of the sizes found, if each of them belongs to one letter only."""
    named = {}
    for letter, size in sizes.items():
        named.setdefault(size, []).append("T + 1" if letter == "S" else letter)
    named.setdefault(1, []).append("1")
    if not sizes or not all(len(named.get(n, ())) == 1 for n in shape):
        return ""
    if set(shape) <= {1}:
        return ""  # nothing that the numbers do not say
    return f" = {in_brackets([named[n][0] for n in shape])}"


def arguments_in_words(exercise, problem):
    """Return the arguments, arrays with their shapes in letters and in numbers."""
    said = []
    for name, argument in zip(names_of(exercise), problem.arguments):
        if isinstance(argument, np.ndarray):
            shape = letters_for(exercise.letters.get(name, "x"), argument)
            words = "" if shape == "x" else f"{letters(shape, problem.sizes)}".partition(" = ")[0]
            said.append(f"{name} of shape {argument.shape}{' = ' * bool(words)}{words}")
        elif isinstance(argument, dict) and not exercise.letters:
            shapes = ", ".join(f"{k} {array.shape}" for k, array in argument.items())
            said.append(f"{name}, a dict of {shapes}")
        elif isinstance(argument, (int, float)):
            said.append(f"{name} = {argument}")
        else:
            said.append(name)
    return ", ".join(said)


# One result


def oddity(value, right, shape, problem):
    """Return what is wrong with the kind, the type or the shape of a result, or nothing."""
    if odd := misfit(value, right, shape, problem):
        return odd
    array = numbers_of(value)
    bad = ~np.isfinite(array)
    if bad.any() and np.isfinite(right).all():
        what = "NaN" if np.isnan(array).any() else "inf"
        return f"holds {what} in {bad.sum()} of {bad.size} entries" if bad.ndim else f"is {what}"
    return ""


def misfit(value, right, shape, problem):
    """Return in which way a result cannot be compared with the right one, or nothing."""
    right = np.asarray(right)
    if isinstance(value, tuple):
        return f"is {described(value)}: expected one {'array' if right.ndim else 'number'}"
    array = numbers_of(value)
    if array is None:
        return no_numbers(value, right)
    if isinstance(value, list) and right.ndim:
        return "is a list: expected an array; np.array(…) makes one of it"
    if array.shape != right.shape:
        return another_shape(array.shape, right.shape, shape, problem.sizes)
    if array.dtype.kind == "c" and right.dtype.kind != "c":
        return "is complex: expected real numbers, since the arguments are real"
    if array.dtype.kind != "c" and right.dtype.kind == "c":
        return (
            "is real where the arguments are complex: float, abs, .real and an array of floats "
            "drop the imaginary part, which the complex step looks at"
        )
    if is_cut_off(array, right):
        return (
            "holds whole numbers only: an array made with dtype=int, or of integers, cuts off "
            "what is behind the point"
        )
    return ""


def is_cut_off(array, right):
    """Say whether an array holds whole numbers where the right one does not."""
    return array.dtype.kind in "iu" and right.ndim > 0 and bool((right != np.round(right)).any())


def no_numbers(value, right):
    """Return what a result holds that holds no numbers, in place of the right ones."""
    if value is Ellipsis:
        return "is still ..."
    if isinstance(value, (bool, np.bool_)):
        return "is True or False: expected " + ("numbers" if right.ndim else "a number")
    if not isinstance(value, (np.ndarray, np.generic)):
        return f"holds {described(value)}, where numbers are expected"
    if value.dtype == bool and not right.ndim:
        return "is a mask: expected one number; np.count_nonzero counts what is True"
    if value.dtype == bool:
        return "holds bool: expected numbers; astype(float) makes numbers of it"
    return f"holds {value.dtype}, where numbers are expected"


def another_shape(found, right, shape, sizes):
    """Return which shape a result has, and which is expected: `right`, in letters `shape`."""
    expected = f"{right}, that of the argument" if shape == "x" else letters(shape, sizes)
    if not found:
        return f"is a single number: expected {expected}"
    hint = " (transposed?)" if found == right[::-1] else ""
    return f"has the shape {found}{in_letters(found, sizes)}: expected {expected}{hint}"


def where_wrong(value, right, shape):
    """Return which entries of a result are wrong, if they are not all over the place."""
    value, right = np.asarray(value, float), np.asarray(right, float)
    wrong = ~(np.abs(value - right) <= 2e-6 * np.abs(right).max(initial=0))
    said = []
    for axis, k in enumerate(shape if shape not in "xe" else shape * right.ndim):
        along = wrong.any(axis=tuple(a for a in range(right.ndim) if a != axis))
        if not along.all():
            first = 1 if k == "T" else 0  # steps are counted from 1, everything else as in Python
            indices = run_of(np.flatnonzero(along) + first)
            equals = " =" * (len(AXES[k].split()) > 1 or k in "TS")  # not of whole words
            said.append(f"{AXES[k]}{equals} {indices} (of {first} to {len(along) - 1 + first})")
    if said:
        return "is wrong only for " + " and ".join(said)
    if right.ndim == 2 and equal(value.T, right):
        return "is the right one transposed"
    if equal(np.abs(value), np.abs(right)):
        return "has the right size everywhere, but the wrong sign in some entries"
    if right.ndim and np.ptp(value - right) <= 1e-6 * np.abs(value - right).max():
        return "is off by the same number in every entry"
    if not right.ndim:
        return "is wrong"
    if wrong.all():
        return "is wrong in every entry"
    return f"is wrong in {wrong.sum()} of {wrong.size} entries"


def run_of(indices):
    """Return some indices as "2 to 5", or one by one if some between them are missing."""
    if len(indices) > 1 and np.ptp(indices) == len(indices) - 1:
        return f"{indices[0]} to {indices[-1]}"
    return ", ".join(map(str, indices))


# One result in several problems


def factor_in_words(triples, letters):
    """Return by which factor results differ from the right ones, in all problems, or nothing.

    Parameters
    ----------
    triples : list of (result, right result, sizes by letter)
    letters : str
        Only sizes with one of these letters are named: the others have nothing to do with the
        function.
    """
    factors = [factor(value, right) for value, right, _ in triples]
    if not factors or any(c is None for c in factors):
        return ""
    scalar = not np.shape(triples[0][0])
    if not any(np.any(value) for value, *_ in triples):
        return "is 0" if scalar else "is zero everywhere"
    for word, values in named_factors(letters, [sizes for *_, sizes in triples]).items():
        if np.all(np.abs(np.array(factors) / values - 1) < 1e-5):
            if word == "-1":
                return "has the wrong sign, and is right otherwise"
            return f"is {word} times the right one"
    if len(factors) > 1 and np.ptp(factors) < 1e-5 * abs(factors[0]):
        return f"is {factors[0]:.3g} times the right one, in each problem"
    if len(factors) == 1 or scalar:  # one number is always a multiple of another
        return ""
    return "is a multiple of the right one, with another factor in each problem"


def named_factors(letters, problems):
    """Return by their words the factors that mistakes are made of, an array over the problems."""
    named = {"-1": -1.0, "2": 2.0, "1/2": 0.5, "-2": -2.0, "-1/2": -0.5}
    size = {
        k: np.array([sizes[k] for sizes in problems], float)
        for k in "NTHCI"
        if k in letters and all(k in sizes for sizes in problems)
    }
    for k, n in size.items():
        named |= {k: n, f"1/{k}": 1 / n, f"-{k}": -n, f"-1/{k}": -1 / n}
        named |= {f"{k}²": n**2, f"1/{k}²": 1 / n**2, f"2/{k}": 2 / n, f"{k}/2": n / 2}
    for j, k in (("N", "C"), ("T", "N"), ("N", "H")):
        if j in size and k in size:
            m, n = size[j], size[k]
            named |= {f"{j}/{k}": m / n, f"{k}/{j}": n / m, f"{j}·{k}": m * n}
            named |= {f"1/({j}·{k})": 1 / (m * n), f"2/({j}·{k})": 2 / (m * n)}
    return named
