"""The page of model cards has every network that is shipped, with what its card says."""

import html
import json
import re
import tomllib

import pytest

from emwidgets import models


@pytest.fixture
def cards(from_docs):
    return from_docs("cards")


@pytest.fixture
def said(cards):
    return tomllib.loads(cards.SAID.read_text(encoding="utf-8"))


def test_every_network_of_the_catalogue_is_shipped_with_a_card(cards):
    assert {card.key for card in models.catalogue()} <= cards.shipped().keys()
    assert {"particles/views/count", "particles/features/count"} <= cards.shipped().keys()


def test_every_card_is_on_the_page_with_its_digests(built_documentation, cards):
    page = html.unescape((built_documentation.site / "reference/cards.html").read_text(encoding="utf-8"))
    text = re.sub(r"<[^>]+>", "", page)
    for key, file in cards.shipped().items():
        assert key in text
        found = json.loads(file.read_bytes())
        for digest in found.get("digests", {}).values():
            assert digest.removeprefix("sha256:") in text
        if "digest" in found:
            assert found["digest"].removeprefix("sha256:") in text


def test_a_card_tells_what_the_network_is(cards, said):
    card = models.card("diffraction/densenet")
    lines = "\n".join(cards.card(card.key, cards.shipped()[card.key], said[card.key]))
    accuracy = card.metrics["accuracy"]
    for part in (
        'models.load("diffraction/densenet")',
        "128 × 128 × 1",
        "ring, spot, neither",
        f"{card.parameters:,}".replace(",", " "),
        "epochs 26",
        "structure type",
        "](../networks.md)",
        f"{100 * accuracy['share']:.4g} % ({100 * accuracy['interval'][0]:.4g}",
        "GPL-3.0-or-later",
        card.digests["onnx"].removeprefix("sha256:"),
    ):
        assert part in lines


def test_a_card_without_figures_says_where_they_are(cards, said):
    lines = "\n".join(cards.card("refocusing/mrn", cards.shipped()["refocusing/mrn"], said["refocusing/mrn"]))
    assert 'models.load_maps("refocusing/mrn")' in lines
    if not models.card("refocusing/mrn").metrics:
        assert "no figures; what was measured stands in [](../refocusing.md)" in lines


def test_a_card_of_several_views_has_a_row_for_each_number_of_them(cards, said):
    file = cards.shipped()["particles/views/count"]
    lines = "\n".join(cards.card("particles/views/count", file, said["particles/views/count"]))
    test = json.loads(file.read_bytes())["test"]
    assert all(f"| views: {views} | {100 * each['accuracy']:.4g} %" in lines for views, each in test.items())


def test_networks_and_their_descriptions_have_to_match(cards, said):
    assert cards.unsaid(cards.shipped(), said) == []
    assert "say what it does" in cards.unsaid(["a/b"], {})[0]
    assert "not shipped" in cards.unsaid([], {"a/b": {}})[0]
