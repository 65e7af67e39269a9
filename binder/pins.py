"""Write binder/requirements.txt: the exact versions that pip picks today for the widgets, JupyterLab and Voilà.

Run it with the Python that binder/runtime.txt names, from anywhere: ``python3.11 binder/pins.py``.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
WANTED = (str(ROOT), "jupyterlab", "voila")  # no TensorFlow: no tutorial trains a network
HEADER = """\
# Written by binder/pins.py for {runtime}: exact versions of all that the tutorials need; last, emwidgets itself.
"""


def frozen(python: Path) -> list[str]:
    """Names and exact versions of what is installed, without emwidgets."""
    command = [python, "-m", "pip", "freeze", "--exclude", "emwidgets"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    """Resolve in a new environment and write what came of it."""
    runtime = (HERE / "runtime.txt").read_text().strip()
    here = f"python-{sys.version_info.major}.{sys.version_info.minor}"
    if here != runtime:
        sys.exit(
            f"This is {here}, and binder/runtime.txt says {runtime}: run {runtime.replace('-', '')} binder/pins.py"
        )
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *WANTED], check=True)
        pins = frozen(python)
    text = HEADER.format(runtime=runtime) + "\n".join(pins) + "\n.\n"
    (HERE / "requirements.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
