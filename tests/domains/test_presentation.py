import json

import numpy as np
import pytest

import emwidgets as emw
from emwidgets.domains import presentation
from emwidgets.domains.parameters import Parameters
from emwidgets.domains.stages import FrameStages
from emwidgets.frontend.wire import values_of


@pytest.fixture(scope="module")
def result():
    return emw.domains.segment(emw.examples.cdte_twin().isig[:192, :160], include=[(3.0, 3.1)])


@pytest.fixture(scope="module")
def found(result):
    return result.found[0]


@pytest.fixture(scope="module")
def amorphous():
    """What is found in noise."""
    noise = np.random.default_rng(2).normal(size=(128, 128)).astype(np.float32)
    return FrameStages(noise, (0.02, 0.02)).run(Parameters())


@pytest.mark.parametrize("unit", ["nm", "px"])
def test_tables_name_unit_and_meaning_of_every_column(found, unit):
    peaks = presentation.peaks_payload(found.peaks, unit)
    domains = presentation.domains_payload(found.domains, unit)
    for table in (peaks, domains):
        assert all(column["label"] and column["help"] for column in table["columns"])
        assert list(table["data"]) == [column["name"] for column in table["columns"]]
    units = {column["name"]: column["unit"] for table in (peaks, domains) for column in table["columns"]}
    assert units["kx"] == f"1/{unit}"
    assert (units["area"], units["d_spacing"], units["orientation"]) == (f"{unit}²", unit, "°")


def test_all_columns_of_the_public_tables_are_shown(result):
    assert set(presentation.peaks_payload(result.peaks, "nm")["data"]) == set(result.peaks.columns)
    assert set(presentation.domains_payload(result.domains, "nm")["data"]) == set(result.domains.columns)


def test_a_peak_added_by_hand_has_blanks_where_nothing_was_measured(found):
    data = presentation.peaks_payload(found.peaks, "nm")["data"]
    row = data["reason"].index("added by hand")
    assert data["sharpness"][row] is None
    json.dumps(data, allow_nan=False)


def test_an_amorphous_image_gives_empty_tables_and_the_reason(amorphous):
    totals = presentation.totals_payload(amorphous, "nm")
    assert not totals["crystalline"]
    assert (totals["n_domains"], totals["n_families"], totals["paint"]) == (0, 0, [])
    assert totals["message"].startswith("No crystalline component")
    assert presentation.domains_payload(amorphous.domains, "nm")["rows"] == 0
    assert presentation.mixture_payload(None) == {}
    json.dumps(totals, allow_nan=False)


def test_the_mixture_lies_among_the_peaks_of_the_chart_noise_first(found):
    mixture = presentation.mixture_payload(found.mixture)
    assert mixture["names"] == ["noise", "crystal"]
    assert np.shape(mixture["means"]) == (2, 2)
    assert np.shape(mixture["covariances"]) == (2, 2, 2)
    lowest, highest = (np.log10(found.peaks["excess"].iloc[:-1]).agg(f) for f in ("min", "max"))
    noise, crystal = (mean[1] for mean in mixture["means"])
    assert lowest - 0.5 < noise < crystal < highest


def test_the_spectrum_has_its_origin_where_its_axes_say(found):
    spectrum = presentation.spectrum_payload(found.spectrum, "nm")
    rows, columns = spectrum["shape"]
    for name, middle in (("y", rows // 2), ("x", columns // 2)):
        axis = spectrum["axes"][name]
        assert axis["unit"] == "1/nm"
        assert axis["offset"] + middle * axis["scale"] == pytest.approx(0)
    power = found.spectrum.full()
    np.testing.assert_allclose(values_of(spectrum), np.log10(power), atol=np.ptp(np.log10(power)) / 65535)


def test_a_spectrum_with_zeros_has_a_logarithm():
    checker = np.indices((64, 64)).sum(axis=0) % 2
    image = FrameStages(checker.astype(np.float32), (1.0, 1.0), "px").run(Parameters())
    assert np.isfinite(values_of(presentation.spectrum_payload(image.spectrum, "px"))).all()


def test_sliders_have_sensible_ranges_before_and_after_the_first_result(result, found):
    for in_force in (None, found.parameters):
        for name, entry in presentation.ranges(result.where, 5, in_force).items():
            assert 0 <= entry.get("min", 0) < entry["max"], name
            assert 0 < entry.get("step", 1) < entry["max"], name
    entries = presentation.ranges(result.where, 5, None)
    scale = result.where.scale[0]
    assert entries["frame"]["max"] == 4
    assert entries["d_range"]["min"] == pytest.approx(2 * scale)
    assert entries["eps"]["max"] == pytest.approx(12 * scale)


def test_values_in_force_lie_within_the_ranges_and_are_given_in_px(result, found):
    entries, scale = presentation.ranges(result.where, 1, found.parameters), result.where.scale[0]
    for name in ("aperture", "eps", "min_samples", "min_area"):
        assert entries[name]["min"] <= getattr(found.parameters, name) <= entries[name]["max"]
    assert entries["eps"]["px"] == pytest.approx(found.parameters.eps / scale)
    assert entries["min_area"]["px"] == pytest.approx(found.parameters.min_area / scale**2)
    assert entries["aperture"]["px"] == pytest.approx(found.parameters.aperture * scale)
