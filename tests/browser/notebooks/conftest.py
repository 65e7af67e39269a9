"""A real JupyterLab: the server, and `lab`, which runs notebooks and asks kernels."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[2] / "notebooks"
PATIENCE = 90_000  # ms; a first kernel start and a first import of HyperSpy on a busy machine
OURS = ("blob:", "anywidget", "jupyter-widgets")  # an anywidget module is run from a blob URL
SETTINGS = {"apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}


class JupyterServer:
    """A JupyterLab server on a free loopback port, with a token, a folder and settings of its own."""

    def __init__(self, folder):
        self.root = folder / "root"
        shutil.copytree(NOTEBOOKS, self.root, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        self.token = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        for name, values in SETTINGS.items():
            file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(values))
        # the user's own settings, extensions and running servers stay out of it, and unharmed
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            environment[name] = str(folder / name.lower())
        environment["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
        environment["JUPYTERLAB_WORKSPACES_DIR"] = str(folder / "workspaces")
        self.log = folder / "server.log"
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.url.rpartition(":")[2],
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self.root,
            "IdentityProvider.token": self.token,
            "LabApp.expose_app_in_browser": True,  # window.jupyterapp, through which `lab` opens and runs notebooks
            "LabApp.extension_manager": "readonly",
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter", "lab", *(f"--{name}={value}" for name, value in options.items())],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def request(self, path, method="GET"):
        """Answer of the server's REST interface, as Python values."""
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def wait(self):
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return self.request("/api/status")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start; its log ends in:\n{self.log.read_text()[-3000:]}")

    def end_kernels(self):
        for session in self.request("/api/sessions"):
            self.request(f"/api/sessions/{session['id']}", "DELETE")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def jupyter_server(tmp_path_factory):
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


class Lab:
    """One JupyterLab page; `root` is the folder it shows, `complaints` the errors that came from a widget's bundle."""

    def __init__(self, page, server):
        self.page, self.root, self._server = page, server.root, server
        self.complaints = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._complain(error.stack or str(error)))

    def _on_console(self, message):
        if message.type == "error":
            self._complain(f"{message.text} ({message.location['url']})")

    def _complain(self, text):
        if any(word in text for word in OURS):
            self.complaints.append(text)

    def write(self, name, *cells):
        """Write a notebook of code cells into the root; its name is what `open` wants."""
        code = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells]
        code = [{**cell, "id": f"cell-{i}", "execution_count": None} for i, cell in enumerate(code)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = {"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (self.root / name).write_text(json.dumps(notebook))
        return name

    def open(self, name):
        """Open a notebook of the root and wait until its kernel answers."""
        self.page.goto(f"{self._server.url}/lab/tree/{name}?reset&token={self._server.token}")
        self.page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self._call(
            """async () => {
                const notebook = jupyterapp.shell.currentWidget;
                await notebook.context.ready;
                await notebook.sessionContext.ready;
                await notebook.sessionContext.session.kernel.info;
            }"""
        )

    def _call(self, function, argument=None, patience=PATIENCE):
        """Result of an asynchronous JavaScript function; unlike `page.evaluate` it does not wait for ever."""
        late = f"new Promise((_, fail) => setTimeout(() => fail(new Error('no answer in {patience} ms')), {patience}))"
        return self.page.evaluate(f"argument => Promise.race([({function})(argument), {late}])", argument)

    def run_all(self, patience=PATIENCE):
        """Run all cells, wait until the kernel is idle, and fail with the first error a cell shows."""
        errors = self._call(
            """async () => {
                await jupyterapp.commands.execute("notebook:run-all-cells");
                const cells = jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model);
                const outputs = cells.flatMap(cell => cell.type === "code" ? cell.outputs.toJSON() : []);
                return outputs.filter(output => output.output_type === "error")
                    .map(output => `${output.ename}: ${output.evalue}`);
            }""",
            patience=patience,
        )
        assert not errors, errors[0]
        self.wait_idle()

    def command(self, name):
        """Run one of JupyterLab's own commands."""
        self._call("async name => { await jupyterapp.commands.execute(name); }", name)

    def scroll_to(self, cell):
        """Bring a cell into view, by its number from 0; JupyterLab draws only what is near the view."""
        self._call(
            """async number => {
                const { content } = jupyterapp.shell.currentWidget;
                content.activeCellIndex = number;
                await content.scrollToCell(content.widgets[number], "start");
            }""",
            cell,
        )

    def wait_idle(self):
        self.page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")

    def ask(self, expression):
        """Value of a Python expression in the notebook's kernel, handed over as JSON."""
        answer = self._call(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({ code, store_history: false });
                let printed = "";
                future.onIOPub = ({ header, content }) => {
                    if (header.msg_type === "stream" && content.name === "stdout") printed += content.text;
                };
                const { content } = await future.done;
                return { printed, error: content.status === "ok" ? "" : `${content.ename}: ${content.evalue}` };
            }""",
            f"print(__import__('json').dumps({expression}))",
        )
        assert not answer["error"], f"{expression}: {answer['error']}"
        return json.loads(answer["printed"])

    def asked_until(self, expression, wanted):
        """The value in the kernel, which hears of a change after the page; as it is at last if never as wanted."""
        deadline = time.monotonic() + 20
        while (value := self.ask(expression)) != wanted and time.monotonic() < deadline:
            time.sleep(0.1)
        return value

    def theme(self, kind):
        """Switch JupyterLab to its "light" or "dark" theme."""
        self._call(
            "name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })",
            f"JupyterLab {kind.capitalize()}",
        )
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(kind == "light").lower()
        )

    def screenshot(self, name):
        """Save what is seen to tests/browser/screenshots (not committed), to be looked at."""
        path = HERE.parent / "screenshots" / f"{name}.png"
        # the splash screen that a change of theme brings fades for a while
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.page.screenshot(path=path)
        return path


@contextlib.contextmanager
def opened(page, server):
    """A JupyterLab in a page; at the end no widget's bundle may have logged an error."""
    lab = Lab(page, server)
    yield lab
    server.end_kernels()
    assert not lab.complaints, "the browser's console shows errors of a widget:\n" + "\n".join(lab.complaints)


@pytest.fixture
def lab(page, jupyter_server):
    """A JupyterLab page; the test fails when a widget's bundle logged an error."""
    with opened(page, jupyter_server) as lab:
        yield lab


@pytest.fixture(scope="module")
def shared_lab(browser, browser_context_args, jupyter_server):
    """A JupyterLab page for all tests of a module: a kernel that imports HyperSpy takes its time."""
    context = browser.new_context(**browser_context_args)
    with opened(context.new_page(), jupyter_server) as lab:
        yield lab
    context.close()
