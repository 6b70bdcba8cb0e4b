"""NetPage: the knowledge of the lowering of a .NET page besides its tree."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from webshellhunt.lang.tree import Block, Node

PAGE_CLASS = "\0page"
"""The key of the class of the code of a page that stands in no class; its object is that of the page."""


@dataclass(frozen=True, slots=True)
class NetPage:
    """The surroundings of the code of a page.

    ``bases`` are those of the class of the page, as they are written. A name that nothing declares and whose lower
    case is one of ``controls`` or of ``objects`` (the ids of the markup) is the member of that lower name of the page.
    ``inline`` are the declarations between the markup: local variables of the procedure that renders the page
    (`Program.main`).
    ``defined`` are the symbols of its preprocessor. ``others`` are the trees of files that are compiled with the page,
    each with the unit of its places.
    """

    language: str
    controls: frozenset[str] = frozenset()
    objects: Mapping[str, str] = field(default_factory=dict)
    bases: tuple[str, ...] = ("page",)
    inline: Container[Node] = ()
    others: Sequence[tuple[int, Block]] = ()
    is_whole: bool = True
    defined: frozenset[str] = frozenset()
    unit: int = 0
