"""Run in an environment that has the wheel and nothing else of ours: does a widget show, and does the analysis answer?

``python -I probe.py path/to/emwidgets-*.whl``; `check_wheel.py` does that.
"""

import sys
import zipfile
from importlib.metadata import distribution


def check_contents(wheel):
    """The wheel carries what the browser runs, and no sources of it."""
    sizes = {entry.filename: entry.file_size for entry in zipfile.ZipFile(wheel).infolist()}
    for suffix in (".js", ".css"):
        static = [name for name in sizes if name.startswith("emwidgets/frontend/static/") and name.endswith(suffix)]
        assert static, f"no *{suffix} of emwidgets/frontend/static is in the wheel: run make build-frontend"
        assert all(sizes[name] for name in static), f"empty files are in the wheel: {static}"
    sources = [name for name in sizes if name.endswith((".ts", ".mjs")) or "/src/" in name]
    assert not sources, f"front-end sources are in the wheel: {sources}"
    for needed in ("emwidgets/__init__.pyi", "emwidgets/domains/__init__.pyi", "emwidgets/py.typed"):
        assert needed in sizes, f"{needed} is not in the wheel"
    assert any(name.endswith("licenses/LICENSE") for name in sizes), "the licence is not in the wheel"


def check_widget(signal):
    """A widget of this signal has a front end and is shown by Jupyter."""
    import emwidgets

    widget = emwidgets.DomainExplorer(signal)
    for trait, sign in (("_esm", "export"), ("_css", "{")):
        text = str(getattr(widget, trait))
        assert sign in text, f"{trait} of DomainExplorer is no bundle: {text[:80]!r}"
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == widget.model_id
    return widget


def main(wheel):
    check_contents(wheel)
    import emwidgets
    from emwidgets import domains, examples

    installed = str(distribution("emwidgets").locate_file("emwidgets"))
    assert emwidgets.__file__.startswith(installed), f"{emwidgets.__file__} is not the installed wheel"
    signal = examples.cdte_twin()
    check_widget(signal)
    found = domains.segment(signal)
    assert len(found.domains) > 0, "segment finds no domain in the CdTe twin"
    print(f"the wheel alone shows a DomainExplorer; segment finds {len(found.domains)} domains in the CdTe twin")


if __name__ == "__main__":
    main(sys.argv[1])
