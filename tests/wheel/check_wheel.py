"""Build the wheel, install it alone in a clean environment, and see whether it shows a widget there.

Run from the repository root with any Python that can make environments: ``python tests/wheel/check_wheel.py``.
"""

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
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


def check_complete(wheel):
    """Every file of weights and every example of the working tree is in the wheel."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "emwidgets"
    data = [*package.glob("*/weights/**/*"), *(package / "examples").iterdir()]
    files = {file.relative_to(ROOT).as_posix() for file in data if file.is_file() and file.suffix != ".pyc"}
    assert any("/particles/weights/" in name for name in files), "there are no weights to be packed: train first"
    assert not files - inside, f"the wheel lacks {sorted(files - inside)}"


def clean_environment(folder):
    """Make an environment with nothing but pip in it and return its Python."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main():
    with tempfile.TemporaryDirectory(prefix="emwidgets-wheel-") as scratch:
        scratch = Path(scratch)
        python = clean_environment(scratch / "environment")
        wheel = build(python, scratch)
        check_complete(wheel)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        run(python, "-m", "pip", "install", "-qq", "--no-compile", wheel)
        # -I and another folder: nothing of the working tree may be imported instead of the wheel
        run(python, "-I", HERE / "probe.py", wheel, cwd=scratch)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"wheel check failed: {Path(error.cmd[0]).name} {' '.join(error.cmd[1:4])} … gave {error.returncode}")
