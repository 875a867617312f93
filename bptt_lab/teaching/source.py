"""What the code of an attempt shows without being run.

How its instructions are named depends on the Python; so it is read off examples here.
"""

import dis
import inspect
import types

import numpy as np


def code_of(attempt):
    """Return the code of a function or method written in Python; None for any other callable."""
    code = getattr(attempt, "__code__", None)
    return code if isinstance(code, types.CodeType) else None


def steps_of(code):
    """Return the instructions of a code."""
    return [(step.opname, step.argval) for step in dis.get_instructions(code)]


def idle():
    """Do nothing, in two lines, one of which is left in the code."""
    pass
    pass


NOTHING = steps_of((lambda: None).__code__)
SKIPPED = {name for name, _ in steps_of(idle.__code__)} - {name for name, _ in NOTHING}
READING = {  # in a function, and in the body of a class
    name
    for code in ((lambda: np).__code__, compile("np", "", "eval"))
    for name, value in steps_of(code)
    if value == "np"
}


def is_stub(attempt):
    """Say whether a function does nothing: its body is a docstring, an ellipsis or a pass."""
    code = code_of(attempt)
    return code is not None and [s for s in steps_of(code) if s[0] not in SKIPPED] == NOTHING


def globals_of(attempt):
    """Return by name what a function takes from the notebook; None for what is not there."""
    code = code_of(attempt)
    if code is None:
        return {}
    return {name: attempt.__globals__.get(name) for name in global_names(code)}


def global_names(code):
    """Return the names that a code, or one inside it, takes from its module."""
    names = [value for name, value in steps_of(code) if name in READING]
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            names += global_names(inner)
    return dict.fromkeys(names)


def numbers_from_notebook(attempt):
    """Return the names of numbers and arrays that a function takes from the notebook."""
    kinds = (np.ndarray, np.generic, int, float, dict)
    return [name for name, value in globals_of(attempt).items() if isinstance(value, kinds)]


def takes(function, names):
    """Say whether a function has the arguments of these names, in this order."""
    try:
        return list(inspect.signature(function).parameters) == list(names)
    except (TypeError, ValueError):  # a builtin that does not tell
        return False
