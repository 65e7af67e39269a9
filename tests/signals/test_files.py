"""Files as HyperSpy reads them all end in the same calibrated frames."""

import struct

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets import examples
from emwidgets.signals import calibrated_frames, map_frames


@pytest.fixture
def micrograph(make_image):
    """Image of 8-bit counts, 0.05 nm a pixel, of a shape that shows swapped axes."""
    counts = np.random.default_rng(3).integers(0, 255, (20, 32), dtype=np.uint8)
    return make_image(counts, scale=0.05, units="nm", title="micrograph")


@pytest.mark.filterwarnings("ignore:The NestedDirectoryStore is deprecated:FutureWarning")
@pytest.mark.parametrize("extension", ["hspy", "zspy", "tif", "emd", "rpl"])
@pytest.mark.parametrize("lazy", [False, True])
def test_a_file_with_axes_gives_calibrated_frames(micrograph, tmp_path, extension, lazy):
    path = tmp_path / f"micrograph.{extension}"
    micrograph.save(path)
    signal = hs.load(str(path), lazy=lazy)
    frames = calibrated_frames(signal)
    assert frames.unit == "nm"
    assert frames.scale == pytest.approx((0.05, 0.05))
    np.testing.assert_array_equal(np.asarray(frames.data)[0], micrograph.data)


@pytest.mark.parametrize("extension", ["png", "bmp"])
def test_a_plain_picture_is_uncalibrated_and_called_by_its_file(micrograph, tmp_path, extension):
    path = tmp_path / f"sample 7.{extension}"
    micrograph.save(path)
    frames = calibrated_frames(hs.load(str(path)))
    assert (frames.unit, frames.calibrated, frames.title) == ("px", False, "sample 7")
    np.testing.assert_array_equal(frames.data[0], micrograph.data)


def test_an_mrc_file_gives_calibrated_frames(micrograph, tmp_path):
    # written by hand, by the MRC2014 description: HyperSpy reads the format without, but writes it only with mrcz
    rows, columns = micrograph.data.shape
    header = bytearray(1024)
    struct.pack_into("<4i", header, 0, columns, rows, 1, 1)  # size; mode 1: 16-bit signed
    struct.pack_into("<3i", header, 28, columns, rows, 1)  # sampling
    struct.pack_into("<6f", header, 40, columns * 0.5, rows * 0.5, 0.5, 90, 90, 90)  # cell in Å: 0.5 Å a pixel
    struct.pack_into("<3i", header, 64, 1, 2, 3)
    header[208:216] = b"MAP \x44\x44\x00\x00"
    path = tmp_path / "micrograph.mrc"
    path.write_bytes(bytes(header) + micrograph.data.astype("<i2").tobytes())
    frames = calibrated_frames(hs.load(str(path)))
    assert frames.unit == "nm"
    assert frames.scale == pytest.approx((0.05, 0.05))
    np.testing.assert_array_equal(frames.data[0], micrograph.data)


def test_a_tif_with_a_printing_resolution_only_stays_uncalibrated(tmp_path):
    # 72 dots an inch is what drawing programs write; read as a pixel size it would be 353 µm
    import tifffile

    path = tmp_path / "figure.tif"
    tifffile.imwrite(path, np.arange(400, dtype="u2").reshape(20, 20), resolution=(72, 72), resolutionunit="INCH")
    assert calibrated_frames(hs.load(str(path))).unit == "px"


def test_the_native_dm3_file_gives_calibrated_frames():
    frames = calibrated_frames(examples.cdte_twin())
    assert frames.unit == "nm"
    assert frames.scale == pytest.approx((0.020217, 0.020217), rel=1e-4)
    assert frames.data.shape == (1, 512, 512)


def test_a_file_of_several_datasets_asks_which_one(micrograph, tmp_path, make_image):
    path = tmp_path / "session.emd"
    micrograph.save(path)
    with pytest.raises(TypeError, match=r"list of 2 \('micrograph', 'micrograph'\)"):
        calibrated_frames([hs.load(str(path)), hs.load(str(path))])


@pytest.mark.filterwarnings("ignore:The NestedDirectoryStore is deprecated:FutureWarning")
@pytest.mark.parametrize("extension", ["hspy", "zspy"])
def test_a_lazy_result_can_be_saved_without_ever_being_in_memory(micrograph, tmp_path, extension):
    path = tmp_path / f"stack.{extension}"
    hs.stack([micrograph] * 3, show_progressbar=False).save(path)
    result = map_frames(lambda frame: frame / 2, hs.load(str(path), lazy=True), title="half")
    result.save(tmp_path / f"half.{extension}")
    loaded = hs.load(str(tmp_path / f"half.{extension}"))
    np.testing.assert_array_equal(loaded.data[2], micrograph.data / 2)
    assert loaded.axes_manager.signal_axes[0].units == "nm"
