"""Trainings that are saved and loaded: bit for bit, the whole file or none, nothing executed."""

import os
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from cells import Linear, OwnGRU, TwoStates

from bptt_lab import SGD, Adam, VanillaRNN, load, one_hot, save, train
from bptt_lab.saving import BITS

I, H, C = 2, 5, 3
OPTIMIZERS = {
    "sgd": lambda: SGD(0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda: Adam(0.02, weight_decay=0.01),
}
OPTIONS = {"batch_size": 7, "clip_norm": 1, "input_noise": 0.1, "progress": False}


def toy(dtype=np.float64):
    X = np.random.default_rng(3).normal(size=(6, 30, I)).astype(dtype)
    return X, one_hot((X.sum(axis=(0, 2)) > 0).astype(int), C)


def network(dtype=np.float64, seed=1):
    return VanillaRNN(I, H, C, seed=seed, dtype=dtype)


def same_bits(a, b):
    assert list(a) == list(b)
    for name in a:
        assert a[name].dtype == b[name].dtype and a[name].shape == b[name].shape
        assert a[name].tobytes() == b[name].tobytes() and a[name].strides == b[name].strides


def same_attributes(a, b):
    assert type(a) is type(b) and vars(a).keys() == vars(b).keys()
    for name, value in vars(a).items():
        if isinstance(value, dict):
            same_bits(value, vars(b)[name])
        else:
            assert value == vars(b)[name]


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("dtype", (np.float32, np.float64))
def test_a_saved_training_goes_on_bit_for_bit(tmp_path, kind, dtype):
    def fit(model, optimizer, rng, epochs):
        options = OPTIONS | {"epochs": epochs}
        return train(model, *toy(dtype), optimizer=optimizer, rng=rng, **options)

    whole, optimizer, rng = network(dtype), OPTIMIZERS[kind](), np.random.default_rng(5)
    history = fit(whole, optimizer, rng, 5)

    part = network(dtype), OPTIMIZERS[kind](), np.random.default_rng(5)
    first = fit(*part, 3)
    written = save(tmp_path / "run", *part)
    loaded = load(written)
    same_attributes(loaded.model, part[0])
    fit(*part, 1)  # what was saved is not tied to what goes on
    second = fit(*loaded, 2)

    same_attributes(loaded.model, whole)
    same_attributes(loaded.optimizer, optimizer)
    assert history.loss == first.loss + second.loss[1:]
    assert history.grad_norm == first.grad_norm + second.grad_norm
    assert rng.bit_generator.state == loaded.rng.bit_generator.state


@pytest.mark.parametrize("bits", BITS)
def test_every_generator_goes_on_with_the_same_numbers(tmp_path, bits):
    rng = np.random.Generator(getattr(np.random, bits)(7))
    rng.spawn(2)
    rng.integers(0, 10, size=3, dtype=np.uint32)  # leaves half a number behind
    rng.normal(size=5)
    loaded = load(save(tmp_path / "a", network(), rng=rng)).rng
    assert (rng.random(9) == loaded.random(9)).all()
    assert (rng.integers(0, 9, 9) == loaded.integers(0, 9, 9)).all()
    assert rng.spawn(1)[0].random() == loaded.spawn(1)[0].random()


def test_every_generator_of_numpy_is_known():
    subclasses = {kind.__name__ for kind in np.random.BitGenerator.__subclasses__()}
    assert subclasses <= set(BITS)


def test_what_was_not_saved_is_none_and_what_was_not_used_yet_is_saved(tmp_path):
    loaded = load(save(tmp_path / "a", network(np.complex128)))
    assert loaded.optimizer is loaded.rng is None
    assert loaded.model.params["b_h"].dtype == np.complex128
    loaded = load(save(tmp_path / "a.npz", network(), optimizer=Adam(0.1)))
    same_attributes(loaded.optimizer, Adam(0.1))


def test_type_memory_order_and_order_of_parameters_are_kept(tmp_path):
    model = network()
    model.params = {k: np.asfortranarray(model.params[k]) for k in sorted(model.params)}
    model.params["b_h"] = model.params["b_h"].astype(">f4")
    same_attributes(load(save(tmp_path / "a", model)).model, model)


@pytest.mark.parametrize("number", (np.float64(0.1) * 3, np.float32(0.1), 5e-324, np.inf))
def test_numbers_are_kept_and_those_of_numpy_are_plain_afterwards(tmp_path, number):
    sgd = SGD(0.1)
    sgd.lr = number  # as by a slider
    lr = load(save(tmp_path / "a", network(), sgd)).optimizer.lr
    assert lr == number and type(lr) is float


# ---- whose classes


class Own(VanillaRNN):
    """A class that the package has not."""


class Decayed:
    """An optimizer that the package has not."""

    def __init__(self):
        self.lr, self.name, self.kept, self.none = 0.1, "ü", {"a.b": np.arange(3)}, None

    def step(self, params, grads, lr):
        pass


@pytest.mark.parametrize("cell", (OwnGRU, TwoStates, Own))
def test_every_cell_that_is_defined_is_known(tmp_path, cell):
    for kind in (cell, type(f"Inner{cell.__name__}", (cell,), {})):
        model = kind(I, H, C, seed=3)
        same_attributes(load(save(tmp_path / "a", model)).model, model)


def test_another_class_of_the_same_name_is_not_taken_for_it(tmp_path):
    def define(base):
        return type("VanillaRNN", (base,), {"__module__": "elsewhere"})

    path = save(tmp_path / "a", network())
    first = define(Own)
    assert type(load(path).model) is VanillaRNN
    assert type(load(path, kinds=[first]).model) is first


@pytest.mark.parametrize("bases", ((OwnGRU, Own), (Own, OwnGRU)))
def test_of_a_class_that_is_defined_again_the_last_one_counts(tmp_path, monkeypatch, bases):
    """A notebook does so where a cell is run again."""
    for base in bases:
        kind = type("Again", (base,), {"__module__": __name__})
        monkeypatch.setattr(sys.modules[__name__], "Again", kind, raising=False)
        path = save(tmp_path / "a", kind(I, H, C))
    assert type(load(path).model) is kind


def test_other_models_and_optimizers_are_loaded_if_their_classes_are_given(tmp_path):
    model, optimizer = Linear(I, C), Decayed()
    path = save(tmp_path / "a", model, optimizer)
    loaded = load(path, kinds=[Decayed, Linear])
    same_attributes(loaded.model, model)
    same_attributes(loaded.optimizer, optimizer)
    with pytest.raises(ValueError, match=r"a.npz .*cells.Linear: .*kinds=\[Linear\]"):
        load(path)
    with pytest.raises(ValueError, match=r"a.npz .*Decayed: .*kinds=\[Decayed\]"):
        load(path, kinds=(Linear,))


def changed(thing, **attributes):
    vars(thing).update(attributes)
    return thing


@pytest.mark.parametrize(
    ("arguments", "message"),
    (
        ({"model": None}, "model is None"),
        ({"model": {"W": np.zeros(2)}}, "model is {'W'"),
        ({"model": changed(network(), params=[np.zeros(2)])}, "model.params is .array"),
        ({"model": changed(network(), params={"b": [None]})}, r"model.params\['b'\] holds object"),
        ({"model": changed(network(), params={("a", 1): 1.0})}, "model.params is .*'a', 1"),
        ({"model": changed(network(), run=lambda X, h0: None)}, "model.run is <function"),
        ({"optimizer": 0.1}, "optimizer is 0.1"),
        ({"optimizer": changed(SGD(0.1), v={"b": "text"})}, r"optimizer.v\['b'\] holds <U4"),
        ({"rng": 0}, "rng is 0"),
        ({"rng": np.random.RandomState(0)}, "rng is RandomState"),
    ),
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path, arguments, message):
    with pytest.raises(TypeError, match=f"{message}.*: expected"):
        save(tmp_path / "a", **({"model": network()} | arguments))
    assert os.listdir(tmp_path) == []


# ---- the file


def test_the_name_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"run": "run.npz", "run.v2": "run.v2.npz", Path("b.npz"): "b.npz"}
    names |= {"c.NPZ": "c.NPZ", b"d": "d.npz"}
    for given, name in names.items():
        assert save(given, network()) == Path(name) and Path(name).is_file()
        same_attributes(load(given).model, network())
    assert sorted(os.listdir()) == sorted(names.values())
    for bad in (3.5, None, ""):
        for do in (load, lambda path: save(path, network())):
            with pytest.raises((TypeError, ValueError), match="PathLike|empty name"):
                do(bad)
    for do in (load, lambda path: save(path, network())):
        with pytest.raises(FileNotFoundError, match="nowhere"):
            do("nowhere/a")


def test_an_older_file_stays_until_the_new_one_is_complete(tmp_path, monkeypatch):
    path = save(tmp_path / "a", network(seed=1))
    before, savez = path.read_bytes(), np.savez

    def half(file, **entries):
        savez(file, **dict(list(entries.items())[:3]))
        assert path.read_bytes() == before
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", half)
        with pytest.raises(KeyboardInterrupt):
            save(path, network(seed=2))
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.npz"]
    with open(path, "rb") as reader:
        save(path, network(seed=2))
        if os.name == "posix":  # who has begun to read the older one goes on reading it
            assert reader.read() == before
    same_attributes(load(path).model, network(seed=2))
    assert os.listdir(tmp_path) == ["a.npz"]


def test_a_full_disk_leaves_the_older_file_and_no_other(tmp_path):
    resource = pytest.importorskip("resource")
    path = save(tmp_path / "a", network())
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError):
            save(path, VanillaRNN(I, 100, C))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.npz"]


class Evil:
    """Would leave a file behind if it was unpickled."""

    def __reduce__(self):
        return (open, ("executed", "w"))


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    model, optimizer, rng = network(), Adam(0.02), np.random.default_rng(0)
    train(model, *toy(), optimizer=optimizer, rng=rng, epochs=1, **OPTIONS)
    return save(tmp_path_factory.mktemp("good") / "good", model, optimizer, rng)


def state_with(old, new):
    return lambda entries: {"state": np.array(str(entries["state"]).replace(old, new))}


SPOILT = {
    "no state": lambda entries: {"state": None},
    "another version": state_with('"version": 2', '"version": 1'),
    "no JSON": lambda entries: {"state": np.array("{")},
    "a JSON list": lambda entries: {"state": np.array("[2]")},
    "no text": lambda entries: {"state": np.zeros(3)},
    "a parameter is missing": lambda entries: {"model.params.W_hh": None},
    "a parameter is a pickle": lambda entries: {"model.params.W_hh": np.array([Evil()])},
    "the state is a pickle": lambda entries: {"state": np.array([Evil()])},
    "a moment is missing": lambda entries: {"optimizer.m.W_in": None},
    "another class": state_with("bptt_lab.optimizers.Adam", "os.system"),
    "another generator": state_with("PCG64", "default_rng"),
    "a function for the generator": state_with("PCG64", "evil"),
    "a number for the generator": state_with('"inc"', '"in"'),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_file_is_refused_by_name(tmp_path, monkeypatch, good, spoilt):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(np.random, "evil", lambda _: open("executed", "w").close(), raising=False)
    with np.load(good, allow_pickle=False) as file:
        entries = dict(file)
    changes = SPOILT[spoilt](entries)
    assert str(changes.get("state")) != str(entries["state"])
    np.savez("spoilt.npz", **{k: v for k, v in (entries | changes).items() if v is not None})
    with pytest.raises(ValueError, match="^spoilt.npz cannot be loaded: "):
        load("spoilt")
    assert os.listdir() == ["spoilt.npz"]


def test_what_is_no_npz_is_refused_by_name(tmp_path, monkeypatch, good):
    monkeypatch.chdir(tmp_path)
    whole = good.read_bytes()
    np.save("array.npy", np.zeros(3))
    with zipfile.ZipFile("other.zip", "w") as archive:
        archive.writestr("state", "1")
    contents = [
        b"",
        b"nonsense",
        pickle.dumps(Evil()),
        Path("array.npy").read_bytes(),
        Path("other.zip").read_bytes(),
        whole[:100],
        whole[: len(whole) // 2],
        whole[:-30],
        whole[len(whole) // 2 :],
        b"PK\x03\x04" + bytes(50),
    ]
    for content in contents:
        Path("bad.npz").write_bytes(content)
        with pytest.raises(ValueError, match="^bad.npz cannot be loaded: "):
            load("bad")
    assert sorted(os.listdir()) == ["array.npy", "bad.npz", "other.zip"]


def test_a_flipped_bit_is_never_loaded_as_something_else(tmp_path, good):
    whole, expected, rng, refused = good.read_bytes(), load(good), np.random.default_rng(0), 0
    for at in rng.integers(0, len(whole), 100):
        broken = bytearray(whole)
        broken[at] ^= 1 << rng.integers(8)
        (tmp_path / "b.npz").write_bytes(broken)
        try:
            loaded = load(tmp_path / "b.npz")
        except ValueError as error:
            assert "b.npz cannot be loaded" in str(error)
            refused += 1
        else:  # a date or a flag of the archive
            same_attributes(loaded.model, expected.model)
            same_attributes(loaded.optimizer, expected.optimizer)
            assert loaded.rng.bit_generator.state == expected.rng.bit_generator.state
    assert refused > 50
