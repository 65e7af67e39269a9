"""How often each rule, each network and their vote is right, with 95 % intervals: on simulated and on real patterns.

Simulated patterns are of structures and instruments of the test split, with a seed that nothing was chosen by. Real
ones are read from a folder given with ``--real``, with one folder in it for each of "ring", "spot" and anything else; a
line of Markdown for each pattern goes to standard output after the lines of JSON.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from emwidgets.diffraction.answers import ENSEMBLE, NETWORKS, RULES, members_of
from emwidgets.diffraction.simulation.dataset import LABELS, outsiders, sample, spotty
from emwidgets.diffraction.voting import CERTAINTY, verdict
from emwidgets.models.calibrate import calibration_error, wilson

SEED = 2026


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patterns", type=int, default=3000)
    parser.add_argument("--outsiders", type=int, default=500)
    parser.add_argument("--real", type=Path, help="folder with folders 'ring', 'spot' and others")
    asked = parser.parse_args()
    simulated(asked.patterns, asked.outsiders)
    if asked.real:
        real(asked.real)


def simulated(patterns: int, others: int) -> None:
    """Counts on the test split, and on its structures with new settings of the instruments that were trained on."""
    members, truth = asked_about([sample(n, 128, "test", SEED) for n in range(patterns)])
    known, known_truth = asked_about([sample(n, 128, "test", SEED, instruments="train") for n in range(patterns)])
    images, kinds = outsiders(others, 128, "test", SEED)
    strangers = members_of(images, NETWORKS)
    between = members_of(np.stack([spotty(number, 128, "test", SEED).image for number in range(others)]), NETWORKS)
    for name, voting in methods():
        say("simulated, unseen kind of instrument", name, truth, answer(members, voting))
        say("simulated, unseen setting of a kind of instrument", name, known_truth, answer(known, voting))
        if name in RULES:
            continue
        for kind, number in (("amorphous", 0), ("foreign", 1)):
            doubt = answer(strangers, voting).uncertain[kinds == number]
            print(json.dumps({"what": f"{kind} marked uncertain", "method": name, **share(doubt)}))
        print(
            json.dumps(
                {"what": "of a few grains marked uncertain", "method": name} | share(answer(between, voting).uncertain)
            )
        )


def real(folder: Path) -> None:
    """Counts and a table of a folder."""
    import hyperspy.api as hs

    files = sorted(file for file in folder.glob("*/*") if file.suffix in {".png", ".tif", ".tiff", ".bmp", ".jpg"})
    frames = [hs.load(str(file)).data for file in files]
    parts = [members_of(frame[None], (*RULES, *NETWORKS)) for frame in frames]
    members = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    shown = [file.parent.name for file in files]
    kept = np.array([label in LABELS for label in shown])
    truth = np.array([LABELS.index(label) for label in shown if label in LABELS])
    answers = {name: answer(members, voting) for name, voting in methods()}
    for name, found in answers.items():
        say("real", name, truth, subset(found, kept))
        print(
            json.dumps(
                {"what": "real, neither ring nor spot, marked uncertain", "method": name}
                | share(found.uncertain[~kept])
            )
        )
    print("| pattern | shows | " + " | ".join(answers) + " |\n|---|---|" + "---|" * len(answers))
    for number, (file, label) in enumerate(zip(files, shown, strict=True)):
        cells = [cell(found, number, label) for found in answers.values()]
        print(f"| {file.name} | {label} | " + " | ".join(cells) + " |")


def asked_about(drawn):
    """What everybody says of samples, and what they are."""
    frames = np.stack([one.image for one in drawn])
    return members_of(frames, (*RULES, *NETWORKS)), np.array([one.label for one in drawn])


def methods():
    """Name and voters of everything that answers."""
    return [*((name, (name,)) for name in (*RULES, *NETWORKS)), ("ensemble", ENSEMBLE)]


def answer(members, voting):
    return verdict({name: members[name] for name in voting}, certainty=CERTAINTY)


def subset(found, kept):
    return type(found)(*(part[kept] for part in vars(found).values()))


def say(where, name, truth, found) -> None:
    right = found.labels == np.array(LABELS)[truth]
    recalls = [right[truth == number].mean() for number in (0, 1)]
    print(
        json.dumps(
            {"what": f"{where}: right", "method": name}
            | share(right)
            | {"balanced": round(float(np.mean(recalls)), 4)}
            | {label: share(right[truth == number]) for number, label in enumerate(LABELS)}
            | {"calibration error": round(calibration_error(found.probabilities, truth), 4)}
            | {"uncertain": share(found.uncertain), "right where certain": share(right[~found.uncertain])}
        )
    )


def share(counted) -> dict:
    counted = np.asarray(counted, bool)
    if not counted.size:
        return {"share": None, "of": 0}
    low, high = wilson(int(counted.sum()), counted.size)
    return {"share": round(float(counted.mean()), 4), "of": counted.size, "interval": [round(low, 4), round(high, 4)]}


def cell(found, number, label) -> str:
    """Answer for one pattern; bold where it is wrong, with a question mark where it is uncertain."""
    said = f"{found.labels[number]} {found.probabilities[number].max():.2f}"
    doubt = "?" if found.uncertain[number] else ""
    return f"**{said}**{doubt}" if label in LABELS and found.labels[number] != label else said + doubt


if __name__ == "__main__":
    main()
