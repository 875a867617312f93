"""An error in a learner's function, in words: its message, its line, its usual cause."""

import linecache
import re
import traceback

from .exercises import EXERCISES, names_of
from .source import code_of

# What usually causes an error whose message has some words: for every exercise ...
TIPS = {
    "bitwise_xor": "A power is written **.",
    "ellipsis": "A ... is still in that line.",
    "NoneType": "Something in that line is None: does a function that it calls not return "
    "anything yet?",
    "must be of integer": "An index in that line is not a whole number: range(...) gives whole "
    "numbers, a loop over an array gives its entries.",
    "only integers, slices": "An index in that line is not a whole number: range(...) gives whole "
    "numbers, a loop over an array gives its entries.",
    "truth value of an array": "An if or a while needs one truth value: .any() or .all() makes one "
    "of many, and & and | join arrays of them, each in brackets.",
    "is not callable": "Round brackets stand behind something that is no function: is a * missing, "
    "or should they be square?",
    "same number of dimensions": "Arrays of different shapes can be put end to end as vectors: "
    ".ravel() makes one of each.",
    "inhomogeneous": "The rows that are put together have different lengths.",
    "cannot access local variable": "That name gets its value further down, or in a branch or a "
    "loop that this call did not enter.",
    "referenced before assignment": "That name gets its value further down, or in a branch or a "
    "loop that this call did not enter.",
    "'int' object has no attribute": "Something in that line is a whole number where an array is "
    "expected. (The sum over nothing is 0, and what zip, map and reversed give can be run through "
    "only once.)",
    "complex to": "An array of real numbers has no place for an imaginary part: astype(complex) "
    "makes one that has.",
}

# ... and for some
STEPS = {
    "states": "x_t sits in X[t - 1] and h_t in h[t]: X has T entries, and h has T + 1.",
    "error_signals": "h_t sits in h[t], h has T + 1 entries; δ_t goes to index t - 1 of T.",
    "saliency": "h_t sits in h[t], h has T + 1 entries; the gradient at x_t goes to index t - 1.",
    "signals_every_step": "h_t sits in h[t], h has T + 1 entries, from 0 to T; its read-out is "
    "d_logits[t - 1], and δ_t goes to dz[t - 1], for t from T to 1.",
    "backward": "x_t and δ_t sit at index t - 1, h_t in h[t]: X has T entries, h has T + 1.",
}
ROWS = ("step", "lstm_step", "gru_step")
WEIGHTS = ("W_in", "W_hh", "b_h", "W_out", "b_out")
PARAMS = ("step", "states", "error_signals", "backward", "read_out_alone", "saliency")
PARAMS += ("signals_every_step",)
WAYS = {
    "signals_every_step": " Back goes d_logits, (N, C), through the transpose of W_out, (H, C), "
    "and δ, (N, H), through that of W_hh, (H, H).",
}
PRODUCTS = (*PARAMS, "step_back")


def tips(error, name=""):
    """Return what usually causes an error in an exercise, where NumPy says it for experts."""
    message = message_of(error)
    said = [tip for part, tip in TIPS.items() if part in message]
    if isinstance(error, KeyError) and name in PARAMS:
        said.append("The names in params are W_in, W_hh, b_h, W_out and b_out.")
    elif isinstance(error, KeyError) and name in ("clip", "momentum_step"):
        said.append("The names in the dicts differ from call to call: loop over those that come.")
    elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        said.append(unknown_name(error, name))
    elif isinstance(error, IndexError) and "tuple index" in message and name in ROWS:
        said.append("A single row has one axis alone: axis=-1 means the last of one axis or two.")
    elif isinstance(error, IndexError) and "out of bounds" in message and name in STEPS:
        said.append(STEPS[name])
    elif "matmul" in message or "not aligned" in message:
        said.append(
            "In a product with @ the inner sizes must meet; entry by entry it is *."
            + (" Rows, one for each sequence, stand on the left." if name in PRODUCTS else "")
            + WAYS.get(name, "")
        )
    elif "broadcast" in message:
        said.append(not_broadcast(message, name))
    return said[:1]


def not_broadcast(message, name):
    """Return the usual cause of shapes that do not fit."""
    if "input array" in message:
        said = "What is stored needs the shape of the place where it is stored."
        index = " Is an index missing, as in d_logits[t - 1], h[t] or dz[t - 1]?"
        return said + index * (name == "signals_every_step")
    shapes = re.findall(r"\(([\d,]*)\)", message)
    axes = {len(shape.strip(",").split(",")) for shape in shapes}
    said = "With + - * / and = the shapes must agree, from the last axis on."
    if len(axes) > 1:
        return said + " keepdims=True, or an index [:, None], keeps an axis of length 1."
    return said + WAYS.get(name, " The matrix product is @." if name in PRODUCTS else "")


def unknown_name(error, name):
    """Return what to do about a name that is not there."""
    missing = getattr(error, "name", None)
    if missing in WEIGHTS and name in PARAMS:
        return f'It stands in the dict: params["{missing}"].'
    if missing in EXERCISES:
        return (
            f"If your own {missing} is in another notebook, write it out here, or go on with "
            f"{missing} = solution({missing!r})."
        )
    given = names_of(EXERCISES[name]) if name in EXERCISES else []
    if missing and missing.swapcase() in given:
        return f"Its argument is called {missing.swapcase()}: small letters are not the large ones."
    if name == "multiplications":
        return f"What it is given is {', '.join(given)}, and nothing else."
    return (
        "Nothing in this notebook has that name by now; what another one defines has to be "
        "written out here."
    )


def message_of(error):
    """Return what an error says; nothing, if it is a learner's own and cannot say it."""
    try:
        return str(error)
    except Exception:
        return ""


def first_line(error):
    """Return the first line of what an error says."""
    return message_of(error).partition("\n")[0][:300] or "(no message)"


def own_line(error, attempt):
    """Return where in the learner's own code an error arose, with that line, or nothing."""
    code = code_of(attempt)
    for frame in reversed(traceback.extract_tb(error.__traceback__) if code else []):
        if frame.filename == code.co_filename:
            source = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
            return f"in line {frame.lineno} of its cell" + (f", `{source[:70]}`" if source else "")
    return ""
