"""The methods to beat: unsharp mask, Wiener filter, Richardson-Lucy and total variation, done as well as they can be.

All take one image as an array and the point spread that blurred it, treat the border as a mirror (`mirrored`), and work
in units of the image's own range, so that one setting means the same for counts, 8 bit and 16 bit. What setting is best
is the user's guess, as ever; `tuning` finds the best one where the truth is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy import ndimage

from emwidgets.refocusing.mirrored import Mirrored, slopes, slopes_transposed
from emwidgets.refocusing.spread import PointSpread


def unsharp(image, amount: float = 1.0, radius: float = 2.0) -> np.ndarray:
    """Image with what a Gaussian takes from it added: sharper, and noisier by as much.

    It knows no point spread. A negative amount smooths.

    Parameters
    ----------
    image : (rows, columns) array, finite
    amount : float
        How often the difference is added.
    radius : float
        Standard deviation of the Gaussian, px.

    Returns
    -------
    (rows, columns) float32 array, in the units of the image

    Raises
    ------
    TypeError, ValueError
        If `image` is no finite image, or `radius` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.repeat([[0.0, 1.0]], 8, axis=1) * np.ones((16, 1))
    >>> bool(unsharp(step).max() > 1)
    True
    """
    image = checked(image)
    positive("radius", radius)
    return image + np.float32(amount) * (image - ndimage.gaussian_filter(image, radius, mode="reflect", truncate=6))


def wiener(image, spread: PointSpread, balance: float = 0.01, exponent: float = 1.0) -> np.ndarray:
    """The linear filter that is best for an image whose spectrum falls as a power of the frequency.

    Each coefficient of the spectrum is multiplied by ``H / (H² + balance · (L / 8)^exponent)``, H being the transfer
    function and L minus the Laplacian: an `exponent` of 1 assumes that the power falls as the frequency squared, as
    that of edges does, and is the unsupervised prior of scikit-image; 0 is the textbook's constant
    noise-to-signal ratio.

    Parameters
    ----------
    image : (rows, columns) array, finite
    spread : PointSpread
        What blurred it.
    balance : float
        Power of the noise over that of the image at the finest detail.
    exponent : float
        How steeply the spectrum of the sharp image is taken to fall.

    Returns
    -------
    (rows, columns) float32 array, in the units of the image; its mean is kept

    Raises
    ------
    TypeError, ValueError
        If `image` is no finite image, or `balance` is not positive.

    References
    ----------
    .. [1] Hunt, IEEE Trans. Comput. C-22 (1973) 805, doi:10.1109/TC.1973.5009169.
    """
    image = checked(image)
    positive("balance", balance)
    optics = Mirrored(image.shape, spread)
    prior = (optics.roughness / 8) ** np.float32(exponent)
    prior[0, 0] = 0  # 0 to the power 0 is 1; the mean is known
    transfer = optics.transfer
    mean = image.mean()
    gain = transfer / (transfer**2 + np.float32(balance) * prior + np.float32(1e-12))
    return optics.image(gain * optics.spectrum(image - mean)) + mean


def richardson_lucy(image, spread: PointSpread, iterations: int = 20) -> np.ndarray:
    """The most likely image that counts of electrons can come from, approached step by step and left early.

    Parameters
    ----------
    image : (rows, columns) array, finite
        The lowest value counts as none: an offset of the detector does no harm, nor do negative values.
    spread : PointSpread
        What blurred it.
    iterations : int
        More are sharper and noisier. They are accelerated, so that one does what several plain ones do.

    Returns
    -------
    (rows, columns) float32 array, in the units of the image

    Raises
    ------
    TypeError, ValueError
        If `image` is no finite image, or `iterations` is negative.

    References
    ----------
    .. [1] Richardson, J. Opt. Soc. Am. 62 (1972) 55, doi:10.1364/JOSA.62.000055; Lucy, Astron. J. 79 (1974) 745,
       doi:10.1086/111605.
    .. [2] Biggs, Andrews, Appl. Opt. 36 (1997) 1766, doi:10.1364/AO.36.001766 (acceleration).
    """
    image = checked(image)
    if iterations < 0:
        raise ValueError(f"iterations is {iterations}: expected 0 (the image as it is) or more")
    if iterations == 0:
        return image
    steps = richardson_lucy_steps(image, spread)
    for _ in range(iterations):
        found = next(steps)
    return found


def richardson_lucy_steps(image, spread: PointSpread) -> Iterator[np.ndarray]:
    """The image after one iteration of `richardson_lucy`, after two, and so on for ever."""
    image = checked(image)
    optics = Mirrored(image.shape, spread)
    lowest, range_ = image.min(), np.ptp(image) or np.float32(1)
    counts = (image - lowest) / range_
    if not counts.any():  # a constant image: nothing was blurred
        while True:
            yield image.copy()
    smallest = np.float32(1e-4)
    estimate = before = np.maximum(counts, smallest)
    step = last = np.zeros_like(counts)
    while True:
        # how far to go on in the direction of the last step: the cosine between this step and the one before
        speed = float((step * last).sum() / max(float((last * last).sum()), 1e-20))
        point = np.maximum(estimate + np.float32(np.clip(speed, 0, 0.999)) * (estimate - before), smallest)
        ratio = counts / np.maximum(optics.blurred(point), smallest)
        before, estimate = estimate, np.maximum(point * optics.blurred(ratio), smallest)
        step, last = estimate - point, step
        yield estimate * range_ + lowest


def total_variation(
    image,
    spread: PointSpread,
    weight: float = 1e-3,
    iterations: int = 60,
    edge: float = 0.1,
    *,
    start: np.ndarray | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """The image that explains what was recorded and has the least sum of slopes: flat parts, sharp edges.

    Minimises half the squared misfit plus `weight` times the sum of the gradients' lengths (Rudin, Osher, Fatemi [1]_)
    by splitting (alternating directions [2]_); the linear half is solved exactly by the cosine transform.

    Parameters
    ----------
    image : (rows, columns) array, finite
    spread : PointSpread
        What blurred it.
    weight : float
        More is smoother; in units of the image's range.
    iterations : int
        The end is reached after about 60. Images with texture are often best before: part Wiener-filtered still.
    edge : float
        Difference between neighbours, in units of the range, that counts as an edge from the first iteration on. Like
        `start` it decides on the way to the end, not on the end: large for a few high steps, small for texture.
    start : (rows, columns) array, optional
        Where to begin; a Wiener-filtered image if left out.
    progress : callable, optional
        ``progress(done, total)`` after each iteration.

    Returns
    -------
    (rows, columns) float32 array, in the units of the image

    Raises
    ------
    TypeError, ValueError
        If `image` is no finite image, or `weight`, `iterations` or `edge` is not positive.

    References
    ----------
    .. [1] Rudin, Osher, Fatemi, Physica D 60 (1992) 259, doi:10.1016/0167-2789(92)90242-F.
    .. [2] Goldstein, Osher, SIAM J. Imaging Sci. 2 (2009) 323, doi:10.1137/080725891; Wang, Yang, Yin, Zhang, ibid. 1
       (2008) 248, doi:10.1137/080724265.
    """
    image = checked(image)
    positive("weight", weight)
    positive("iterations", iterations)
    positive("edge", edge)
    optics = Mirrored(image.shape, spread)
    lowest, range_ = image.min(), np.ptp(image) or np.float32(1)
    known = optics.transfer * optics.spectrum((image - lowest) / range_)
    first = wiener(image, spread, max(weight, 1e-6) * 10) if start is None else checked(start)
    edges = slopes((first - lowest) / range_)
    threshold = np.float32(edge)
    penalty = np.float32(weight / edge)
    solved = 1 / (optics.transfer**2 + penalty * optics.roughness + np.float32(1e-12))
    missing = np.zeros_like(edges)
    for done in range(iterations):
        found = optics.image(solved * (known + penalty * optics.spectrum(slopes_transposed(edges - missing))))
        missing += slopes(found)
        length = np.hypot(missing[0], missing[1])
        edges = missing * (np.maximum(length - threshold, 0) / np.maximum(length, np.float32(1e-12)))
        missing -= edges
        if progress is not None:
            progress(done + 1, iterations)
    return found * range_ + lowest


def checked(image) -> np.ndarray:
    """One finite image as float32.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    values = np.asarray(image)
    if values.dtype.kind not in "buif":
        raise TypeError(f"expected an image of real numbers, got {values.dtype} ({type(image).__name__})")
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"expected one image of (rows, columns), got an array of shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("the image has NaN or infinite pixels: fill or crop them first, as a blur spreads them")
    return values.astype(np.float32)


def positive(name: str, value: float) -> None:
    """Raise ValueError, naming the setting, unless its value is above 0."""
    if not value > 0:
        raise ValueError(f"{name} is {value}: expected a number above 0")
