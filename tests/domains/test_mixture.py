"""The mixture of noise and crystalline peaks, and what its constants stand on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.domains.mixture import FEATURES, SPECKLE_MEAN, SPECKLE_SPREAD, fit_mixture, probabilities
from emwidgets.domains.simulate import simulate_array

CERTAIN = 18.0


def table(logs, physical=True):
    """Peaks with these decimal logarithms of the features."""
    return pd.DataFrame(10.0 ** np.asarray(logs), columns=list(FEATURES)).assign(physical=physical)


def speckle(number, seed=0):
    return np.random.default_rng(seed).normal(SPECKLE_MEAN, SPECKLE_SPREAD, (number, 3))


def reflections(number, seed=1):
    return np.random.default_rng(seed).normal((2.0, 1.2, 2.2), (0.4, 0.3, 0.25), (number, 3))


@pytest.fixture(scope="module")
def mixed():
    """Twenty peaks of noise, then twelve reflections, and their mixture."""
    peaks = table(np.concatenate([speckle(20), reflections(12)]))
    return peaks, fit_mixture(peaks, CERTAIN)


def test_the_speckle_constants_are_what_amorphous_images_show(candidates):
    features = []
    for seed, amorphous in ((900, 0.0), (901, 0.5), (902, 0.5), (903, 0.9)):
        peaks = candidates(simulate_array((1024, 1024), coverage=0, amorphous=amorphous, seed=seed)[0])
        features.append(np.log10(peaks[peaks["physical"]][list(FEATURES)].to_numpy()))
    features = np.concatenate(features)
    assert len(features) > 40
    np.testing.assert_allclose(features.mean(axis=0), SPECKLE_MEAN, atol=0.06)
    np.testing.assert_allclose(features.std(axis=0), SPECKLE_SPREAD, rtol=0.3)


def test_noise_and_reflections_are_told_apart(mixed):
    peaks, mixture = mixed
    probability = probabilities(peaks, mixture)
    assert probability[:20].max() < 0.1
    assert probability[20:].min() > 0.9


def test_the_components_are_noise_first_and_have_all_the_weight(mixed):
    _, mixture = mixed
    assert mixture.means.shape == (2, 3)
    assert (mixture.means[1] > mixture.means[0]).all()
    assert mixture.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(mixture.means[0], SPECKLE_MEAN, atol=0.1)
    for covariance in mixture.covariances:
        assert (np.linalg.eigvalsh(covariance) > 0).all()


@given(logs=st.lists(st.tuples(*[st.floats(-3, 6)] * 3), min_size=1, max_size=20))
def test_probabilities_are_probabilities_for_any_features(mixed, logs):
    probability = probabilities(table(logs), mixed[1])
    assert probability.shape == (len(logs),)
    assert ((probability >= 0) & (probability <= 1)).all()


@given(start=st.floats(1.0, 2.0), more=st.floats(0.0, 1.0))
def test_more_of_everything_is_never_less_crystalline(mixed, start, more):
    """On the line from the typical speckle to the typical reflection, where both components are supported."""
    _, mixture = mixed
    way = mixture.means[1] - mixture.means[0]
    near, far = (mixture.means[0] + way * share for share in (start - 1, min(1.0, start - 1 + more)))
    less, greater = probabilities(table([near, far]), mixture)
    assert greater >= less - 1e-9


@given(below=st.floats(0.001, 1.5), others=st.tuples(st.floats(-1, 3), st.floats(-1, 3)))
def test_a_peak_weaker_than_noise_is_never_crystalline(mixed, below, others):
    _, mixture = mixed
    assert probabilities(table([(*others, mixture.means[0, 2] - below)]), mixture)[0] < 1e-200


def test_without_a_peak_that_noise_cannot_explain_there_is_no_mixture():
    peaks = table(speckle(30))
    assert peaks["excess"].max() < CERTAIN
    assert fit_mixture(peaks, CERTAIN) is None
    np.testing.assert_array_equal(probabilities(peaks, None), 0)


def test_evidence_that_is_not_physical_is_no_evidence():
    peaks = pd.concat([table(speckle(10)), table(reflections(5), physical=False)])
    assert fit_mixture(peaks, CERTAIN) is None


def test_a_list_of_nothing_but_reflections_is_crystalline_throughout():
    peaks = table(reflections(8))
    assert probabilities(peaks, fit_mixture(peaks, CERTAIN)).min() > 0.9


def test_one_reflection_alone_is_enough():
    peaks = table(reflections(1))
    assert probabilities(peaks, fit_mixture(peaks, CERTAIN))[0] > 0.9


def test_an_empty_list_has_no_probabilities(mixed):
    empty = table(np.zeros((0, 3)))
    assert fit_mixture(empty, CERTAIN) is None
    assert probabilities(empty, mixed[1]).shape == (0,)


def test_the_same_peaks_give_the_same_mixture_in_any_order(mixed):
    peaks, mixture = mixed
    shuffled = fit_mixture(peaks.sample(frac=1, random_state=0), CERTAIN)
    np.testing.assert_allclose(shuffled.means, mixture.means, atol=1e-6)
