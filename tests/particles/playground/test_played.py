"""What the playground gives, for a script."""

import numpy as np
import pytest

from emwidgets.particles.answers import BEST
from emwidgets.particles.fit.fitted import Fitted
from emwidgets.particles.playground.played import Played
from emwidgets.particles.playground.presets import STANDARD
from emwidgets.particles.playground.scene import CONTROLS
from emwidgets.particles.playground.shot import measured, simulated
from emwidgets.particles.verdict import Answers
from emwidgets.signals import Provenance, calibration

MADE = Provenance("emwidgets.particles.simulate", "<b>mine</b>", None, {}, {}, "2026-01-01")


def said(*probabilities, fitted=None):
    return Answers(np.array([probabilities]), np.array([0.1]), np.array([""]), {0: fitted} if fitted else {})


@pytest.fixture
def shot():
    return simulated({name: STANDARD[name] for name in CONTROLS} | {"corners": [2, 3]})


def test_it_has_image_particle_truth_and_what_was_said(shot):
    fit = Fitted(np.eye(3), (0.0, 0.0), np.zeros(8), 0.01)
    shot.answers["arrangement", BEST["arrangement"]] = said(0.9, 0.05, 0.05, fitted=fit)
    shot.failures["shape", "network"] = "it is damaged"
    played = Played("arrangement", MADE, shot)
    assert played.label == "edge"
    assert played.fitted is fit
    assert played.shape is shot.scene.shape
    assert played.truth["labels"]["arrangement"] == "edge"
    assert played.image is played.image
    np.testing.assert_array_equal(played.image.data, shot.pixels)
    assert set(played.predictions) == {("arrangement", BEST["arrangement"])}
    assert played.failures == {("shape", "network"): "it is damaged"}


def test_its_summary_begins_with_the_question_asked_and_escapes_titles(shot):
    shot.answers["count", BEST["count"]] = said(0.0, 0.1, 0.9, *[0.0] * 6)
    played = Played("count", MADE, shot)
    assert "'<b>mine</b>': count: 2; arrangement: no answer" in repr(played)
    assert "&lt;b&gt;mine" in played._repr_html_()


def test_its_table_says_who_was_not_asked_and_what_failed(shot):
    shot.answers["shape", "network"] = said(0.7, 0.2, 0.1)
    shot.failures["count", "network"] = "it is damaged"
    table = Played("shape", MADE, shot).to_dataframe().set_index(["task", "method"])
    row = table.loc[("shape", "network")]
    assert (row["label"], row["probability"], row["uncertain"], row["truth"]) == ("cuboid", 0.7, True, "cuboid")
    assert row["problem"] == ""
    assert table.loc[("count", "network"), "problem"] == "it is damaged"
    assert "was not asked" in table.loc[("deformed", BEST["deformed"]), "problem"]
    assert np.isnan(table.loc[("deformed", BEST["deformed"]), "probability"])


def test_of_a_users_image_it_has_that_image_and_no_particle(scan):
    own = scan.inav[1, 0]
    played = Played("count", MADE, measured(own, calibration(own), 0), own)
    assert played.image is own
    assert (played.shape, played.truth, played.label, played.fitted) == (None, {}, "", None)
