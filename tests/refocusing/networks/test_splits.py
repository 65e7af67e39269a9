import numpy as np
import pytest
from PIL import Image

from emwidgets.refocusing.networks.splits import SPLITS, micrographs, split_of

NAMES = ("imranlabs_Gold.png", "nasa_050317_3_S1.png", "nasa_050317_9_S2.png", "nasa_spot1_0d_0.png", "bam_rough_1.png")


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(NAMES):
        Image.fromarray(np.full((200, 210), 10 * number, np.uint8)).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no image")
    return tmp_path


def test_what_was_recorded_on_one_day_is_in_one_split():
    assert split_of("nasa_050317_3_S1.png") == split_of("nasa_050317_9_S2.png") == "validation"
    assert split_of("deepsem_NWs_125nm_03.png") == split_of("deepsem_NWs_135nm_07.png") == "test"


def test_every_image_is_in_one_split(folder):
    found = [one.name for split in SPLITS for one in micrographs(folder, split)]
    assert sorted(found) == sorted(NAMES)


def test_information_bars_are_cut_off_and_values_are_from_0_to_1(folder):
    by_name = {one.name: one.image for one in micrographs(folder, "train")}
    assert by_name["bam_rough_1.png"].shape == (40, 210)
    assert by_name["nasa_spot1_0d_0.png"].shape == (200, 210)
    assert by_name["nasa_spot1_0d_0.png"][0, 0] == pytest.approx(30 / 255)


def test_a_folder_without_images_is_said(tmp_path):
    with pytest.raises(ValueError, match="holds no image"):
        micrographs(tmp_path, "train")
    with pytest.raises(ValueError, match="train, validation, test"):
        micrographs(tmp_path, "exam")
