"""An error in a learner's function, in words: its message, its line, its usual cause."""

import linecache
import traceback

from .source import code_of

TIPS = {
    "matmul": "In a product with @ the inner sizes must meet; states that are rows stand on the "
    "left of the weights. Entry by entry it is *.",
    "not aligned": "In a product the inner sizes must meet; rows, one for each sequence, stand on "
    "the left of the weights.",
    "could not be broadcast": "With + - * / the shapes must agree, from the last axis on. The "
    "matrix product is @.",
    "bitwise_xor": "A power is written **.",
    "ellipsis": "A ... is still in that line.",
    "is not defined": "A function of another notebook does not exist in this one: write it out "
    "here.",
    "out of bounds": "Count from 0: x_t sits in X[t - 1] and h_t in h[t], so X has T entries and h "
    "has T + 1.",
    "must be of integer": "A loop over an array gives its entries, not their numbers: range(...) "
    "gives numbers.",
    "'int' object has no attribute": "A sum over nothing is the int 0: reversed, zip and "
    "generators can be run through only once.",
    "NoneType": "Something in that line is None: does a function that it calls not return "
    "anything yet?",
}


def message_of(error):
    """Return what an error says; nothing, if it is a learner's own and cannot say it."""
    try:
        return str(error)
    except Exception:
        return ""


def first_line(error):
    """Return the first line of what an error says."""
    return message_of(error).partition("\n")[0] or "(no message)"


def own_line(error, attempt):
    """Return where in the learner's own code an error arose, with that line, or nothing."""
    code = code_of(attempt)
    for frame in reversed(traceback.extract_tb(error.__traceback__) if code else []):
        if frame.filename == code.co_filename:
            source = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
            return f"in line {frame.lineno} of its cell" + (f", `{source[:70]}`" if source else "")
    return ""


def tips(error):
    """Return what usually causes an error, for those that NumPy words for experts."""
    said = [tip for part, tip in TIPS.items() if part in message_of(error)]
    if isinstance(error, KeyError):
        said.append("The names in params are W_in, W_hh, b_h, W_out and b_out.")
    return said[:1]
