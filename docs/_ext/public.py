"""The public names of emwidgets, found by walking its faces, and what their docstrings lack.

A face is a module that says its names in ``__all__``; `emwidgets` lists the others. A module among its names that is no
face of its own (``diffraction.beam``) is public with everything defined in it.
"""

import importlib
import inspect
import types
from dataclasses import dataclass
from functools import cached_property

#: What no face lists: returned by a public function, or what authors of a widget build on.
BEYOND = {
    "emwidgets.frontend": (
        "link.Link",
        "page.Page",
        "page.read",
        "wire.array_payload",
        "wire.pixels_payload",
        "wire.plain",
        "wire.table_payload",
        "widget.AnalysisWidget",
        "widget.bundle",
        "widget.control",
    ),
    "emwidgets.particles": ("shapes.Polyhedron",),
}


@dataclass(frozen=True)
class Name:
    """One public name: the module that shows it, and what stands behind it."""

    face: str
    name: str
    value: object

    @property
    def path(self) -> str:
        """As a user writes it."""
        return f"{self.face}.{self.name}"

    @property
    def kind(self) -> str:
        """ "class", "function" or "data"."""
        return "class" if inspect.isclass(self.value) else "function" if callable(self.value) else "data"

    @cached_property
    def members(self) -> list[str]:
        """Public methods and properties of a class that are its own, in the order of their definition.

        A widget's hooks (`analyse`, `present`) are told once, by the base of all widgets.
        """
        if self.kind != "class":
            return []
        base = importlib.import_module("emwidgets.frontend.widget").AnalysisWidget
        above = base if issubclass(self.value, base) and self.value is not base else object
        own = [each for each in _family(self.value, base) for each in vars(each).items()]
        return list(
            dict.fromkeys(
                name for name, each in own if not name.startswith("_") and _is_member(each) and not hasattr(above, name)
            )
        )


def _family(cls, base) -> list[type]:
    """A class, and what of emwidgets it inherits from that has no entry of its own in the reference."""
    return [
        each
        for each in cls.__mro__
        if each is cls or (each.__module__.startswith("emwidgets.") and (each is not base or cls is base))
    ]


def _is_member(value) -> bool:
    return inspect.isfunction(value) or isinstance(value, property | cached_property | classmethod | staticmethod)


def names_of(face: str) -> list[Name]:
    """Public names of a module but for modules, which are walked by `public_names`."""
    module = module_of(face)
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [] if face in BEYOND else [n for n, v in vars(module).items() if _is_defined_in(n, v, module)]
    found = [Name(face, name, getattr(module, name)) for name in listed]
    found += [Name(face, name, _value(f"{face}.{name}")) for name in BEYOND.get(face, ())]
    return [each for each in found if not isinstance(each.value, types.ModuleType)]


def faces(root: str = "emwidgets") -> list[str]:
    """The root, and every module that it or one of these names."""
    module, found = module_of(root), [root]
    for name in getattr(module, "__all__", ()):
        if isinstance(getattr(module, name), types.ModuleType):
            found += faces(f"{root}.{name}")
    return found


def public_names(root: str = "emwidgets") -> dict[str, Name]:
    """Every public name once, by its path; what two faces show stands under the first of them."""
    found, seen = {}, {}
    for face in faces(root):
        for each in names_of(face):
            if each.kind != "data" and seen.setdefault(id(each.value), each) is not each:
                continue
            found[each.path] = each
    return found


def faults(name: Name) -> list[str]:
    """What a public name's docstring lacks: itself, that of a member, or the parameters as they are."""
    if name.kind == "data":
        return []  # told in the docstring of its module
    if not _own_text(name.value):
        return [f"{name.path} has no docstring"]
    missing = [each for each in name.members if not inspect.getdoc(getattr(name.value, each))]
    return [f"{name.path}.{each} has no docstring" for each in missing] + _wrong_parameters(name)


def _wrong_parameters(name) -> list[str]:
    from numpydoc.validate import validate

    try:
        signature = inspect.signature(name.value)
    except ValueError:  # of a class in C
        return []
    if any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
        return []  # such as the controls of a widget: what they are called is not in the signature
    said = validate(f"{name.value.__module__}.{name.value.__qualname__}")["errors"]
    text = inspect.getdoc(name.value)
    # A docstring may tell its few parameters in a sentence. One that lists them has to list all, and no others.
    listed = "\nParameters\n---" in text
    return [f"{name.path}: {message}" for code, message in said if code == "PR02" or (code == "PR01" and listed)]


def _own_text(value) -> str | None:
    text = inspect.getdoc(value)
    if inspect.isclass(value) and text and value.__doc__ is None:
        return None  # inherited from a base: it tells of that one
    # a dataclass without a docstring is given its signature as one
    return None if text and text.startswith(f"{getattr(value, '__name__', '')}(") else text


def _is_defined_in(name, value, module) -> bool:
    return not name.startswith("_") and getattr(value, "__module__", None) == module.__name__


def module_of(path: str) -> types.ModuleType:
    """The module that a path of names means, for a user of emwidgets."""
    value = _value(path)
    if not isinstance(value, types.ModuleType):
        raise ValueError(f"'{path}' is a {type(value).__name__}: expected a module of emwidgets")
    return value


def _value(path: str):
    """What a dotted path means: attributes first, as a function may have the name of its module."""
    first, *others = path.split(".")
    value = importlib.import_module(first)
    for name in others:
        try:
            value = getattr(value, name)
        except AttributeError:
            value = importlib.import_module(f"{value.__name__}.{name}")
    return value
