import numpy as np
import pytest

pytest.importorskip("keras")

from emwidgets.refocusing.networks.bank import LEVELS, channels_of
from emwidgets.refocusing.networks.lessons import NARROW, SETTINGS, WIDE, Lessons, Setting, lesson, taught

OUTPUTS = ("half", "restored", "answer", "widths")


def many(made_up, setting, n=40):
    rng = np.random.default_rng(1)
    return [lesson(made_up, setting, rng, 64) for _ in range(n)]


def test_the_non_blind_setting_has_one_width(made_up):
    setting = SETTINGS["non-blind"]
    for one in many(made_up, setting, 8):
        assert (one.sigma == setting.sigma).all()
        assert one.bank.shape == (64, 64, channels_of(1))


def test_the_blind_setting_has_all_widths_and_nothing_sharp(made_up):
    lessons = many(made_up, SETTINGS["blind"])
    widths = np.array([one.sigma[0, 0] for one in lessons])
    assert all((one.sigma == width).all() for one, width in zip(lessons, widths, strict=True))
    assert widths.min() >= NARROW
    assert widths.max() <= WIDE
    assert np.log(widths).std() > 0.3


def test_the_discriminative_setting_has_sharp_mixed_and_blurred_scenes(made_up):
    lessons = many(made_up, SETTINGS["discriminative"], 80)
    sharp = [one for one in lessons if one.sigma.max() <= 0.3]
    mixed = [one for one in lessons if one.sigma.min() < 0.3 < 0.7 < one.sigma.max()]
    blurred = [one for one in lessons if one.sigma.min() > 0.6]
    assert min(len(sharp), len(mixed), len(blurred)) >= 5


def test_what_is_sharp_shall_stay_as_it_is_noise_and_all(made_up):
    always = Setting(sharp=1.0)
    for one in many(made_up, always, 6):
        np.testing.assert_array_equal(one.target, one.bank[..., 0])


def test_what_is_blurred_shall_become_the_scene(made_up):
    """The target has more detail than the image: its neighbours differ more."""
    for one in many(made_up, Setting(sigma=4.0), 6):
        seen, target = one.bank[..., 0], one.target
        from scipy import ndimage

        smooth = [ndimage.gaussian_filter(each, 1.0) for each in (seen, target)]  # noise is no detail
        rough = [np.abs(np.diff(each, axis=0)).mean() for each in smooth]
        assert rough[1] > rough[0]


def test_batches_are_the_same_for_a_seed_and_epoch_and_new_in_the_next(made_up):
    def first(epoch, seed=5):
        return Lessons(made_up, SETTINGS["discriminative"], 64, 2, 3, seed, OUTPUTS, epoch)[0][0]

    batches = Lessons(made_up, SETTINGS["discriminative"], 64, 2, 3, 5, OUTPUTS)
    np.testing.assert_array_equal(batches[0][0], first(0))
    batches.on_epoch_end()
    np.testing.assert_array_equal(batches[0][0], first(1))
    assert not np.array_equal(first(0), first(1))
    assert not np.array_equal(first(0), first(0, seed=6))
    assert len(batches) == 3


def test_every_output_is_taught_what_it_can_know(made_up):
    setting = SETTINGS["discriminative"]
    banks, wanted = taught(many(made_up, setting, 4), setting, OUTPUTS)
    assert banks.shape == (4, 64, 64, channels_of(len(LEVELS)))
    shapes = {name: each.shape for name, each in wanted.items()}
    assert shapes == {
        "half": (4, 16, 16, 2),
        "restored": (4, 64, 64, 2),
        "answer": (4, 64, 64, 1),
        "widths": (4, 8, 8, 1 + len(LEVELS)),
    }
    np.testing.assert_allclose(wanted["widths"].sum(axis=-1), 1, atol=1e-5)
