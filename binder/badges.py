"""Write the table of the tutorials in README.md, each with the badge that opens it on Binder.

    python binder/badges.py                       # at the address in pyproject.toml, [project.urls] Repository
    python binder/badges.py OWNER/REPO            # of a copy on GitHub
    python binder/badges.py https://host/path     # of a copy anywhere that Git can clone without a password

Where no address is known there are no badges, and the table leads to the notebooks. ``--links`` prints the links alone,
one a line, for a page of your own; ``--hub`` names a BinderHub other than mybinder.org, ``--branch`` a branch or tag.
"""

import argparse
import json
import tomllib
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
HUB = "https://mybinder.org"
BEGIN, END = "<!-- tutorials: written by binder/badges.py -->", "<!-- /tutorials -->"
PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}


def notebooks() -> dict[str, str]:
    """Titles of the tutorials, by their paths in the repository."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        first = "".join(cells[0]["source"]).splitlines()[0]
        if not first.startswith("# "):
            raise ValueError(f"{path.name} begins with {first!r}; its first line must be its title, as in '# A tour'")
        found[path.relative_to(ROOT).as_posix()] = first.removeprefix("# ")
    return found


def known_address() -> str | None:
    """Address of the repository in pyproject.toml, if it has one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project.get("urls", {}).get("Repository")


def source(address: str) -> str:
    """How a BinderHub writes a repository: gh/OWNER/REPO, gl/GROUP%2FREPO, or git/ and the whole address quoted."""
    if "://" not in address:
        if address.count("/") != 1 or not all(address.split("/")):
            raise ValueError(f"{address!r} is neither OWNER/REPO nor an address that begins with https://")
        return f"gh/{address}"
    parts = urlsplit(address)
    provider, path = PROVIDERS.get(parts.hostname or ""), parts.path.strip("/").removesuffix(".git")
    if provider == "gh":
        return f"gh/{path}"
    return f"{provider}/{quote(path, safe='')}" if provider else f"git/{quote(address, safe='')}"


def link(address: str, path: str, branch: str = "HEAD", hub: str = HUB) -> str:
    """Address that builds the environment of a repository, if need be, and opens a notebook of it in JupyterLab."""
    return f"{hub.rstrip('/')}/v2/{source(address)}/{quote(branch, safe='')}?urlpath=lab/tree/{path}"


def table(address: str | None, branch: str = "HEAD", hub: str = HUB) -> str:
    """Markdown: one row a tutorial, with badges where there is an address."""
    rows = [f"| [{Path(path).stem}]({path}) | {title} |" for path, title in notebooks().items()]
    if address is None:
        return "\n".join(["| tutorial | |", "|---|---|", *rows])
    badge = f"[![Open on Binder]({hub.rstrip('/')}/badge_logo.svg)]"
    links = [f" {badge}({link(address, path, branch, hub)}) |" for path in notebooks()]
    return "\n".join(
        ["| tutorial | | open it |", "|---|---|---|", *(row + each for row, each in zip(rows, links, strict=True))]
    )


def written(text: str, made: str) -> str:
    """The text with the table between its two marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md lacks the lines {BEGIN} and {END}, between which the table stands")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def main(arguments=None):
    """Write the table, or print links."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "address", nargs="?", default=known_address(), help="OWNER/REPO, or an address that Git can clone"
    )
    parser.add_argument("--branch", default="HEAD", help="branch, tag or commit (HEAD: the default branch)")
    parser.add_argument("--hub", default=HUB, help=f"BinderHub ({HUB})")
    parser.add_argument("--links", action="store_true", help="print the links, write nothing")
    chosen = parser.parse_args(arguments)
    if chosen.links:
        if chosen.address is None:
            parser.error("no address: name OWNER/REPO, or one that begins with https://")
        print(*(link(chosen.address, path, chosen.branch, chosen.hub) for path in notebooks()), sep="\n")
        return
    readme = ROOT / "README.md"
    made = table(chosen.address, chosen.branch, chosen.hub)
    readme.write_text(written(readme.read_text(encoding="utf-8"), made), encoding="utf-8")


if __name__ == "__main__":
    main()
