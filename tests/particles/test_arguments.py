"""Arguments are what they should be, or the message names them."""

import numpy as np
import pytest

from emwidgets.particles.arguments import is_number, numeric, pair, whole


def test_whole_numbers_may_be_numpys():
    assert whole("n", np.int64(3), 1) == 3
    assert whole("n", 0, 0) == 0


@pytest.mark.parametrize("wrong", [0, -1, 2.0, "2", None, True, np.True_, [2]])
def test_what_is_no_whole_number_is_told(wrong):
    with pytest.raises(ValueError, match=r"n is .* a whole number, at least 1"):
        whole("n", wrong, 1)
    with pytest.raises(ValueError, match="expected some of them"):
        whole("n", wrong, 1, "some of them")


def test_numbers_are_real_finite_and_no_answers():
    assert all(map(is_number, (0, -1.5, np.float32(2), np.int8(3))))
    assert not any(map(is_number, (True, np.False_, np.nan, np.inf, "1", None, [1], 1j, np.zeros(2), 10**400)))


@pytest.mark.parametrize("wrong", ["ab", b"ab", 1, None, (1,), (1, 2, 3), (1, "2"), (1, np.nan), [[1, 2], [3, 4]]])
def test_what_is_no_pair_is_told(wrong):
    with pytest.raises(ValueError, match=r"range is .*: expected two"):
        pair("range is", wrong, "two")


def test_what_is_no_array_has_no_elements():
    assert numeric([1, 2]).tolist() == [1, 2]
    assert numeric("abc").size == numeric([[1], [2, 3]]).size == 0
