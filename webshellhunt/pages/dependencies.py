"""The dependencies of a page: files and types named by its directives, includes and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.pages.markup import DIRECTIVE, Allowance, directive_attributes, directive_end
from webshellhunt.pages.page import Attribute, Dependency, DependencyKind, Directive

_MOST_DIRECTIVES = 20
_MAIN = frozenset({"", "page", "control", "master", "application", "webhandler", "webservice", "servicehost"})
_MAIN_DEPENDENCIES = {
    "src": DependencyKind.SRC,
    "codefile": DependencyKind.CODE_FILE,
    "codebehind": DependencyKind.CODE_BEHIND,
    "inherits": DependencyKind.INHERITS,
    "codefilebaseclass": DependencyKind.INHERITS,
    "class": DependencyKind.CLASS,
    "service": DependencyKind.CLASS,
    "factory": DependencyKind.CLASS,
    "masterpagefile": DependencyKind.MASTER,
}
_DEPENDENCIES = {
    "register": {"src": DependencyKind.REGISTER_SRC, "assembly": DependencyKind.REGISTER_ASSEMBLY},
    "assembly": {"src": DependencyKind.ASSEMBLY_SRC, "name": DependencyKind.ASSEMBLY_NAME},
    "reference": {
        "page": DependencyKind.REFERENCE,
        "control": DependencyKind.REFERENCE,
        "virtualpath": DependencyKind.REFERENCE,
    },
    "mastertype": {"virtualpath": DependencyKind.REFERENCE, "typename": DependencyKind.INHERITS},
    "previouspagetype": {"virtualpath": DependencyKind.REFERENCE, "typename": DependencyKind.INHERITS},
    "implements": {"interface": DependencyKind.INHERITS},
}


def is_main(directive: Directive) -> bool:
    """Return whether a directive describes the file itself (``@Page``, ``@WebHandler``, or no name)."""
    return directive.name in _MAIN


def directive_dependencies(directive: Directive) -> Iterator[Dependency]:
    """Yield the dependencies that a directive's attributes name."""
    kinds = _MAIN_DEPENDENCIES if is_main(directive) else _DEPENDENCIES.get(directive.name, {})
    for attribute in directive.attributes:
        kind = kinds.get(attribute.name.lower())
        if kind is not None and attribute.value:
            yield Dependency(kind, attribute.value, attribute.start, attribute.end)


def find_directive_dependencies(text: str) -> list[Dependency] | None:
    """Return the dependencies of all directives in a text without parsing it; ``None`` if that needs the parser."""
    dependencies: list[Dependency] = []
    for count, opener in enumerate(DIRECTIVE.finditer(text)):
        end = directive_end(text, opener.start(), Allowance(0))
        if end is None or count == _MOST_DIRECTIVES:
            return None
        name, attributes = directive_attributes(text, opener.start(), end)
        dependencies.extend(directive_dependencies(Directive(name, attributes, opener.start(), end)))
    return dependencies


def include_dependency(form: str, path: str, start: int, end: int) -> Dependency:
    """Return the dependency of an ``#include``; any form but ``virtual`` counts as ``file``."""
    kind = DependencyKind.INCLUDE_VIRTUAL if form.lower() == "virtual" else DependencyKind.INCLUDE_FILE
    return Dependency(kind, path.strip(), start, end)


def script_dependency(attributes: tuple[Attribute, ...]) -> Dependency | None:
    """Return the dependency of a server script's ``src``, if it has one."""
    source = next((a for a in attributes if a.name.lower() == "src" and a.value), None)
    return Dependency(DependencyKind.SCRIPT_SRC, source.value, source.start, source.end) if source else None
