"""The table against the truth of simulated particles, and against bad frames."""

import dask.array as da
import numpy as np
import pytest
from hyperspy.signals import Signal1D, Signal2D
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from emwidgets import particles
from emwidgets.particles.features import COLUMNS
from emwidgets.signals import UncalibratedError

rotations = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1).map(Rotation.from_quat)
lengths = st.floats(9, 14)
solids = st.one_of(
    st.builds(particles.cuboid, lengths, lengths, lengths),
    st.builds(
        lambda a, b, c, corners: particles.cuboid(a, b, c).deform(sorted(corners), 0.4),
        lengths,
        lengths,
        lengths,
        st.sets(st.integers(0, 7), min_size=1),
    ),
    st.builds(particles.octahedron, lengths),
    st.builds(particles.truncated_octahedron, lengths),
    st.builds(particles.ellipsoid, *[st.floats(4, 8)] * 3),
)
POSE = Rotation.from_euler("xyz", [20, 30, 40], degrees=True)
# faces along the beam, sampled at one point a pixel, would be wider or narrower by up to half a pixel
BRIGHT = particles.Imaging(brightest=500, oversampling=4)


def row_of(signal, **options):
    return particles.features(signal, **options).iloc[0]


def projected_area(shape, rotation):
    if len(shape.vertices):
        return ConvexHull(rotation.apply(shape.vertices)[:, :2]).volume
    axes = rotation.as_matrix() * shape.semi_axes
    return np.pi * np.sqrt(np.linalg.det((axes @ axes.T)[:2, :2]))


@settings(max_examples=20, deadline=None)
@given(shape=solids, rotation=rotations, seed=st.integers(0, 50))
def test_volume_area_and_calipers_are_those_of_the_particle(shape, rotation, seed):
    row = row_of(particles.simulate(shape, rotation, imaging=BRIGHT, seed=seed))
    assert row.problem == ""
    assert row.volume == pytest.approx(shape.volume, rel=0.03)
    area = projected_area(shape, rotation)
    assert row.area == pytest.approx(area, rel=0.08)
    assert row.equivalent_diameter == pytest.approx(2 * np.sqrt(area / np.pi), rel=0.04)
    assert row.mean_thickness == pytest.approx(shape.volume / area, rel=0.08)
    if len(shape.vertices):
        corners = rotation.apply(shape.vertices)[:, :2]
        longest = np.linalg.norm(corners[:, None] - corners, axis=-1).max()
        assert row.feret_max == pytest.approx(longest, rel=0.08)
    assert row.feret_min <= row.feret_max
    assert not row.touches_border


def test_a_box_seen_along_its_edge_is_measured_with_a_ruler():
    turn = Rotation.from_euler("z", 15, degrees=True)
    imaging = particles.Imaging(brightest=500, oversampling=4)
    row = row_of(particles.simulate(particles.cuboid(10, 14, 12), turn, imaging=imaging))
    assert row.n_vertices == 4
    assert np.sort(row.edge_lengths) == pytest.approx([10, 10, 14, 14], abs=0.5)
    assert row.angles == pytest.approx(90, abs=3)
    assert row.corner_distances.max() == pytest.approx(np.hypot(10, 14), abs=0.6)
    assert row.corner_distances.max() == row.feret_max
    assert row.mean_thickness == pytest.approx(12, rel=0.06)
    assert row.thickness_ratio == pytest.approx(1.1, abs=0.1)
    # the long edge lies along y, which is turned by 15 degrees
    assert row.orientation == pytest.approx(105, abs=3)
    assert row.moment_major == pytest.approx(14**2 / 12, rel=0.06)
    assert row.moment_minor == pytest.approx(10**2 / 12, rel=0.06)
    assert row.gyration == pytest.approx(np.sqrt((14**2 + 10**2) / 12), rel=0.04)


def test_the_centroid_is_in_the_coordinates_of_the_axes():
    imaging = particles.Imaging(position=(1.5, -2.0))
    signal = particles.simulate(particles.sphere(6), imaging=imaging)
    signal.axes_manager.signal_axes[0].offset = 100.0
    row = row_of(signal)
    middle = 127 / 2 * 0.25
    assert (row.centroid_x, row.centroid_y) == pytest.approx((100 + middle + 1.5, middle - 2), abs=0.1)
    middle_of_box = (row.vertices.min(axis=0) + row.vertices.max(axis=0)) / 2
    assert middle_of_box == pytest.approx((100 + middle + 1.5, middle - 2), abs=0.5)


@pytest.mark.parametrize(("size", "pixel"), [(96, 1 / 3), (160, 0.2), (256, 0.125)])
def test_the_numbers_do_not_depend_on_the_pixel_size(size, pixel):
    shape = particles.cuboid(11, 13, 14).deform([3], 0.5)

    def measured(size, pixel):
        imaging = particles.Imaging(shape=(size, size), pixel_size=pixel, dose=1e5)
        return row_of(particles.simulate(shape, POSE, imaging=imaging, seed=3))

    here, there = measured(128, 0.25), measured(size, pixel)
    for name in ("area", "perimeter", "feret_max", "volume", "gyration", "moment_major", "mean_thickness"):
        assert there[name] == pytest.approx(here[name], rel=0.04), name
    assert there.asymmetry == pytest.approx(here.asymmetry, rel=0.2)


def test_pixels_that_are_no_squares_are_measured_as_long_as_they_are():
    imaging = particles.Imaging(shape=(128, 128), brightest=500)
    fine = particles.simulate(particles.cuboid(10, 12, 14), POSE, imaging=imaging)
    coarse = fine.rebin(scale=(1, 2))
    assert row_of(coarse, per_nm=1.0).area == pytest.approx(row_of(fine).area, rel=0.05)
    assert row_of(coarse, per_nm=1.0).feret_max == pytest.approx(row_of(fine).feret_max, rel=0.05)


def test_an_uncut_cuboid_is_even_and_a_cut_one_is_not():
    whole, cut = particles.cuboid(11, 13, 14), particles.cuboid(11, 13, 14).deform([3], 0.4)
    even, odd = (row_of(particles.simulate(each, POSE, imaging=BRIGHT)) for each in (whole, cut))
    assert abs(even.asymmetry) < 0.01 < odd.asymmetry
    assert even.asymmetry_peak < 5 < odd.asymmetry_peak


def test_gain_and_offset_change_no_length_and_no_volume():
    shape = particles.cuboid(11, 13, 14)
    plain = row_of(particles.simulate(shape, POSE))
    detector = row_of(particles.simulate(shape, POSE, imaging=particles.Imaging(gain=3.0, offset=500.0)))
    for name in ("area", "volume", "max_thickness"):
        assert detector[name] == pytest.approx(plain[name], rel=1e-3), name
    assert detector.signal == pytest.approx(3 * plain.signal, rel=1e-3)


def test_without_calibrated_intensity_there_is_no_volume_unless_it_is_given():
    made = particles.simulate(particles.cuboid(11, 13, 14))
    bare = Signal2D(made.data)
    bare.axes_manager.signal_axes.set(scale=0.25, units="nm")
    unknown = row_of(bare)
    assert np.isnan([unknown.volume, unknown.mean_thickness, unknown.max_thickness]).all()
    per_nm = made.metadata.emwidgets.counts_per_nm
    known = row_of(bare, per_nm=per_nm, probe=0.6)
    assert known.volume == pytest.approx(row_of(made).volume)
    assert known.area == pytest.approx(row_of(made).area)


def test_an_uncalibrated_image_is_measured_in_px_and_said_to_be_so():
    made = particles.simulate(particles.cuboid(11, 13, 14))
    table = particles.features(Signal2D(made.data))
    assert table.attrs["unit"] == "px"
    assert table.attrs["calibrated"] is False
    assert table.attrs["units"]["area"] == "px²"
    assert np.isnan(table.volume[0])
    in_nm = particles.features(Signal2D(made.data), pixel_size=0.25)
    assert in_nm.attrs["unit"] == "nm"
    assert in_nm.area[0] == pytest.approx(table.area[0] / 16, rel=0.01)


@pytest.fixture(scope="module")
def stack():
    """Particles, and what cannot be measured: nothing, a constant, NaN, noise, and one that lacks a few pixels."""
    good = particles.simulate(particles.cuboid(11, 13, 14), seed=1).data
    holes = good.copy()
    holes[60:63, 60:63] = np.nan
    noise = np.random.default_rng(0).poisson(20, good.shape).astype(np.float32)
    blank = np.full_like(good, 3)
    frames = np.stack([good, blank, np.full_like(good, np.nan), noise, holes, good])
    signal = Signal2D(frames.reshape(3, 2, 128, 128), metadata={"General": {"title": "stack"}})
    signal.axes_manager.signal_axes.set(scale=0.25, units="nm")
    return signal


def test_frames_that_cannot_be_measured_stop_no_others(stack):
    table = particles.features(stack)
    assert len(table) == 6
    assert (table.problem != "").tolist() == [False, True, True, True, False, False]
    assert "constant" in table.problem[1]
    assert "no valid pixel" in table.problem[2]
    assert "brighter" in table.problem[3] or "too few" in table.problem[3]
    assert all(f"'frame {number}'" in table.problem[number] for number in (1, 2, 3))
    assert table.area[[1, 2, 3]].isna().all()
    assert table.vertices[1].shape == (0, 2)
    assert table.area[4] == pytest.approx(table.area[0], rel=0.01)
    assert table.area[5] == table.area[0]


def test_a_lazy_stack_gives_the_same_table(stack):
    lazy = Signal2D(da.from_array(stack.data, chunks=(1, 2, 64, 128))).as_lazy()
    lazy.axes_manager.signal_axes.set(scale=0.25, units="nm")
    lazy.metadata.General.title = "stack"
    a, b = particles.features(stack), particles.features(lazy)
    assert list(a.columns) == list(b.columns)
    for name in a.columns:
        for one, other in zip(a[name], b[name], strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_same_image_gives_the_same_numbers(stack):
    a, b = particles.features(stack), particles.features(stack)
    np.testing.assert_array_equal(a.area, b.area)
    np.testing.assert_array_equal(a.vertices[0], b.vertices[0])


def test_the_table_says_what_it_is(stack):
    table = particles.features(stack, probe=0.5)
    assert set(COLUMNS) < set(table.columns)
    assert table.columns[0] == "frame"
    assert len(table.columns) == 3 + len(COLUMNS)  # the frame and two navigation axes
    assert table.attrs["units"]["volume"] == "nm³"
    made = table.attrs["provenance"]
    assert made["parameters"]["probe"] == 0.5
    assert len(made["digest"]) == 64


def test_the_signal_is_not_changed(stack):
    before = stack.data.copy()
    particles.features(stack)
    np.testing.assert_array_equal(stack.data, before)


def test_a_particle_at_the_border_is_said_to_be_one():
    made = particles.simulate(particles.cuboid(11, 13, 14), imaging=particles.Imaging(position=(14, 0)))
    assert row_of(made).touches_border


def test_a_particle_behind_missing_pixels_is_not_wholly_seen(stack):
    hidden = particles.simulate(particles.cuboid(11, 13, 14), seed=1)
    hidden.data[:, 64:] = np.nan
    row = row_of(hidden)
    assert row.problem == ""
    assert row.touches_border
    assert particles.features(stack).touches_border.tolist() == [False] * 6  # nine missing pixels hide nothing


def test_what_is_no_image_of_lengths_is_refused(stack):
    with pytest.raises(TypeError, match="expected a HyperSpy signal"):
        particles.features(np.zeros((64, 64)))
    with pytest.raises(ValueError, match="expected images"):
        particles.features(Signal1D(np.zeros((4, 64))))
    reciprocal = stack.deepcopy()
    reciprocal.axes_manager.signal_axes.set(units="1/nm")
    with pytest.raises(UncalibratedError):
        particles.features(reciprocal)
    for name in ("per_nm", "probe", "pixel_size"):
        for value in (0, -1, np.nan, "1"):
            with pytest.raises(ValueError, match=f"{name} is .*expected a positive number"):
                particles.features(stack, **{name: value})
