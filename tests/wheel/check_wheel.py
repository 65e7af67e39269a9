"""Build the wheel, install it alone in a clean environment, and see whether it shows a widget there.

Run from the repository root with any Python that can make environments: ``python tests/wheel/check_wheel.py``.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def build(python, folder):
    """Build the wheel from the working tree and return its path."""
    run(python, "-m", "pip", "wheel", "-qq", "--no-deps", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("emwidgets-*.whl")
    return wheel


def clean_environment(folder):
    """Make an environment with nothing but pip in it and return its Python."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main():
    with tempfile.TemporaryDirectory(prefix="emwidgets-wheel-") as scratch:
        scratch = Path(scratch)
        python = clean_environment(scratch / "environment")
        wheel = build(python, scratch)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        run(python, "-m", "pip", "install", "-qq", "--no-compile", wheel)
        # -I and another folder: nothing of the working tree may be imported instead of the wheel
        run(python, "-I", HERE / "probe.py", wheel, cwd=scratch)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"wheel check failed: {Path(error.cmd[0]).name} {' '.join(error.cmd[1:4])} … gave {error.returncode}")
