"""Images and a reader of them that the tests of particles share."""

import threading

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.spatial import Delaunay
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes


class DiscReader:
    """A method that any image can be made to please: the brighter a disc, the later the class it says.

    A disc 20 above its background is of the first class, one of 40 of the second; it is unlike all of them beyond the
    last. Put in place of `answer`, it goes through all that surrounds a method.
    """

    def __init__(self):
        self.calls, self._lock = [], threading.Lock()

    def __call__(self, images, task, method=None, *, tilts=None, checkpoint=None):
        from emwidgets.particles.answers import Answer, Fitted
        from emwidgets.particles.identifiable import why_not
        from emwidgets.particles.networks.framing import find
        from emwidgets.particles.seen import Seen
        from emwidgets.particles.tasks import TASKS

        if isinstance(images, Seen):
            images, tilts = images.images, images.tilts
        with self._lock:
            self.calls.append((len(images), tilts))
        impossible = why_not(task, len(images), tilts)
        if impossible:
            return Answer(np.array([0.5, 0.5]), why=impossible)
        frames = [find(image) for image in images]
        levels = [np.median(image[seen.outline]) - seen.background for image, seen in zip(images, frames, strict=True)]
        level, number = np.mean(levels) / 20 - 1, len(TASKS[task])
        odds = np.exp(-8 * (np.arange(number) - np.clip(level, 0, number - 1)) ** 2)
        fitted = None
        if method == "fit":
            middle = (np.array(images[0].shape) - 1) / 2
            centre = tuple(np.subtract(frames[0].centre, middle)[::-1].tolist())
            fitted = Fitted(axes=np.diag([4.0, 5.0, 6.0]), centre=centre, depths=np.zeros(8), misfit=1.5)
        return Answer(
            probabilities=odds / odds.sum(),
            other=0.9 if level > number else 0.05,
            why="touches the border" if any(seen.touches for seen in frames) else "",
            fitted=fitted,
        )


@pytest.fixture
def disc_reader(monkeypatch):
    """All methods read discs; `calls` tells of each question how many images came and which tilts."""
    import importlib

    reader = DiscReader()
    monkeypatch.setattr(importlib.import_module("emwidgets.particles.asking"), "answer", reader)
    return reader


@pytest.fixture(scope="session")
def disc():
    """Maker of an image of a disc that `disc_reader` takes for the class of this number; of none, or of nothing."""
    noise = np.random.default_rng(5).normal(size=(40, 48)).astype(np.float32)
    rows, columns = np.indices(noise.shape)

    def make(level, centre=(18.5, 25.5), radius=10):
        if level is None:
            return np.full(noise.shape, 7, np.float32)
        inside = np.hypot(rows - centre[0], columns - centre[1]) < radius
        return 10 + 0.3 * noise + np.float32(20 * (level + 1)) * inside

    return make


@pytest.fixture
def as_stack():
    """Maker of a calibrated signal of images."""

    from hyperspy.signals import Signal2D

    def make(images, scale=(0.25, 0.25), units="nm"):
        signal = Signal2D(np.asarray(images))
        x, y = signal.axes_manager.signal_axes
        (y.scale, x.scale), x.units, y.units = scale, units, units
        return signal

    return make


@pytest.fixture
def scan(disc):
    """Calibrated scan of 2 × 3 discs of the levels 0, 1, blank over 3, nearly 3, beyond all."""
    from hyperspy.signals import Signal2D

    frames = np.stack([disc(level) for level in (0, 1, None, 3, 2.55, 20)]).reshape(2, 3, 40, 48)
    signal = Signal2D(frames, metadata={"General": {"title": "scan"}})
    x, y = signal.axes_manager.navigation_axes
    x.name, x.scale, x.offset, x.units = "x", 0.5, 10.0, "nm"
    y.name, y.scale, y.units = "y", 2.0, "nm"
    signal.axes_manager.signal_axes.set(scale=0.25, units="nm")
    return signal


@pytest.fixture
def views(disc):
    """Four views of one particle of level 2; the third is blank."""
    from hyperspy.signals import Signal2D

    frames = np.stack([disc(level) for level in (2.1, 1.9, None, 2.0)])
    signal = Signal2D(frames, metadata={"General": {"title": "tilts"}})
    signal.axes_manager.signal_axes.set(scale=0.25, units="nm")
    return signal


_lengths = st.floats(4, 20)


@st.composite
def _cut_cuboids(draw):
    """Cuboids without any number of corners, cuts overlapping or not, of one depth or of three."""
    shape = shapes.cuboid(*draw(st.tuples(_lengths, _lengths, _lengths)))
    depth = st.floats(0.1, 1.0)
    cuts = draw(st.dictionaries(st.integers(0, 7), depth | st.tuples(depth, depth, depth), max_size=8))
    return shape.deform(list(cuts), list(cuts.values()))


@st.composite
def _polyhedra(draw):
    points = np.random.default_rng(draw(st.integers(0, 10**6))).standard_normal((draw(st.integers(6, 16)), 3))
    return shapes.polyhedron(6 * points / np.linalg.norm(points, axis=1, keepdims=True))


#: Any rotation, those along an axis among them.
rotations = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1).map(Rotation.from_quat)
polyhedra = st.one_of(
    _cut_cuboids(),
    _polyhedra(),
    st.builds(shapes.triangular_pyramid, _lengths, _lengths),
    st.builds(shapes.octahedron, _lengths),
    st.builds(shapes.truncated_octahedron, _lengths, st.floats(0.1, 0.5)),
)
ellipsoids = st.builds(shapes.ellipsoid, _lengths, _lengths, _lengths) | st.builds(shapes.sphere, _lengths)

# @given(st.from_type(Shape)) is how tests draw them
st.register_type_strategy(Rotation, rotations)
st.register_type_strategy(shapes.Polyhedron, polyhedra)
st.register_type_strategy(shapes.Ellipsoid, ellipsoids)
st.register_type_strategy(shapes.Shape, polyhedra | ellipsoids)


def _inside(shape, points):
    if isinstance(shape, shapes.Ellipsoid):
        return (np.square(points / shape.semi_axes).sum(axis=-1)) <= 1
    if shape.name != "cuboid":
        return Delaunay(shape.vertices).find_simplex(points) >= 0
    half = np.array(list(shape.parameters.values())) / 2
    found = (np.abs(points) <= half).all(axis=-1)
    for corner, depths in shape.cuts.items():
        signs = np.where([corner & 1, corner & 2, corner & 4], 1, -1)
        found &= ((half - points * signs) / depths).sum(axis=-1) >= 1
    return found


@pytest.fixture(scope="session")
def inside():
    """Which points are inside a shape, found without its half-spaces: (shape, (..., 3)) to bool (...)."""
    return _inside


@pytest.fixture
def playground():
    """Maker of playgrounds that are closed at the end."""
    from emwidgets import ParticlePlayground

    made = []

    def make(*arguments, **controls):
        made.append(ParticlePlayground(*arguments, **controls))
        return made[-1]

    yield make
    for widget in made:
        widget.close()
