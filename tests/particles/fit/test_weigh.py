"""The constants of the posterior, found again from fits that were made with known ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from emwidgets.particles.fit import weigh as module
from emwidgets.particles.fit.decide import Decided
from emwidgets.particles.networks.outputs import OUTPUTS

TEMPERATURE, OCCAM = 3.0, 1.5


@pytest.fixture
def fits(monkeypatch):
    """Makes of particles, pictures and fits what would come out if these constants were the right ones.

    Evidence of a corner is drawn from normal distributions whose likelihood ratio it is, as odds shall be one.
    """
    rng = np.random.default_rng(0)
    chances = []

    def samples(task, seed):
        assert (task, seed) == ("count", 5)
        while True:
            number = int(rng.integers(9))
            yield SimpleNamespace(
                images=[number], particle=SimpleNamespace(label=str(number)), chances=chances.append(number)
            )

    def fit(images, frames, said):
        cut = np.arange(8) < images[0]
        spread = 10.0
        odds = rng.normal(np.where(cut, spread / 2, -spread / 2), np.sqrt(spread))
        evidence = 2 * (odds * TEMPERATURE + OCCAM)
        state = SimpleNamespace(cuboid=SimpleNamespace(depths=np.where(evidence > 0, 0.3, 0.0)))
        return SimpleNamespace(misfit=float(rng.random())), Decided(state, np.abs(evidence), 1.0)

    network = SimpleNamespace(run=lambda images: (np.zeros((1, len(OUTPUTS))), None))
    monkeypatch.setattr(module, "samples", samples)
    monkeypatch.setattr(module, "fit", fit)
    monkeypatch.setattr(module, "find", lambda image: None)
    monkeypatch.setattr(module, "prepared", lambda image, frame: np.zeros((64, 64)))
    monkeypatch.setattr(module.models, "load", lambda name: network)


@pytest.mark.slow
def test_the_constants_that_the_fits_were_made_with_are_found_again(fits):
    found = module.weigh(250, seed=5)
    assert found["temperature"] == pytest.approx(TEMPERATURE, rel=0.3)
    assert found["occam"] == pytest.approx(OCCAM, abs=1.5)
    assert 0 < found["surprise"] < 1.5
    assert found["misfit"] == pytest.approx(0.995, abs=0.01)


@pytest.mark.slow
def test_it_weighs_real_fits():
    found = module.weigh(4, seed=5)
    assert set(found) == {"temperature", "occam", "trust", "surprise", "misfit"}
    assert np.isfinite(list(found.values())).all()
    assert found["temperature"] > 0
    assert 0 < found["misfit"] < 0.1
