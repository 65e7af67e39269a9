"""Every public name is in the reference, with a docstring that says what it takes."""

import types

import pytest


@pytest.fixture
def public(from_docs):
    return from_docs("public")


def test_every_public_name_of_emwidgets_has_a_docstring_with_its_parameters(public):
    faults = [fault for name in public.public_names().values() for fault in public.faults(name)]
    assert faults == []


def test_the_names_are_those_that_users_write(public):
    names = public.public_names()
    for path in (
        "emwidgets.DomainExplorer",
        "emwidgets.domains.segment",
        "emwidgets.diffraction.beam.CentralBeam",
        "emwidgets.particles.TASKS",
        "emwidgets.frontend.widget.AnalysisWidget",
        "emwidgets.examples.cdte_twin",
    ):
        assert path in names
    assert "emwidgets.domains.DomainExplorer" not in names  # told once
    assert not [name for name in names.values() if isinstance(name.value, types.ModuleType)]


def test_each_public_name_is_in_the_built_reference(built_documentation, public):
    pages = "\n".join(each.read_text() for each in built_documentation.site.glob("reference/api/*.html"))
    missing = [path for path in public.public_names() if f'id="{path}"' not in pages]
    assert missing == []


def test_controls_of_a_widget_are_in_the_reference_with_their_help(built_documentation):
    page = (built_documentation.site / "reference/api/widgets.html").read_text()
    assert "Probability from which a peak counts as crystalline" in page
    assert "Smallest area" in page


def test_a_public_name_without_a_docstring_or_a_place_in_the_reference_fails(little):
    little.package('__all__ = ["mute", "told"]\n\ndef told():\n    """Tell."""\n\ndef mute():\n    return 1\n')
    little.write("names.md", "# Names\n\n```{eval-rst}\n.. autofunction:: little.told\n```\n")
    status, said = little.build()
    assert status != 0
    assert "little.mute has no docstring" in said
    assert "little.mute is missing from the reference" in said
    assert "little.told is" not in said


def _fault_of(public, module, name="told"):
    return public.faults(public.Name("m", name, vars(module)[name]))


def _module(tmp_path, monkeypatch, text):
    (tmp_path / "m.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(__import__("sys").modules, "m", raising=False)
    return __import__("m")


def test_parameters_that_are_listed_have_to_be_the_real_ones(public, tmp_path, monkeypatch):
    text = 'def told(a, b):\n    """Tell.\n\n    Parameters\n    ----------\n    a, c : int\n        Two.\n    """\n'
    said = " ".join(_fault_of(public, _module(tmp_path, monkeypatch, text)))
    assert "'b'" in said
    assert "'c'" in said


def test_a_member_without_a_docstring_is_a_fault_and_a_private_one_is_none(public, tmp_path, monkeypatch):
    text = 'class told:\n    """Tell."""\n\n    def open(self): ...\n\n    def _private(self): ...\n'
    assert _fault_of(public, _module(tmp_path, monkeypatch, text)) == ["m.told.open has no docstring"]


def test_what_dataclasses_call_their_docstring_is_none(public, tmp_path, monkeypatch):
    text = "from dataclasses import dataclass\n\n\n@dataclass\nclass told:\n    a: int\n"
    assert _fault_of(public, _module(tmp_path, monkeypatch, text)) == ["m.told has no docstring"]
