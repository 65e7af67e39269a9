"""Build the development page and photograph it in both themes at several widths, with a kernel and without.

python tests/frontend/harness/screenshots.py OUTPUT_FOLDER
"""

import functools
import http.server
import itertools
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WIDTHS = (1400, 1040, 700, 420)
CONNECTIONS = ("live", "page", "disconnected")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def build(folder):
    style = ROOT / "emwidgets/frontend/src/style"
    esbuild = ["npx", "esbuild", "--bundle", "--log-level=warning", "--format=esm"]
    subprocess.run([*esbuild, str(HERE / "page.ts"), f"--outfile={folder}/page.js"], cwd=ROOT, check=True)
    for name, source in (("emwidgets", "index"), ("domains", "domains")):
        made = f"--outfile={folder}/{name}.css"
        subprocess.run([*esbuild, str(style / f"{source}.css"), made], cwd=ROOT, check=True)
    shutil.copy(HERE / "index.html", folder)


def serve(folder):
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def photograph(browser, url, output):
    for theme, width, connection in itertools.product(("light", "dark"), WIDTHS, CONNECTIONS):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        page.on("pageerror", lambda error: print("page error:", error))
        page.on("console", lambda message: print("console:", message.text) if message.type == "error" else None)
        page.goto(f"{url}?{connection}")
        page.wait_for_selector(".em-domains[data-em-result='1']")
        page.wait_for_timeout(300)
        page.screenshot(path=output / f"{theme}-{width}-{connection}.png", full_page=True)
        page.close()


def main(output):
    output.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build(folder)
        server = serve(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        photograph(browser, f"http://127.0.0.1:{server.server_port}/index.html", output)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
