"""The file of numbers: what is written is read, and nothing else."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.particles.measures.descriptors import NAMES
from emwidgets.particles.measures.linear import DamagedError, Linear, read
from emwidgets.particles.tasks import TASKS

N = len(NAMES)


def made(task="arrangement"):
    rng, classes = np.random.default_rng(3), len(TASKS[task])
    return Linear(
        task, rng.normal(size=N), rng.uniform(0.5, 2, N), rng.normal(size=(classes, N)), rng.normal(size=classes)
    )


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "arrangement.json"
    made().write(path)
    return path


def test_what_was_written_answers_as_before(written):
    numbers = np.random.default_rng(0).normal(size=(20, N))
    found = read(written, "arrangement")
    np.testing.assert_allclose(found.probabilities(numbers), made().probabilities(numbers), atol=1e-3)


@given(st.lists(st.floats(-1e9, 1e9), min_size=N, max_size=N))
def test_probabilities_are_probabilities_whatever_the_numbers(row):
    found = made().probabilities([row])
    assert found.shape == (1, 3)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_it_is_the_classifier_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(5)
    numbers, labels = rng.normal(size=(300, N)), rng.integers(0, 3, 300)
    scaler = StandardScaler().fit(numbers)
    regression = LogisticRegression(C=0.1, max_iter=500).fit(scaler.transform(numbers), labels)
    ours = Linear("arrangement", scaler.mean_, scaler.scale_, regression.coef_, regression.intercept_)
    theirs = regression.predict_proba(scaler.transform(numbers))
    np.testing.assert_allclose(ours.probabilities(numbers), theirs, atol=1e-6)


def test_what_speaks_for_a_class_is_what_has_the_largest_coefficient():
    model = made()
    said = model.speaking(3)
    assert list(said) == ["edge", "face", "body"]
    for row, loudest in zip(model.coefficients, said.values(), strict=True):
        assert list(map(abs, loudest.values())) == pytest.approx(sorted(np.abs(row))[:-4:-1])
        assert all(row[NAMES.index(name)] == weight for name, weight in loudest.items())


def _without(name):
    return lambda found: found.pop(name)


def _put(name, value):
    return lambda found: found.__setitem__(name, value)


@pytest.mark.parametrize(
    "damage",
    [
        *(_without(name) for name in ("format", "task", "classes", "descriptors", "mean", "scale", "coefficients")),
        _put("task", "count"),
        _put("format", 2),
        _put("classes", ["edge", "body", "face"]),
        _put("descriptors", list(NAMES[::-1])),
        _put("mean", [0.0] * (N - 1)),
        _put("mean", ["0.0"] * N),
        _put("mean", [True] * N),
        _put("mean", "0" * N),
        _put("mean", {"0": 1}),
        _put("scale", [0.0] * N),
        _put("scale", [-1.0] * N),
        _put("scale", [1e400] * N),
        _put("coefficients", [[0.0] * N] * 2),
        _put("coefficients", [[0.0] * N, [0.0] * N, [None] * N]),
        _put("coefficients", [[[0.0]] * N] * 3),
        _put("intercepts", [10**400] * 3),
        _put("metrics", [1]),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_the_way_out(written, damage):
    found = json.loads(written.read_text())
    damage(found)
    written.write_text(json.dumps(found))
    with pytest.raises(DamagedError, match=r"arrangement\.json.*install emwidgets again"):
        read(written, "arrangement")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95",  # how a pickle begins
        b"cos\nsystem\n(S'false'\ntR.",
        b"[1, 2]",
        b'{"mean": NaN}',
        b"[" * 100_000,
        b'{"__class__": "os.system", "__reduce__": ["os.system", ["false"]]}',
        b" " * (2**20 + 1),
    ],
)
def test_nothing_but_numbers_is_read_and_nothing_is_run(written, content, monkeypatch):
    monkeypatch.setattr("os.system", lambda *_: pytest.fail("something was run"))
    written.write_bytes(content)
    with pytest.raises(DamagedError, match=r"arrangement\.json"):
        read(written, "arrangement")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DamagedError, match=r"nowhere\.json' cannot be read"):
        read(tmp_path / "nowhere.json", "count")
