"""NetPage: the knowledge of the lowering of a .NET page besides its tree."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from webshellhunt.core import ir
from webshellhunt.lang.tree import Node

PAGE_CLASS = "\0page"
"""The key of the class of the code of a page that stands in no class; its object is that of the page."""


@dataclass(frozen=True, slots=True)
class NetPage:
    """The surroundings of the code of a page.

    ``bases`` are those of the class of the page. A name that nothing declares and whose lower case is one of
    ``controls`` or of ``objects`` (the ids of the markup) is the member of that lower name of the page. ``inline`` are
    the declarations between the markup: local variables of the procedure that renders the page (`Program.main`).
    ``defined`` are the symbols of its preprocessor. ``modules`` are classes of other files that the page names, by the
    key that its own code would have for them.
    """

    language: str
    controls: frozenset[str] = frozenset()
    objects: Mapping[str, str] = field(default_factory=dict)
    bases: tuple[str, ...] = ("page",)
    inline: Container[Node] = ()
    modules: Mapping[str, ir.Class] = field(default_factory=dict)
    is_whole: bool = True
    defined: frozenset[str] = frozenset()
    unit: int = 0
