"""Cards: what they say, and what is refused."""

import json

import numpy as np
import pytest

from emwidgets import models
from emwidgets.models import NetworkError


def test_a_card_says_what_its_file_says(own):
    card = models.card(own())
    assert (card.key, card.version, card.input.size, card.classes) == (
        "diffraction/mine",
        1,
        8,
        ("ring", "spot", "neither"),
    )
    assert card.temperature == 2.0
    assert card.head.weights.dtype == np.float32
    assert card.head.weights.shape == (1, 3)
    assert card.file("onnx").is_file()


def test_a_card_is_found_by_its_folder(own):
    path = own()
    assert models.card(path.parent).key == models.card(str(path)).key == "diffraction/mine"


def test_a_folder_of_several_cards_does_not_say_which(own):
    path = own()
    (path.parent / "other.json").write_text("{}")
    with pytest.raises(NetworkError, match=r"holds 2 cards \(mine.json, other.json\): give the path of one"):
        models.card(path.parent)


@pytest.mark.parametrize(
    "name", ["diffraction/no_such", "nowhere/at/all.json", "../diffraction/x", "x/../../secret", ""]
)
def test_an_unknown_network_is_refused_with_those_that_there_are(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NetworkError, match=r"no network|0 cards"):
        models.card(name)


def test_the_catalogue_has_every_card_once_and_by_its_key():
    keys = [card.key for card in models.catalogue()]
    assert keys == sorted(set(keys))
    assert {"diffraction/cnn", "diffraction/densenet", "diffraction/googlenet"} <= set(keys)
    for key in keys:
        assert models.card(key).key == key


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"analysis": "../../etc"}, "analysis = .*letters, digits"),
        ({"version": "1"}, "version = '1': expected a whole number"),
        ({"parameters": None}, "parameters = None: expected a whole number"),
        ({"parameters": True}, "parameters = True"),
        ({"digests": {}}, "digests = .*sha256"),
        ({"digests": {"onnx": "md5:00"}}, "digests = .*sha256"),
        ({"digests": {"py": "sha256:" + "0" * 64}}, "digests = .*sha256"),
        ({"input": {"size": 0, "channels": 1}}, "input = "),
        ({"input": [128, 1]}, "input = "),
        ({"classes": ["ring", "ring"]}, "classes = .*different names"),
        ({"classes": "ring"}, "classes = 'ring'"),
        ({"temperature": 0}, "temperature = 0: expected a positive number"),
        ({"temperature": float("nan")}, "temperature = nan"),
        ({"head": {"weights": [[1.0, 2.0]], "bias": [0.0, 0.0]}}, "head = .*channels × classes"),
        ({"head": {"weights": [[1.0, 2.0, "x"]], "bias": [0.0, 0.0, 0.0]}}, "head = "),
        ({"head": {"weights": [[1.0, 2.0, float("inf")]], "bias": [0.0, 0.0, 0.0]}}, "head = "),
        ({"head": [1]}, "head = "),
        ({"metrics": [1]}, "metrics = .*an object"),
        ({"licence": 3}, "licence = 3: expected text"),
    ],
)
def test_a_card_that_says_something_impossible_is_refused(own, changed, expected):
    with pytest.raises(NetworkError, match=expected):
        models.card(own(**changed))


@pytest.mark.parametrize(
    ("name", "expected"), [("../mine", "letters, digits"), ("other", "'mine', the name of the file"), (7, "letters")]
)
def test_a_card_has_the_name_of_its_file(own, name, expected):
    path = own()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": name}))
    with pytest.raises(NetworkError, match=f"name = .*{expected}"):
        models.card(path)


@pytest.mark.parametrize("text", ["", "{", "[1]", '"text"', "[" * 200_000, "\x00\xff"])
def test_a_file_that_is_no_card_is_refused(own, text):
    path = own()
    path.write_text(text, encoding="latin-1")
    with pytest.raises(NetworkError, match=r"expected the card of a network"):
        models.card(path)


def test_a_card_of_many_megabytes_is_not_read(own):
    path = own()
    path.write_text(json.dumps({"name": "x" * 9_000_000}))
    with pytest.raises(NetworkError, match="a card has at most"):
        models.card(path)


def test_what_a_card_has_besides_is_left_alone(own):
    assert models.card(own(colour="blue")).key == "diffraction/mine"


def test_a_card_cannot_say_where_its_files_are(own, tmp_path):
    path = own(folder="/etc")
    assert models.card(path).folder == path.parent
