"""A reference is of the same place: as many pixels, as many images, the same magnification."""

import numpy as np
import pytest

from emwidgets import signals
from emwidgets.refocusing.comparer.reference import reference_for


def test_one_for_all_or_one_for_each(grains, as_image):
    stack = np.stack([grains(seed=seed) for seed in range(3)])
    where = signals.calibration(as_image(stack))
    one, each = reference_for(as_image(stack[0]), where), reference_for(as_image(stack).as_lazy(), where)
    for number in range(3):
        np.testing.assert_array_equal(one.one(number), stack[0])
        np.testing.assert_array_equal(each.one(number), stack[number])


def test_a_magnification_that_was_rounded_is_the_same(grains, as_image):
    where = signals.calibration(as_image(grains(), scale=2.0))
    assert reference_for(as_image(grains(), scale=2.01), where)
    assert reference_for(as_image(grains(), scale=None), where)  # it does not say
    with pytest.raises(ValueError, match=r"pixels of 2\.1 nm, and 'Grains' of 2 nm: expected the same magnification"):
        reference_for(as_image(grains(), scale=2.1), where)


def test_a_reference_in_another_unit_of_length_fits(grains, as_image):
    reference = as_image(grains())
    reference.axes_manager.signal_axes.set(scale=0.002, units="µm")
    assert reference_for(reference, signals.calibration(as_image(grains(), scale=2.0)))
