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
    for room in ("", "diffraction/", "domains/", "particles/"):
        needed = f"emwidgets/{room}__init__.pyi"
        assert needed in sizes, f"{needed} is not in the wheel"
    assert "emwidgets/py.typed" in sizes, "emwidgets/py.typed is not in the wheel"
    assert any(name.endswith("licenses/LICENSE") for name in sizes), "the licence is not in the wheel"


def check_widget(widget):
    """A widget has a front end and is shown by Jupyter."""
    for trait, sign in (("_esm", "export"), ("_css", "{")):
        text = str(getattr(widget, trait))
        assert sign in text, f"{trait} of {type(widget).__name__} is no bundle: {text[:80]!r}"
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == widget.model_id


def check_particles():
    """Every method answers about a simulated particle, with the weights of the wheel, and none of them needs Keras."""
    import emwidgets
    from emwidgets.particles.answers import answering

    shape = emwidgets.particles.cuboid(13, 11, 15).deform([0, 7])
    image = emwidgets.particles.simulate(shape, orientation=(0.26, 0.32, 0.12, 0.903))
    for method in answering("count"):
        found = emwidgets.particles.classify(image, "count", method=method)
        assert not found.problems, f"the method '{method}' cannot answer: {found.problems}"
        assert found.labels.item() in found.classes
    assert "keras" not in sys.modules, "classifying particles imports Keras"
    check_widget(emwidgets.ParticlePlayground())


def main(wheel):
    check_contents(wheel)
    import emwidgets
    from emwidgets import domains, examples

    installed = str(distribution("emwidgets").locate_file("emwidgets"))
    assert emwidgets.__file__.startswith(installed), f"{emwidgets.__file__} is not the installed wheel"
    signal = examples.cdte_twin()
    check_widget(emwidgets.DomainExplorer(signal))
    check_particles()
    found = domains.segment(signal)
    assert len(found.domains) > 0, "segment finds no domain in the CdTe twin"
    print(f"the wheel alone shows its widgets; segment finds {len(found.domains)} domains in the CdTe twin")


if __name__ == "__main__":
    main(sys.argv[1])
