"""Grad-CAM on each backend of Keras that is installed, each in a process of its own."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).with_name("gradcam_cases.py")
BACKENDS = ("tensorflow", "jax", "torch")


def is_here(package):
    return importlib.util.find_spec(package) is not None


def test_at_least_one_backend_is_tested():
    assert any(map(is_here, BACKENDS)), "the extra for testing brings a backend of Keras: pip install '.[test]'"


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_grad_cam_holds_on(backend):
    if not is_here(backend):
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(CASES)],
        env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        cwd=CASES.parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_backend_without_gradients_is_refused_by_name():
    if not (is_here("keras") and is_here("jax")):
        pytest.skip("keras, or jax that its NumPy backend is made from, is not installed")
    code = (
        "import keras\n"
        "from emwidgets.diffraction.heatmaps.gradcam import GradCam\n"
        "image = keras.Input((32, 32, 1))\n"
        "flat = keras.layers.Flatten()(keras.layers.Conv2D(2, 3)(image))\n"
        "model = keras.Model(image, keras.layers.Dense(2)(flat))\n"
        "try:\n"
        "    GradCam(model)\n"
        "except ValueError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"KERAS_BACKEND": "numpy"}, capture_output=True, text=True
    )
    assert "the Keras backend 'numpy' has no gradients: choose tensorflow, jax, torch" in done.stdout, done.stderr
