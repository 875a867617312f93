"""What the code of an attempt shows without being run."""

import dis
import types

import numpy as np


def code_of(attempt):
    """Return the code of a function or method written in Python; None for any other callable."""
    code = getattr(attempt, "__code__", None)
    return code if isinstance(code, types.CodeType) else None


def is_stub(attempt):
    """Say whether a function has no body but a docstring or an ellipsis."""
    code = code_of(attempt)
    if code is None:
        return False
    steps = [
        (step.opname, step.argval)
        for step in dis.get_instructions(code)
        if step.opname not in ("RESUME", "NOP")
    ]
    return steps in ([("LOAD_CONST", None), ("RETURN_VALUE", None)], [("RETURN_CONST", None)])


def globals_of(attempt):
    """Return by name what a function takes from the notebook; None for what is not there."""
    code = code_of(attempt)
    if code is None:
        return {}
    names = (
        step.argval
        for step in dis.get_instructions(code)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
    return {name: attempt.__globals__.get(name) for name in names}


def numbers_from_notebook(attempt):
    """Return the names of numbers and arrays that a function takes from the notebook."""
    kinds = (np.ndarray, np.generic, int, float, dict)
    return [name for name, value in globals_of(attempt).items() if isinstance(value, kinds)]
