"""How near restored images come to the truth, beside classical methods that are told more than any user knows.

Images in focus of materials and specimens that no network was taught or chosen by (``benchmarks/refocusing_images``, or
``--images FOLDER``) are blurred by a Gaussian, noise is added, and both are restored. The networks are told nothing.
The classical methods are given the true point spread, and the setting that comes nearest to the truth of this very
image; "best classical" takes the best of them, image by image. Prints lines of JSON:

- ``grid``: gain in PSNR (dB) and SSIM, mean and by material, for each width of blur (standard deviation, px), noise
  (% of the range of the sharp image) and method; of the networks also by how much they are ahead of the best classical
  method. "held" is the best classical method held to what networks are held to: beyond the frequency from which the
  image is noise, no more power than there was. Two bounds beside them: of all linear filters (Wiener's, with the true
  power of every coefficient of the very image), and the gain at which all that is left is as strong as the noise that
  the image in focus itself carries.
- ``mixed``: one image, sharp on the left and blurred on the right: PSNR (dB) of the sharp part, after against before,
  and the gain of the blurred part against the truth.
- ``sharp``: images in focus, as they are and with noise: PSNR of after against before.
- ``pair``: a real through-focus pair, each result registered and brought to the brightness and contrast of the image
  near focus. Nobody knows the spread, which is astigmatic: the classical methods get the Gaussian and the setting that
  come nearest to that image.
- ``speed``: seconds for 1024² px.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from emwidgets.refocusing.blurring import blurred, blurred_by_map, noisy
from emwidgets.refocusing.classical import total_variation
from emwidgets.refocusing.estimated import estimated_spread
from emwidgets.refocusing.holding import held_within
from emwidgets.refocusing.metrics import psnr, score, ssim
from emwidgets.refocusing.mirrored import Mirrored
from emwidgets.refocusing.radial import FAINTEST, noise_cutoff
from emwidgets.refocusing.registration import contrast_matched, registered
from emwidgets.refocusing.restore import NETWORKS, restore
from emwidgets.refocusing.spread import PointSpread
from emwidgets.refocusing.tuning import METHODS, tuned

IMAGES = Path(__file__).parent / "refocusing_images"
PAIR = "through_focus"  # beginning of the names of the real pair
SIGMAS = (1.5, 2.5, 4.0)
NOISES = (0.005, 0.03)
LARGEST = 512  # px; of larger images the middle is taken
SEED = 20_262_026
PARTS = ("grid", "mixed", "sharp", "pair", "speed")
SAID: list[dict] = []


class Subject(NamedTuple):
    """An image in focus."""

    name: str
    material: str
    truth: np.ndarray

    @property
    def range(self) -> float:
        """Highest less lowest value: what noise and PSNR are measured by."""
        return float(np.ptp(self.truth))

    def seen(self, sigma: float, noise: float) -> np.ndarray:
        """How it looks out of focus, with noise of its own that is the same in every run."""
        rng = np.random.default_rng([SEED, *self.name.encode(), round(1000 * sigma), round(10_000 * noise)])
        return noisy(blurred(self.truth, PointSpread(sigma)), rng, noise, span=self.range)


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, default=IMAGES, help="folder of images in focus, without info bars")
    parser.add_argument("--networks", nargs="*", default=NETWORKS, help="names, or paths of cards of your own")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--cards", type=Path, help="folder of cards that the metrics of the networks are put into")
    parser.add_argument("--turns", type=int, default=2, help="orientations that the networks average")
    asked = parser.parse_args()
    subjects = loaded(asked.images)
    networks = {name: partial(restore, network=name, turns=asked.turns) for name in asked.networks}
    if "grid" in asked.parts:
        grid(subjects, networks)
    for part, measure in (("mixed", mixed), ("sharp", sharp)):
        if part in asked.parts:
            for name, network in networks.items():
                measure(subjects, name, network)
    if "pair" in asked.parts:
        real_pair(networks)
    if "speed" in asked.parts:
        speed(subjects[0].truth, asked.networks)
    if asked.cards:
        put_into_cards(asked.cards, asked.turns)


def loaded(folder: Path) -> list[Subject]:
    """Images of a folder; what they show stands in its SOURCES.csv, else their names begin with it."""
    listed = folder / "SOURCES.csv"
    materials = {}
    if listed.exists():
        with listed.open(newline="") as lines:
            materials = {row["file"]: row["material"] for row in csv.DictReader(lines)}
    files = [each for each in sorted(folder.iterdir()) if each.suffix.lower() in (".png", ".tif", ".tiff", ".jpg")]
    found = [
        Subject(each.stem, materials.get(each.name, each.stem.split("_")[0]), middle(pixels(each)))
        for each in files
        if not each.name.startswith(PAIR)
    ]
    if not found:
        raise SystemExit(f"'{folder}' holds no image (.png, .tif, .jpg): give another folder with --images")
    return found


def pixels(file: Path) -> np.ndarray:
    from PIL import Image

    with Image.open(file) as image:
        values = np.asarray(image)
        return (values if values.ndim == 2 else np.asarray(image.convert("L"))).astype(np.float32)


def middle(image: np.ndarray) -> np.ndarray:
    rows, columns = (slice(max(n - LARGEST, 0) // 2, max(n - LARGEST, 0) // 2 + LARGEST) for n in image.shape)
    return image[rows, columns]


def grid(subjects: list[Subject], networks: dict) -> None:
    """Every method on every image, one line for each width of blur, noise and method."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        cells = [(sigma, noise) for sigma in SIGMAS for noise in NOISES]
        asked = [pool.submit(classical, subject, *cell) for cell in cells for subject in subjects]
        for number, (sigma, noise) in enumerate(cells):
            of_cell = asked[number * len(subjects) : (number + 1) * len(subjects)]
            gains = [dict(each.result()) for each in of_cell]
            for subject, gain in zip(subjects, gains, strict=True):
                for name, network in networks.items():
                    seen = subject.seen(sigma, noise)
                    gain[name] = gained(network(seen).image, seen, subject)
            say_cell(subjects, sigma, noise, gains)


def classical(subject: Subject, sigma: float, noise: float) -> dict[str, dict]:
    """Gains of the classical methods at their best, and the bounds."""
    seen, spread = subject.seen(sigma, noise), PointSpread(sigma)
    found = {method: tuned(method, seen, subject.truth, spread, subject.range) for method in METHODS}
    gains = {method: gained(each.image, seen, subject) for method, each in found.items()}
    gains["best classical"] = max(gains.values(), key=lambda gain: gain["psnr"])
    cutoff = noise_cutoff(seen, FAINTEST)
    held = [seen + held_within(seen, each.image - seen, cutoff) for each in found.values()]
    gains["best classical, held"] = max((gained(each, seen, subject) for each in held), key=lambda gain: gain["psnr"])
    before = psnr(seen, subject.truth, subject.range)
    gains["bound of linear filters"] = gained(linear(subject, seen, spread, noise), seen, subject)
    gains["bound of its own noise"] = {"psnr": 20 * np.log10(subject.range / own_noise(subject.truth)) - before}
    gains["before"] = {"psnr": before, "ssim": ssim(seen, subject.truth, subject.range)}
    return gains


def gained(restored: np.ndarray, seen: np.ndarray, subject: Subject) -> dict[str, float]:
    return {
        measure.__name__: measure(restored, subject.truth, subject.range) - measure(seen, subject.truth, subject.range)
        for measure in (psnr, ssim)
    }


def linear(subject: Subject, seen: np.ndarray, spread: PointSpread, noise: float) -> np.ndarray:
    """The Wiener filter that knows how strong every coefficient of the truth is: no linear filter can do more."""
    optics, mean = Mirrored(seen.shape, spread), subject.truth.mean()
    power = optics.spectrum(subject.truth - mean) ** 2
    gain = optics.transfer * power / (optics.transfer**2 * power + (noise * subject.range) ** 2)
    return optics.image(gain * optics.spectrum(seen - mean)) + mean


def own_noise(image: np.ndarray) -> float:
    """Standard deviation of the noise of an image in focus: the larger of two estimates that each see a part of it.

    Its white part, by the median of second differences (Immerkær, Comput. Vis. Image Underst. 64 (1996) 300,
    doi:10.1006/cviu.1996.0060); and what is left of planes in the flattest quarter of all blocks of 8 × 8 px.
    """
    second = ndimage.convolve(image, np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 6)
    white = np.median(np.abs(second)) / 0.6745
    rows, columns = (n // 8 for n in image.shape)
    blocks = image[: 8 * rows, : 8 * columns].reshape(rows, 8, columns, 8).swapaxes(1, 2).reshape(-1, 64).T
    plane = np.stack([np.ones(64), *np.indices((8, 8)).reshape(2, -1)], axis=1)
    left = blocks - plane @ np.linalg.lstsq(plane, blocks, rcond=None)[0]
    variances = np.sort(np.sum(left**2, axis=0) / (64 - 3))
    return float(max(white, np.sqrt(variances[: max(len(variances) // 4, 1)].mean())))


def say_cell(subjects: list[Subject], sigma: float, noise: float, gains: list[dict]) -> None:
    best = [gain["best classical"]["psnr"] for gain in gains]
    for method in gains[0]:
        of_method = [gain[method] for gain in gains]
        line = {"part": "grid", "sigma": sigma, "noise %": 100 * noise, "method": method}
        line["psnr"] = mean_of(each["psnr"] for each in of_method)
        if "ssim" in of_method[0]:
            line["ssim"] = mean_of((each["ssim"] for each in of_method), 4)
        if method not in (*METHODS, "before") and not method.startswith(("best", "bound")):
            line["ahead of the best classical"] = round(line["psnr"] - mean_of(best), 2)
        line["by material"] = {
            material: mean_of(
                each["psnr"] for each, subject in zip(of_method, subjects, strict=True) if subject.material == material
            )
            for material in dict.fromkeys(subject.material for subject in subjects)
        }
        say(line)


def mixed(subjects: list[Subject], name: str, network) -> None:
    """One image, in focus on the left, out of it on the right, with a fifth of its width between."""
    for sigma in SIGMAS:
        for noise in NOISES:
            kept, gains = [], []
            for subject in subjects:
                rows, columns = subject.truth.shape
                widths = sigma * np.clip((np.arange(columns) / columns - 0.4) / 0.2, 0, 1) * np.ones((rows, 1))
                seen = blurred_by_map(subject.truth, widths, PointSpread(sigma))
                seen = noisy(seen, np.random.default_rng([SEED, *subject.name.encode()]), noise, span=subject.range)
                after = network(seen).image
                left, right = np.s_[:, : int(0.4 * columns)], np.s_[:, int(0.6 * columns) :]
                kept.append(psnr(after[left], seen[left], subject.range))
                before, restored = (psnr(each[right], subject.truth[right], subject.range) for each in (seen, after))
                gains.append(restored - before)
            line = {"part": "mixed", "network": name, "sigma": sigma, "noise %": 100 * noise}
            line |= {"sharp part": mean_of(kept), "worst": round(min(kept), 2), "gain of the rest": mean_of(gains)}
            say(line)


def sharp(subjects: list[Subject], name: str, network) -> None:
    """What is in focus and is to stay as it is."""
    for noise in (0.0, *NOISES):
        kept = {subject.name: unchanged(subject, noise, network) for subject in subjects}
        line = {"part": "sharp", "network": name, "noise %": 100 * noise, "psnr": mean_of(kept.values())}
        say(line | {"worst": round(min(kept.values()), 2), "by image": {k: round(v, 2) for k, v in kept.items()}})


def unchanged(subject: Subject, noise: float, network) -> float:
    seen = subject.seen(0.0, noise)
    return psnr(network(seen).image, seen, subject.range)


def real_pair(networks: dict) -> None:
    """A place near focus, and twice farther from it."""
    reference = pixels(IMAGES / f"{PAIR}_sharp.png")
    for which in ("base", "far"):
        image = pixels(IMAGES / f"{PAIR}_{which}.png")
        laid = registered(image, reference).reference
        matched = contrast_matched(image, laid)
        guess = estimated_spread(image).sigma
        widths = [PointSpread(guess * factor) for factor in (0.5, 0.7, 0.85, 1.0, 1.2)]
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            asked = {each: [pool.submit(tuned, each, matched, laid, width) for width in widths] for each in METHODS}
            best = {method: max((each.result() for each in of), key=lambda at: at.psnr) for method, of in asked.items()}
        made = {"before": image, **{method: found.image for method, found in best.items()}}
        made |= {name: network(image).image for name, network in networks.items()}
        for method, restored in made.items():
            found = score(restored, reference, match_contrast=True)
            line = {"part": "pair", "image": which, "method": method}
            line |= {"psnr": round(found["psnr"], 2), "ssim": round(found["ssim"], 4)}
            say(line | {"shift x y, px": [round(each, 2) for each in found["shift"]]})
        say({"part": "pair", "image": which, "estimated sigma, px": round(guess, 2)})


def speed(image: np.ndarray, networks) -> None:
    """Seconds for 1024² px, the best of three, the network loaded."""
    large = np.pad(image, [(0, max(1024 - n, 0)) for n in image.shape], mode="symmetric")[:1024, :1024]
    for name in networks:
        for turns in (1, 2, 4):
            taken = []
            for _ in range(3):
                begun = time.perf_counter()
                restore(large, name, turns=turns)
                taken.append(time.perf_counter() - begun)
            say({"part": "speed", "network": name, "turns": turns, "seconds for 1024²": round(min(taken), 2)})
    begun = time.perf_counter()
    total_variation(large, PointSpread(2.5))
    say({"part": "speed", "method": "total_variation", "seconds for 1024²": round(time.perf_counter() - begun, 2)})


def mean_of(values, digits: int = 2) -> float:
    return round(float(np.mean(list(values))), digits)


def put_into_cards(folder: Path, turns: int) -> None:
    """What was said of each network, as the metrics of its card."""
    for name in NETWORKS:
        metrics = {"test images": f"benchmarks/refocusing_images, mean of {turns} orientations"}
        for line in SAID:
            at = f"sigma {line.get('sigma')} px, noise {line.get('noise %')} %"
            if line["part"] == "grid" and line["method"] == name:
                metrics[f"blurred, {at}"] = {"gain in PSNR, dB": line["psnr"], "gain in SSIM": line["ssim"]}
            elif line["part"] == "sharp" and line["network"] == name:
                kept = {"PSNR after against before, dB": line["psnr"], "worst": line["worst"]}
                metrics[f"in focus, noise {line['noise %']} %"] = kept
        card = folder / f"{name}.json"
        found = json.loads(card.read_text(encoding="utf-8"))
        if len(metrics) > 1:
            card.write_text(json.dumps(found | {"metrics": metrics}, indent=1) + "\n", encoding="utf-8")


def say(line: dict) -> None:
    SAID.append(line)
    print(json.dumps({"benchmark": "refocusing", **line}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
