"""The first seconds of a classifier: rules, then networks, then the stack, and a notebook that goes on meanwhile."""

import re

import pytest
from playwright.sync_api import expect

CELLS = (
    """
import threading, time
import numpy as np
import hyperspy.api as hs
import emwidgets as emw
from emwidgets import models
from emwidgets.diffraction.viewer import scan as scans
from emwidgets.diffraction.simulation.simulate import simulate_array

opened, load = threading.Event(), models.load
def slowly(network):
    opened.wait()
    return load(network)
models.load = slowly
scans.TOGETHER = 4
run = models.Network.run
def patiently(self, images):
    time.sleep(0.05)
    return run(self, images)
models.Network.run = patiently

made = [simulate_array("gold", n, shape=(96, 96), pixel_size=0.16, seed=n)[0] for n in (1, 5000)]
stack = hs.signals.Signal2D(np.stack(made * 200))
one = emw.PatternClassifier(stack)
one
""",
)


@pytest.fixture(scope="module")
def lab(shared_lab):
    shared_lab.open(shared_lab.write("start.ipynb", *CELLS))
    shared_lab.run_all()
    return shared_lab


def test_rules_are_there_while_networks_load_and_the_scan_can_be_stopped(lab):
    root = lab.page.locator(".em-classifier")
    expect(root.locator('[data-member="fourier"]')).to_have_attribute("data-state", "ready")
    for name in ("cnn", "densenet", "ensemble"):
        expect(root.locator(f'[data-member="{name}"]')).to_have_attribute("data-state", "loading")
    expect(root.locator("[data-verdict]")).to_have_attribute("data-provisional", "")
    expect(root.locator(".em-status-text")).to_contain_text("Loading CNN")
    assert lab.ask("6 * 7") == 42  # the kernel is free

    lab.ask("opened.set()")
    for name in ("cnn", "densenet", "ensemble"):
        expect(root.locator(f'[data-member="{name}"]')).to_have_attribute("data-state", "ready")
    expect(root.locator("[data-verdict]")).not_to_have_attribute("data-provisional", "")
    expect(root.locator(".em-status-text")).to_contain_text(re.compile(r"Scanning \d+ of 400"))
    expect(root.locator('[data-total="done"]')).to_contain_text(re.compile(r"[1-9]\d* of 400"))

    root.locator("[data-action=cancel]").click()
    assert lab.asked_until("one.status['state']", "cancelled") == "cancelled"
    done = lab.ask("one.frames['done']")
    assert 0 < done < 400
    lab.ask("setattr(models.Network, 'run', run)")
    assert lab.ask("one.result.labels.shape") == [400]
    expect(root.locator('[data-total="done"]')).to_have_text("")
