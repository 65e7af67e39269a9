"""Pages as files: what is in them, what is shared and linked, and that they are written whole or not."""

import re
from pathlib import Path

import numpy as np
import pytest
import traitlets

import emwidgets
from emwidgets.frontend import files
from emwidgets.frontend import page as pages
from emwidgets.frontend.page import Page, read


@pytest.fixture(autouse=True)
def _with_a_front_end(smoother, monkeypatch):
    own_class = next(each for each in type(smoother).__mro__ if "analyse" in vars(each))
    monkeypatch.setattr(own_class, "front_end", "domains", raising=False)


def titled(smoother, title):
    smoother.provenance = {"title": title}
    return smoother


# the file


def test_the_same_input_gives_the_same_page_but_for_the_date(smoother, monkeypatch):
    class Noon(pages.datetime):
        @classmethod
        def now(cls, zone):
            return cls(2026, 3, 1, 12, tzinfo=zone)

    monkeypatch.setattr(pages, "datetime", Noon)
    text = Page([smoother]).html({"sigma": [1, 2]})
    assert Page([smoother]).html({"sigma": [1, 2]}) == text


def test_the_page_holds_what_the_widget_says(smoother, tmp_path):
    contents = read(Page([titled(smoother, "Gold")]).save_html(tmp_path / "page.html", {"sigma": [2, 1]}))
    assert {name: contents[name] for name in ("format", "version", "title", "links")} == {
        "format": 1,
        "version": emwidgets.__version__,
        "title": "Gold",
        "links": [],
    }
    [widget] = contents["widgets"]
    assert widget["kind"] == "domains"
    assert widget["state"] == smoother.snapshot({"sigma": 1})
    assert widget["sweep"]["values"] == [[1.0, 2.0]]
    assert widget["sweep"]["steps"][1]["smoothed"] == smoother.snapshot({"sigma": 2})["smoothed"]


def test_what_is_no_page_is_not_read(tmp_path, smoother):
    other = tmp_path / "other.html"
    other.write_text("<!doctype html><title>other</title>")
    with pytest.raises(ValueError, match=r"'other\.html' is no page of emwidgets"):
        read(other)


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (r'data-em="buffer">[^<]*<', 'data-em="buffer"><'),
        (r'data-em="buffer">.{40}', 'data-em="buffer">' + 40 * "A"),
        (r'<script type="text/plain" data-em="buffer">[^<]*</script>', ""),
        (r'data-em="manifest">[^<]*<', 'data-em="manifest">AAAA<'),
    ],
    ids=["empty", "wrong", "missing", "manifest"],
)
def test_a_damaged_page_says_so(tmp_path, smoother, what, instead):
    path = Page([smoother]).save_html(tmp_path / "page.html")
    text, found = re.subn(what, instead, path.read_text(), count=1)
    assert found
    path.write_text(text)
    with pytest.raises(ValueError, match=r"'page\.html' is a damaged page: .*; write or fetch it again"):
        read(path)


def test_a_page_of_a_later_format_says_so(tmp_path, smoother, monkeypatch):
    monkeypatch.setattr(pages, "FORMAT", 2)
    later = Page([smoother]).save_html(tmp_path / "later.html")
    monkeypatch.undo()
    with pytest.raises(
        ValueError, match=r"'later\.html' is a page of format 2, written by emwidgets .* reads format 1"
    ):
        read(later)


def test_a_number_that_json_lacks_does_not_spoil_the_page(smoother, tmp_path):
    smoother.view = {"zoom": float("nan")}
    path = Page([smoother]).save_html(tmp_path / "page.html")
    assert read(path)["widgets"][0]["state"]["view"] == {"zoom": None}


# saving


@pytest.mark.parametrize(
    ("name", "written"),
    [("a", "a.html"), ("a.html", "a.html"), ("a.HTM", "a.HTM"), ("fig.v2", "fig.v2.html"), ("ä <&> b", "ä <&> b.html")],
)
def test_the_suffix_is_added_where_it_lacks(smoother, tmp_path, name, written):
    assert Page([smoother]).save_html(str(tmp_path / name)) == tmp_path / written
    assert [each.name for each in tmp_path.iterdir()] == [written]


def test_a_folder_that_is_not_there_is_named_before_anything_is_computed(smoother, tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"there is no folder '.*figures' to write a\.html into: make it first"):
        Page([smoother]).save_html(tmp_path / "figures" / "a.html")
    (tmp_path / "b.html").mkdir()
    with pytest.raises(IsADirectoryError, match=r"b\.html' is a folder"):
        Page([smoother]).save_html(tmp_path / "b.html")
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match="cannot be written to"):
        Page([smoother]).save_html(tmp_path / "c.html")
    assert smoother.begun == []


@pytest.mark.parametrize("name", ["figures/", "", ".html", "."])
def test_a_path_that_names_no_file_is_refused(smoother, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IsADirectoryError, match=r"names no file: expected a name such as figure\.html"):
        Page([smoother]).save_html(name)
    assert smoother.begun == []


@pytest.mark.parametrize("limit", [None, "25", float("nan"), 0, -1])
def test_a_limit_that_is_no_size_is_refused(smoother, limit):
    with pytest.raises(ValueError, match=r"max_mb is .*: expected a size in 10⁶ bytes"):
        Page([smoother]).html(max_mb=limit)


@pytest.mark.parametrize("where", ["write_bytes", "replace"])
def test_a_save_that_fails_leaves_the_former_file_and_nothing_else(smoother, tmp_path, monkeypatch, where):
    page, path = Page([smoother]), tmp_path / "page.html"
    page.save_html(path)
    before = path.read_bytes()

    def half(unfinished, data):
        with open(unfinished, "wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError("no space left")

    def refused(*paths):
        raise OSError("no space left")

    smoother.sigma = 3
    target = (Path, where, half) if where == "write_bytes" else (files.os, where, refused)
    with monkeypatch.context() as patched:
        patched.setattr(*target)
        with pytest.raises(OSError, match="no space left"):
            page.save_html(path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_ctrl_c_leaves_no_file(smoother, tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(smoother, "analyse", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Page([smoother]).save_html(tmp_path / "page.html", {"sigma": [1, 2]})
    assert list(tmp_path.iterdir()) == []
    assert smoother.status["state"] == "idle"


def test_others_may_read_the_file_as_far_as_the_user_lets_them(smoother, tmp_path):
    (tmp_path / "plain").touch()
    path = Page([smoother]).save_html(tmp_path / "page.html")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_page_larger_than_it_may_be_is_not_written(smoother, tmp_path):
    with pytest.raises(
        ValueError, match=r"0\.1\d+ MB.*more than max_mb = 0\.1: take fewer steps, give a larger max_mb"
    ):
        Page([smoother]).save_html(tmp_path / "page.html", max_mb=0.1)
    assert list(tmp_path.iterdir()) == []


def test_the_limit_holds_for_the_file_itself(smoother, tmp_path, monkeypatch):
    size = len(Page([smoother]).html().encode())
    monkeypatch.setattr(
        pages, "compute", lambda replays, packer, around, max_mb: [list(each.sample()) for each in replays]
    )
    with pytest.raises(ValueError, match="the page has"):
        Page([smoother]).save_html(tmp_path / "page.html", max_mb=(size - 10) / 1e6)
    Page([smoother]).save_html(tmp_path / "page.html", max_mb=(size + 10) / 1e6)


# several widgets


def test_what_two_widgets_share_is_stored_once(Smoother, tmp_path):
    one, two, other = Smoother(), Smoother(), Smoother(sigma=4)
    alone = len(Page([one]).html())
    assert len(Page([one, two]).html()) < alone + 2000
    contents = read(Page([one, two, other]).save_html(tmp_path / "page.html"))
    first, second, third = (each["state"]["smoothed"] for each in contents["widgets"])
    assert first is second
    assert third["data"] != first["data"]


def test_each_widget_has_its_sweep(Smoother, tmp_path):
    page = Page([Smoother(), Smoother(sigma=2)])
    contents = read(page.save_html(tmp_path / "page.html", sweep=[None, {"sigma": [1, 2, 3]}]))
    assert [bool(each["sweep"]) for each in contents["widgets"]] == [False, True]
    for wrong in ({"sigma": [1, 2]}, [None], {"sigma"}, "no"):
        with pytest.raises(TypeError, match=r"the sweep of a page of 2 widgets is .* a list with a mapping"):
            page.html(wrong)


def test_the_titles_of_all_widgets_are_the_title(Smoother):
    page = Page([titled(Smoother(), "Gold"), titled(Smoother(), "Iron <b>"), titled(Smoother(), "Gold")])
    assert "<title>Gold · Iron &lt;b&gt;</title>" in page.html()


def test_links_are_written_with_the_numbers_of_the_widgets(Smoother):
    one, two, three = Smoother(), Smoother(), Smoother()
    page = Page([one, two, three], [(one, two, "view"), (three, "sigma", one, "level"), (two, one, "view")])
    assert [sorted([link[:2], link[2:]]) for link in page.links] == [
        [[0, "view"], [1, "view"]],
        [[0, "level"], [2, "sigma"]],
    ]


def test_widgets_that_are_linked_in_python_are_linked_on_the_page(Smoother, tmp_path):
    one, two, elsewhere = Smoother(), Smoother(), Smoother()
    page = emwidgets.page([one, two], links=[(two, one, "view")])
    one.link(two, "sigma")
    one.link(two, "view")
    one.link(elsewhere, "passes")
    links = read(page.save_html(tmp_path / "page.html"))["links"]
    assert sorted(sorted([link[:2], link[2:]]) for link in links) == [
        [[0, "sigma"], [1, "sigma"]],
        [[0, "view"], [1, "view"]],
    ]


@pytest.mark.parametrize(
    ("links", "error", "says"),
    [
        (lambda one, two, out: [(one, two, "colour")], ValueError, "Smoother has no colour to link; it has .*sigma"),
        (lambda one, two, out: [(one, two, "smoothed")], ValueError, "Smoother has no smoothed to link"),
        (lambda one, two, out: [(one, out, "view")], ValueError, "joins a Smoother that is not on the page"),
        (lambda one, two, out: [(one, one, "sigma")], ValueError, "'sigma' cannot be linked to itself"),
        (lambda one, two, out: [(one, "sigma", two, "corners")], traitlets.TraitError, "corners"),
        (lambda one, two, out: [(one, two)], TypeError, r"expected \(widget, other, 'trait'\)"),
        (lambda one, two, out: [(one, "sigma", two, 3)], TypeError, r"expected \(widget, other, 'trait'\)"),
    ],
)
def test_links_that_cannot_be_are_refused(Smoother, links, error, says):
    one, two, out = Smoother(), Smoother(), Smoother()
    with pytest.raises(error, match=says):
        Page([one, two], links(one, two, out))


def test_linked_controls_have_the_same_steps_or_none(Smoother):
    one, two = Smoother(), Smoother()
    page = Page([one, two], [(one, two, "sigma")])
    says = r"sigma of two widgets of the page are linked, and their steps differ \(1.0, 2.0, 3.0, … and none\)"
    with pytest.raises(ValueError, match=says):
        page.html([{"sigma": [1, 2, 3, 4]}, None])
    with pytest.raises(ValueError, match="sweep both through the same values, or neither"):
        page.html([{"sigma": [1, 2]}, {"sigma": [1, 3]}])
    assert one.begun == two.begun == []
    page.html([{"sigma": [1, 2]}, {"sigma": [2, 1]}])
    page.html([{"passes": [1, 2]}, None])


def test_a_page_takes_widgets_and_each_once(smoother):
    with pytest.raises(ValueError, match="no widgets"):
        Page([])
    with pytest.raises(ValueError, match="Smoother comes twice"):
        Page([smoother, smoother])
    with pytest.raises(TypeError, match="a page of 'smoother': expected widgets"):
        Page(["smoother"])
    with pytest.raises(TypeError, match=r"a page of <class .*Smoother'>: expected widgets of emwidgets, made of data"):
        Page([type(smoother)])
    with pytest.raises(TypeError, match="a page of Smoother: expected a list of widgets"):
        Page(smoother)
    assert repr(Page([smoother])) == "Page([Smoother])"


# the explorer


def test_a_page_of_512_pixels_and_16_steps_is_small_and_true(tmp_path):
    image, _ = emwidgets.domains.simulate((512, 512), phases={"gold": (0.2355,), "magnetite": (0.2967,)}, seed=4)
    thresholds = np.linspace(0.2, 0.95, 16)
    path = emwidgets.DomainExplorer(image).save_html(tmp_path / "page.html", {"threshold": thresholds})
    assert path.stat().st_size < 1_500_000
    [widget] = read(path)["widgets"]
    sweep = widget["sweep"]
    assert sweep["values"] == [[round(value, 12) for value in thresholds.tolist()]]
    for i in (0, 9, 15):
        shown = widget["state"] | sweep["steps"][i]
        found = emwidgets.domains.segment(image, threshold=thresholds[i])
        assert shown["domains"]["data"]["area"] == found.domains["area"].tolist()
        assert shown["totals"]["crystalline_fraction"] == found.crystalline_fraction
        assert shown["provenance"]["parameters"]["threshold"] == thresholds[i]
