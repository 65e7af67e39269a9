import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.refocusing.networks.bank import MULTIPLE
from emwidgets.refocusing.tiles import MARGIN, padded, tiles


@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([192, 200, 256, 512]))
@settings(max_examples=60, deadline=None)
def test_tiles_cover_an_image_with_weights_that_add_up_to_one(rows, columns, size):
    total = np.zeros((rows, columns))
    whole = padded(np.empty((rows, columns), np.float32)).shape
    for piece in tiles((rows, columns), size):
        total[piece.at] += piece.weight
        assert (piece.weight > 0).all()
        for window, inside, at, length in zip(piece.window, piece.inside, piece.at, whole, strict=True):
            extent = window.stop - window.start
            assert extent % MULTIPLE == 0
            assert window.start % MULTIPLE == 0
            assert extent <= max(size, 2 * MARGIN + MULTIPLE)
            assert window.stop <= length
            assert inside.stop <= extent
            # what is used is where it belongs, with a margin before and after
            assert window.start + inside.start == at.start + MARGIN
            assert window.stop - (window.start + inside.stop) >= MARGIN
    np.testing.assert_allclose(total, 1, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (5, 130), (64, 64)])
def test_beyond_its_border_an_image_goes_on_mirrored(shape):
    image = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    whole = padded(image)
    np.testing.assert_array_equal(whole[MARGIN:, MARGIN:][: shape[0], : shape[1]], image)
    np.testing.assert_array_equal(whole[MARGIN - 1], whole[MARGIN])
    assert all(n % MULTIPLE == 0 for n in whole.shape)
