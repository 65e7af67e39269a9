"""An anywidget shows in a real JupyterLab and talks to its kernel, and our fixtures see when it does not."""

import pytest
from playwright.sync_api import expect

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    function render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        const show = () => { button.textContent = `count is ${model.get("count")}`; };
        button.addEventListener("click", () => { model.set("count", model.get("count") + 1); model.save_changes(); });
        model.on("change:count", show);
        show();
        el.append(button);
    }
    export default { render };
    """
    count = traitlets.Int(41).tag(sync=True)

counter = Counter()
counter
'''
BROKEN = COUNTER.replace("show();\n        el.append", "throw new Error('the bundle is broken');\n        el.append")


@pytest.fixture
def counter(lab):
    lab.open(lab.write("counter.ipynb", COUNTER))
    lab.run_all()
    return lab.page.locator("button.counter")


def test_a_click_reaches_the_kernel_and_a_change_there_reaches_the_page(lab, counter):
    expect(counter).to_have_text("count is 41")
    counter.click()
    expect(counter).to_have_text("count is 42")
    assert lab.ask("counter.count") == 42
    lab.ask("setattr(counter, 'count', 7)")
    expect(counter).to_have_text("count is 7")


def test_the_theme_can_be_switched_under_a_running_widget(lab, counter):
    lab.theme("light")  # whatever another test has left
    background = "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
    light = lab.page.evaluate(background)
    lab.theme("dark")
    assert lab.page.evaluate(background) != light
    expect(counter).to_be_visible()
    lab.theme("light")
    assert lab.page.evaluate(background) == light


def test_an_error_in_a_bundle_is_noticed(lab):
    lab.open(lab.write("broken.ipynb", BROKEN))
    lab.run_all()
    for _ in range(100):  # the widget is drawn some time after its cell has run
        if lab.complaints:
            break
        lab.page.wait_for_timeout(100)
    assert any("the bundle is broken" in complaint for complaint in lab.complaints)
    lab.complaints.clear()


def test_an_error_in_a_cell_is_noticed(lab):
    lab.open(lab.write("failing.ipynb", "1 / 0"))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.run_all()
