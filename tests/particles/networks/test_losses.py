import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

keras = pytest.importorskip("keras")

from emwidgets.particles.networks.losses import map_loss, pose_loss  # noqa: E402
from emwidgets.particles.networks.outputs import POSE  # noqa: E402
from emwidgets.particles.networks.pose import targets  # noqa: E402


def pose_losses(true, said):
    found = pose_loss(keras.ops.convert_to_tensor(true), keras.ops.convert_to_tensor(said))
    return keras.ops.convert_to_numpy(found)


def renamed(rows, order):
    axes = rows[:, :12].reshape(-1, 3, 4)[:, list(order)]
    return np.concatenate([axes.reshape(-1, 12), rows[:, 12:]], axis=1)


@settings(max_examples=30, deadline=None)
@given(st.from_type(Rotation), st.permutations(range(3)))
def test_the_right_pose_costs_nothing_in_any_order_of_the_axes(pose, order):
    axes = (pose.as_matrix() * [11.0, 13.0, 16.0])[None]
    true = targets(axes, np.array([[0.3, -0.8]]), np.zeros((1, 8)))
    other = targets(axes[:, :, list(order)], np.array([[0.3, -0.8]]), np.zeros((1, 8)))
    assert pose_losses(true, other) == pytest.approx(0, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(3)))
def test_the_order_of_the_axes_never_counts_and_a_wrong_pose_costs_what_it_is_off_by(seed, order):
    rng = np.random.default_rng(seed)
    true, said = rng.normal(size=(2, 4, len(POSE))).astype(np.float32)
    found = pose_losses(true, said)
    np.testing.assert_allclose(pose_losses(true, renamed(said, order)), found, rtol=1e-4)
    np.testing.assert_allclose(pose_losses(renamed(true, order), said), found, rtol=1e-4)
    each = np.abs(said - true)
    straight = each[:, :12].mean(axis=1) * 3 + each[:, 12:].mean(axis=1)
    assert (found <= straight + 1e-4).all()
    near = true + rng.uniform(-0.001, 0.001, true.shape).astype(np.float32)
    off = np.abs(near - true)
    # so near to the truth no other order of the axes fits better, unless two of them are alike
    np.testing.assert_allclose(
        pose_losses(true, near), off[:, :12].mean(axis=1) * 3 + off[:, 12:].mean(axis=1), atol=2e-6
    )


def test_centre_and_size_cannot_be_exchanged():
    true = np.zeros((1, len(POSE)), np.float32)
    said = true.copy()
    said[0, 12:] = 0.3, -0.6, 0.9
    assert pose_losses(true, said) == pytest.approx(0.6)


def test_a_map_costs_its_mean_square_image_by_image():
    true, said = np.random.default_rng(0).random((2, 3, 16, 16, 2), np.float32)
    found = keras.ops.convert_to_numpy(map_loss(keras.ops.convert_to_tensor(true), keras.ops.convert_to_tensor(said)))
    np.testing.assert_allclose(found, ((true - said) ** 2).mean(axis=(1, 2, 3)), rtol=1e-5)


@pytest.mark.parametrize("loss", [pose_loss, map_loss])
def test_a_kept_training_finds_its_losses_again(loss):
    assert keras.saving.get_registered_object(keras.saving.get_registered_name(loss)) is loss
