"""Keep a training in a file: `save` and `load`."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .network import Recurrent
from .optimizers import SGD, Adam
from .rnn import VanillaRNN

VERSION = 2
KINDS = (VanillaRNN, SGD, Adam)


class Saved(NamedTuple):
    """What `load` returns; None stands for what was not saved. Arrays have the shapes they had."""

    model: Any
    optimizer: Any
    rng: Any


def save(path, model, optimizer=None, rng=None):
    """Write a network, and what it takes to go on training it, to an ``.npz`` file without pickles.

    After ``train(model, X, Y, optimizer=optimizer, rng=rng, epochs=3)``, `save` and `load`,
    training for 2 epochs gives the same bits as 5 epochs at once would have (not with
    ``cosine_decay``: its rates depend on the number of epochs). The file appears when it is
    complete; until then an older one stays.

    Parameters
    ----------
    path : str or path; ``.npz`` is added to a name that does not end in it, here and in `load`
    model, optimizer : objects whose attributes are numbers, texts and dicts of arrays of any shapes
    rng : numpy.random.Generator, the one that `train` was given

    Returns
    -------
    pathlib.Path
    """
    path, arrays, state = _npz(path), {}, {"version": VERSION, "rng": None}
    if rng is not None:
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng is {rng!r}: expected the Generator that train was given")
        bits = rng.bit_generator
        state["rng"] = {"bits": bits.state, "seeds": bits.seed_seq.state}
    for role, thing in (("model", model), ("optimizer", optimizer)):
        if thing is None:
            continue
        state[role] = {"type": type(thing).__name__, "numbers": {}, "arrays": {}}
        for name, value in vars(thing).items():
            if isinstance(value, dict):
                state[role]["arrays"][name] = list(value)
                arrays |= {f"{role}.{name}.{k}": np.asarray(a) for k, a in value.items()}
            elif isinstance(value, (int, float, str, np.number, type(None))):
                state[role]["numbers"][name] = value
            else:
                kind = type(value).__name__
                raise TypeError(f"{role}.{name} is of type {kind}: expected numbers or arrays")
    if strange := [k for k, a in arrays.items() if a.dtype.kind not in "biufc"]:
        raise TypeError(f"{strange[0]} holds {arrays[strange[0]].dtype}: expected numbers")
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

    `kinds` are classes of your own, of which the file may hold objects, beside those of the
    package. A ValueError names a file that is not one of `save`, or damaged.
    """
    path, things = _npz(path), {"model": None, "optimizer": None}
    kinds = {kind.__name__: kind for kind in (*KINDS, *_cells(Recurrent), *kinds)}
    with open(path, "rb") as file:
        try:
            entries = np.load(file, allow_pickle=False)
            state = json.loads(str(entries["state"]))
            if state["version"] != VERSION:
                raise ValueError(f"its version is {state['version']}, this is {VERSION}")
            for role in things.keys() & state.keys():
                kind = state[role]["type"]
                if kind not in kinds:
                    raise ValueError(f"it holds a {kind}: give load its class, kinds=[{kind}]")
                things[role] = object.__new__(kinds[kind])
                vars(things[role]).update(state[role]["numbers"])
                for name, keys in state[role]["arrays"].items():
                    vars(things[role])[name] = {k: entries[f"{role}.{name}.{k}"] for k in keys}
            rng = state["rng"]
            if rng:
                seeds = np.random.SeedSequence(**rng["seeds"])
                bits = getattr(np.random, rng["bits"]["bit_generator"])(seeds)
                bits.state = rng["bits"]
                rng = np.random.Generator(bits)
        except Exception as error:
            raise ValueError(f"{path} cannot be loaded: {error or type(error).__name__}") from error
    return Saved(things["model"], things["optimizer"], rng)


def _cells(cell):
    return [kind for sub in cell.__subclasses__() for kind in (sub, *_cells(sub))]


def _npz(path):
    path = Path(os.fsdecode(path))
    return path if path.suffix.lower() == ".npz" else path.with_name(path.name + ".npz")
