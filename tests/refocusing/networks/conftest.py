"""What the tests of the networks share: corpora of made-up micrographs."""

import numpy as np
import pytest

from emwidgets.refocusing.networks.corpus import Corpus
from emwidgets.refocusing.networks.scenes import scene


@pytest.fixture(scope="session")
def made_up():
    """A corpus of eight made-up micrographs of 192² px."""
    images = [np.round(scene(np.random.default_rng(seed), 192) * 255).astype(np.uint8) for seed in range(8)]
    return Corpus({"made": images})
