"""The built documentation in a browser: what is seen first, and that nobody else is asked for anything."""

import pytest


@pytest.fixture
def site(built_documentation):
    return built_documentation.site


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_figure_is_on_the_first_screen(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((site / "index.html").as_uri())
    box = page.locator("iframe.em-page-frame").first.bounding_box()
    assert box["y"] < 500
    if width == 1280:
        assert box["y"] + box["height"] <= 800
    shown = page.frame_locator("iframe.em-page-frame").first.locator('[data-stage="image"] canvas').first
    shown.wait_for(state="visible")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_page_asks_another_host(page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index", "particles", "reference/cards", "reference/api/domains", "tutorials/00-tour", "search"):
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
