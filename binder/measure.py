"""What the environment of Binder costs: build it from the files of this folder, start it, and weigh it.

    .venv/bin/python binder/measure.py FOLDER

FOLDER is new or empty. Run it with the Python of ``make test``, which has Playwright, of the version that runtime.txt
names.
Prints one line of JSON: MB on disk, seconds, and MB of memory of a kernel.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 300_000  # ms
MEMORY = """
import re
def resident():  # MB of this process alone and of what it shares, each page of the latter divided by those who share it
    text = open("/proc/self/smaps_rollup").read()
    return [round(int(re.search(name + r":\\s+(\\d+) kB", text)[1]) / 1024) for name in ("Rss", "Pss")]
"""
LESSON = {
    "kernel": "",
    "import": "import emwidgets as emw; import hyperspy.api as hs",
    "DomainExplorer": "explorer = emw.DomainExplorer(emw.examples.cdte_twin()); explorer.result",
    "PatternClassifier": "classifier = emw.PatternClassifier(emw.examples.gold_rings()); classifier.result",
    "ParticlePlayground": "playground = emw.ParticlePlayground(); playground.result",
    "RefocusComparer": "comparer = emw.RefocusComparer(emw.examples.gold_on_carbon()); comparer.result",
}
RUN_ALL = "async () => { await jupyterapp.commands.execute('notebook:run-all-cells'); }"
KERNEL = """async () => {
    const notebook = jupyterapp.shell.currentWidget;
    await notebook.context.ready;
    await notebook.sessionContext.ready;
    await notebook.sessionContext.session.kernel.info;
}"""


class Clock:
    """Seconds since it was made, or since the last reading."""

    def __init__(self):
        self._since = time.perf_counter()

    def lap(self):
        """Seconds since the last reading."""
        now = time.perf_counter()
        self._since, spent = now, now - self._since
        return round(spent, 1)


def size(folder: Path) -> int:
    """MB that the files of a folder take up on disk, linked files counted once."""
    seen = {(at.st_dev, at.st_ino): at.st_blocks * 512 for at in (path.lstat() for path in folder.rglob("*"))}
    return round(sum(seen.values()) / 1e6)


def built(folder: Path):
    """Environment and home as repo2docker makes them; its variables, and what it took."""
    clock = Clock()
    venv.create(folder / "env", with_pip=True)
    home = folder / "home"
    shutil.copytree(
        ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "*.html")
    )
    shutil.copytree(ROOT / "binder", home / "binder", ignore=shutil.ignore_patterns("__pycache__"))
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON", "MPL", "VIRTUAL"))
    }
    variables = {**kept, "HOME": str(home), "PATH": f"{folder / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    pip = [folder / "env" / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    subprocess.run(
        [*pip, "-r", "binder/requirements.txt"], cwd=ROOT, check=True, env={**variables, "HOME": os.environ["HOME"]}
    )
    report = {"install_s": clock.lap(), "environment_MB": size(folder / "env")}
    subprocess.run(["binder/postBuild"], cwd=home, env=variables, check=True, stdout=sys.stderr)
    return variables, {**report, "postBuild_s": clock.lap(), "with_caches_MB": size(folder / "env") + size(home)}


@contextlib.contextmanager
def jupyter(command, variables, log):
    """A server in the home of an environment; its address and its token."""
    token = secrets.token_hex(16)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--no-browser"]
    options += [
        "--ServerApp.allow_root=True",
        f"--IdentityProvider.token={token}",
        "--LabApp.expose_app_in_browser=True",
    ]
    with log.open("w") as out:
        server = subprocess.Popen([*command, *options], cwd=variables["HOME"], env=variables, stdout=out, stderr=out)
    try:
        yield f"http://127.0.0.1:{port}", token
    finally:
        server.terminate()
        server.wait(30)


def opened(page, url, clock):
    """Open an address as soon as somebody answers there."""
    while True:
        try:
            return page.goto(url)
        except Exception as error:
            if "ERR_CONNECTION_REFUSED" not in str(error) or clock() > PATIENCE / 1000:
                raise
            time.sleep(0.1)


def started(variables, folder: Path):
    """Seconds from the start of JupyterLab to the tour, to a kernel, to its first widget."""
    with contextlib.ExitStack() as stack:
        play = stack.enter_context(sync_playwright())
        path = {"executable_path": CHROMIUM} if CHROMIUM.exists() else {}
        browser = play.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **path)
        stack.callback(browser.close)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE)
        clock, start = Clock(), time.perf_counter()
        url, token = stack.enter_context(jupyter(["jupyter", "lab"], variables, folder / "lab.log"))
        address = f"{url}/lab/tree/notebooks/00-tour.ipynb?token={token}"
        opened(page, address, lambda: time.perf_counter() - start)
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
        page.locator(".jp-Notebook .jp-MarkdownOutput h1").first.wait_for()
        report = {"tour_open_s": clock.lap()}
        page.evaluate(KERNEL)
        report["kernel_s"] = clock.lap()
        page.evaluate(f"() => {{ ({RUN_ALL})(); }}")
        page.wait_for_function("Number(document.querySelector('[data-em-result]')?.dataset.emResult) > 0")
        report["first_widget_s"] = clock.lap()
        page.screenshot(path=folder / "first-widget.png")
        return {**report, "from_start_s": round(time.perf_counter() - start, 1)}


def weighed(variables):
    """MB of a kernel after each step of a lesson with a widget of each kind: resident, and shared pages divided."""
    script = f"""
import json, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
def ask(code):
    printed = []
    hear = lambda said: printed.append(said["content"].get("text", ""))
    reply = client.execute_interactive(code, output_hook=hear, timeout=300)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(printed)
ask({MEMORY!r})
steps = {{}}
for name, code in {LESSON!r}.items():
    ask(code)
    steps[name] = json.loads(ask("print(resident())"))
manager.shutdown_kernel()
print(json.dumps(steps))
"""
    command = ["python", "-c", script]
    said = subprocess.run(
        command, cwd=variables["HOME"], env=variables, check=True, capture_output=True, text=True
    ).stdout
    return json.loads(said.splitlines()[-1])


def main(folder: Path):
    """Build, start, weigh."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: name a new folder")
    variables, report = built(folder)
    report |= started(variables, folder)
    report["memory_MB"] = {
        name: {"resident": both[0], "shared divided": both[1]} for name, both in weighed(variables).items()
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
