"""What the numbers mean that the network gives; known without Keras, as those who only ask it need no Keras."""

from __future__ import annotations

import numpy as np

from emwidgets.particles.tasks import TASKS

#: What an image can show, in the order of the numbers that stand for it.
KINDS = ("cuboid", "pyramid", "sphere", "other")

#: Answers of the network one after the other, each with its classes.
ANSWERS = {"count": TASKS["count"], "kind": KINDS, "arrangement": TASKS["arrangement"]}

#: What is said of each axis of the cuboid: its half edge as a vector, its products xx, xy, yy and zz; then the centre
#: of the uncut cuboid (x, y) and the cube root of the volume; see `emwidgets.particles.networks.pose`.
POSE = (*(f"{axis} {product}" for axis in "abc" for product in ("xx", "xy", "yy", "zz")), "x", "y", "size")

#: All numbers that the network gives, in their order.
OUTPUTS = (*(f"{name} {each}" for name, classes in ANSWERS.items() for each in classes), *(f"pose {p}" for p in POSE))


def split(logits: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs of the network (n, len(OUTPUTS)) by name."""
    found, begin = {}, 0
    for name, labels in ANSWERS.items():
        found[name] = logits[:, begin : begin + len(labels)]
        begin += len(labels)
    return found | {"pose": logits[:, begin:]}
