"""Crystalline or noise: a two-component Gaussian mixture on the features of the candidate peaks."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

FEATURES = ("intensity", "sharpness", "excess")
#: Peaks of simulated amorphous images: mean and standard deviation of the logarithm of the features, and how many of
#: them stand beside the peaks of the image (`tests/domains/test_mixture.py` measures them again).
SPECKLE_MEAN, SPECKLE_SPREAD, SPECKLE_PEAKS = (0.0, 0.29, 1.04), (0.11, 0.16, 0.03), 40


@dataclass(frozen=True)
class Mixture:
    """Fitted mixture in the decimal logarithm of the `FEATURES`; component 0 is noise, 1 crystalline.

    Attributes
    ----------
    means : (2, 3) array
    covariances : (2, 3, 3) array
    weights : (2,) array
    """

    means: np.ndarray
    covariances: np.ndarray
    weights: np.ndarray


def fit_mixture(peaks: pd.DataFrame, least_excess: float) -> Mixture | None:
    """Fit the mixture to the physical candidates.

    The crystalline component starts from the peaks that noise cannot explain, the noise component from all others and
    from what the peaks of amorphous images are known to be like.

    Parameters
    ----------
    peaks : DataFrame
        With the `FEATURES` and ``physical``.
    least_excess : float
        Excess that noise alone does not reach.

    Returns
    -------
    Mixture or None
        None where no peak reaches `least_excess`: then there is no second component to fit.

    References
    ----------
    .. [1] C. Fraley, A. E. Raftery, "Model-based clustering, discriminant analysis, and density estimation",
       J. Am. Stat. Assoc. 97 (2002) 611, doi:10.1198/016214502760047131
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    physical = peaks[peaks["physical"]]
    features = _features(physical)
    certain = physical["excess"].to_numpy() > least_excess
    if not certain.any():
        return None
    # an image that is crystal all over may have no noise peak at all; the known ones keep that component in place
    known = np.random.default_rng(0).normal(SPECKLE_MEAN, SPECKLE_SPREAD, (SPECKLE_PEAKS, len(FEATURES)))
    noise = np.concatenate([known, features[~certain]])
    crystal = features[certain]
    share = np.array([len(noise), len(crystal)]) / (len(noise) + len(crystal))
    spread = np.stack([noise.std(axis=0), np.maximum(crystal.std(axis=0), 0.3)])
    mixture = GaussianMixture(
        2,
        means_init=np.stack([noise.mean(axis=0), crystal.mean(axis=0)]),
        weights_init=share,
        precisions_init=np.stack([np.diag(1 / s**2) for s in spread]),
        init_params="random_from_data",  # not used, as all is given; the default would run k-means for nothing
        reg_covar=1e-3,
        max_iter=60,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # sixty rounds are as good as convergence here
        mixture.fit(np.concatenate([noise, crystal]))
    order = np.argsort(mixture.means_[:, 2])
    return Mixture(mixture.means_[order], mixture.covariances_[order], mixture.weights_[order])


def probabilities(peaks: pd.DataFrame, mixture: Mixture | None) -> np.ndarray:
    """Probability of each peak to be crystalline; 0 for all where there is no crystalline component."""
    if mixture is None or len(peaks) == 0:
        return np.zeros(len(peaks))
    features = _features(peaks)
    logs = []
    for mean, covariance, weight in zip(mixture.means, mixture.covariances, mixture.weights, strict=True):
        away = features - mean
        mahalanobis = np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)
        logs.append(np.log(weight) - 0.5 * (mahalanobis + np.linalg.slogdet(covariance)[1]))
    odds = logs[1] - logs[0]
    # the wider Gaussian also wins below the noise, where a peak is certainly not crystalline
    odds[features[:, 2] < mixture.means[0, 2]] = -np.inf
    return 1 / (1 + np.exp(-np.clip(odds, -700, 700)))


def _features(peaks):
    return np.log10(np.maximum(peaks[list(FEATURES)].to_numpy(float), 1e-12))
