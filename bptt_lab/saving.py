"""Keep a training in a file: `save` and `load`."""

import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .arguments import as_arrays, require_attributes, require_one_of
from .network import Recurrent
from .optimizers import SGD, Adam

VERSION = 2
BITS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


class Saved(NamedTuple):
    """What `load` returns; None stands for what was not saved. Arrays have the shapes they had."""

    model: Any
    optimizer: Any
    rng: Any  # numpy.random.Generator


def save(path, model, optimizer=None, rng=None):
    """Write a network, and what it takes to go on training it, to a file; return its path.

    `model` and `optimizer` are of any class whose attributes are numbers, texts and dicts of arrays
    of any shapes; `rng` is the generator that `train` was given. ``.npz`` is added to a name that
    does not end in it. The file holds no pickles; it appears when it is complete, until then an
    older one stays. After 3 epochs, `save` and `load`, 2 epochs more give the same bits as 5 at
    once (not with ``cosine_decay``: its rates depend on the number of epochs).
    """
    path, arrays, state = _npz(path), {}, {"version": VERSION}
    things = {"model": require_attributes("model", model, "params")}
    if optimizer is not None:
        things["optimizer"] = require_attributes("optimizer", optimizer, "step")
    if rng is not None:
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng is {rng!r}: expected the numpy.random.Generator of the training")
        bits = rng.bit_generator
        state["rng"] = {"bits": bits.state, "seeds": bits.seed_seq.state}
    for role, thing in things.items():
        values = dict(vars(thing))
        for name, value in values.items():
            if isinstance(value, dict) and all(isinstance(k, str) for k in value):
                found = as_arrays(f"{role}.{name}", value)
                arrays |= {f"{role}.{name}.{k}": a for k, a in found.items()}
                values[name] = list(found)
            elif not isinstance(value, (int, float, str, np.number, type(None))):
                raise TypeError(f"{role}.{name} is {value!r}: expected a number or dict of arrays")
        state[role] = {"type": _name(type(thing)), "values": values}
    part = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with open(part, "xb") as file:
            np.savez(file, state=json.dumps(state, default=lambda a: a.tolist()), **arrays)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def load(path, kinds=()):
    """Read what `save` wrote, as a `Saved`; nothing in the file is executed.

    The file may hold objects of the package's classes, of any `Recurrent` that has been defined,
    and of the classes `kinds`. A ValueError names a file that is not one of `save`, or damaged.
    """
    path, things = _npz(path), {}
    known = {_name(kind): kind for kind in (SGD, Adam, *_cells(Recurrent))}
    own = {kind.__name__: kind for kind in (kinds if np.iterable(kinds) else [kinds])}
    with open(path, "rb") as file:
        try:
            entries = np.load(file, allow_pickle=False)
            state = json.loads(str(entries["state"]))
            if state["version"] != VERSION:
                raise ValueError(f"its version is {state['version']}, this is {VERSION}")
            for role in ("model", "optimizer"):
                if role in state:
                    name = state[role]["type"]
                    short = name.rpartition(".")[2]
                    kind = own.get(short) or known.get(name)
                    if kind is None:
                        raise ValueError(f"it holds a {name}: expected its class, kinds=[{short}]")
                    things[role] = object.__new__(kind)
                    for k, value in state[role]["values"].items():
                        if isinstance(value, list):
                            value = {j: entries[f"{role}.{k}.{j}"] for j in value}
                        vars(things[role])[k] = value
            if "rng" in state:
                bits, seeds = state["rng"]["bits"], state["rng"]["seeds"]
                kind = require_one_of("bit_generator", bits["bit_generator"], BITS)
                bit_generator = getattr(np.random, kind)(np.random.SeedSequence(**seeds))
                bit_generator.state = bits
                things["rng"] = np.random.Generator(bit_generator)
        except Exception as error:
            raise ValueError(f"{path} cannot be loaded: {error or type(error).__name__}") from error
    return Saved(*(things.get(role) for role in Saved._fields))


def _name(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


def _cells(cell):
    for sub in cell.__subclasses__():
        # Not what a notebook has defined anew since.
        if getattr(sys.modules.get(sub.__module__), sub.__qualname__, sub) is sub:
            yield sub
        yield from _cells(sub)


def _npz(path):
    path = Path(os.fsdecode(path))
    return path if path.suffix.lower() == ".npz" else path.with_name(path.name + ".npz")
