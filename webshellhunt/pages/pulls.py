"""What a page takes in from elsewhere: files and types that its directives, includes and scripts name."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.pages.markup import DIRECTIVE, Allowance, directive_attributes, directive_end
from webshellhunt.pages.page import Attribute, Directive, Pull, PullKind

_MOST_DIRECTIVES = 20
_MAIN = frozenset({"", "page", "control", "master", "application", "webhandler", "webservice", "servicehost"})
_MAIN_PULLS = {
    "src": PullKind.SRC,
    "codefile": PullKind.CODE_FILE,
    "codebehind": PullKind.CODE_BEHIND,
    "inherits": PullKind.INHERITS,
    "codefilebaseclass": PullKind.INHERITS,
    "class": PullKind.CLASS,
    "service": PullKind.CLASS,
    "factory": PullKind.CLASS,
    "masterpagefile": PullKind.MASTER,
}
_PULLS = {
    "register": {"src": PullKind.REGISTER_SRC, "assembly": PullKind.REGISTER_ASSEMBLY},
    "assembly": {"src": PullKind.ASSEMBLY_SRC, "name": PullKind.ASSEMBLY_NAME},
    "reference": {
        "page": PullKind.REFERENCE,
        "control": PullKind.REFERENCE,
        "virtualpath": PullKind.REFERENCE,
    },
    "mastertype": {"virtualpath": PullKind.REFERENCE, "typename": PullKind.INHERITS},
    "previouspagetype": {"virtualpath": PullKind.REFERENCE, "typename": PullKind.INHERITS},
    "implements": {"interface": PullKind.INHERITS},
}


def is_main(directive: Directive) -> bool:
    """Tell whether a directive speaks of the file itself (``@Page``, ``@WebHandler``, or no name at all)."""
    return directive.name in _MAIN


def directive_pulls(directive: Directive) -> Iterator[Pull]:
    """Yield what a directive's attributes name."""
    kinds = _MAIN_PULLS if is_main(directive) else _PULLS.get(directive.name, {})
    for attribute in directive.attributes:
        kind = kinds.get(attribute.name.lower())
        if kind is not None and attribute.value:
            yield Pull(kind, attribute.value, attribute.start, attribute.end)


def find_directive_pulls(text: str) -> list[Pull] | None:
    """Return what any directive in a text names, also where the parser sees none; ``None`` where only it can tell."""
    pulls: list[Pull] = []
    for count, opener in enumerate(DIRECTIVE.finditer(text)):
        end = directive_end(text, opener.start(), Allowance(0))
        if end is None or count == _MOST_DIRECTIVES:
            return None
        name, attributes = directive_attributes(text, opener.start(), end)
        pulls.extend(directive_pulls(Directive(name, attributes, opener.start(), end)))
    return pulls


def include_pull(form: str, path: str, start: int, end: int) -> Pull:
    """Return the pull of an ``#include``; any form but ``virtual`` is taken for ``file``."""
    kind = PullKind.INCLUDE_VIRTUAL if form.lower() == "virtual" else PullKind.INCLUDE_FILE
    return Pull(kind, path.strip(), start, end)


def script_pull(attributes: tuple[Attribute, ...]) -> Pull | None:
    """Return the pull of a server script's ``src``, if it has one."""
    source = next((a for a in attributes if a.name.lower() == "src" and a.value), None)
    return Pull(PullKind.SCRIPT_SRC, source.value, source.start, source.end) if source else None
