"""Fit the constants of `posterior` on simulated particles: ``python -m emwidgets.particles.fit.weigh``.

Prints temperature, Occam's share and trust in the network, which are put into the code by hand, and the largest misfit
of a cuboid, which the limit in `answers` lies well above. The particles have a seed of their own.
"""

from __future__ import annotations

import argparse
from itertools import islice

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax

from emwidgets import models
from emwidgets.particles.dataset import samples
from emwidgets.particles.networks.framing import find, prepared
from emwidgets.particles.networks.outputs import split
from emwidgets.particles.networks.views import BACKBONE

from . import posterior
from .fitted import fit

#: No other data set has it.
SEED = 909_091


def weigh(n: int, seed: int = SEED) -> dict[str, float]:
    """The constants of greatest likelihood on n particles of the task "count", and the 99.5th percentile of misfit."""
    network = models.load(BACKBONE)
    fits, said, right, misfits = [], [], [], []
    for each in islice(samples("count", seed=seed), n):
        frame = find(each.images[0])
        outputs = split(network.run(prepared(each.images[0], frame)[None])[0])
        fitted, found = fit([each.images[0]], [frame], outputs["pose"])
        fits.append(found)
        said.append(softmax(outputs["count"][0]))
        right.append(int(each.particle.label))
        misfits.append(fitted.misfit)

    def surprise(constants):
        temperature, occam, trust = np.exp(constants[0]), constants[1], np.exp(constants[2])
        chances = [
            posterior.counts(posterior.corner_odds(found, temperature, occam), network_says, trust)
            for found, network_says in zip(fits, said, strict=True)
        ]
        return -np.mean([np.log(chance[number]) for chance, number in zip(chances, right, strict=True)])

    best = minimize(surprise, [np.log(2.0), 1.0, np.log(0.3)], method="Nelder-Mead", options={"maxiter": 300})
    temperature, occam, trust = np.exp(best.x[0]), best.x[1], np.exp(best.x[2])
    return {
        "temperature": float(temperature),
        "occam": float(occam),
        "trust": float(trust),
        "surprise": float(best.fun),
        "misfit": float(np.percentile(misfits, 99.5)),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m emwidgets.particles.fit.weigh", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1000, help="particles")
    print(weigh(parser.parse_args().n))
