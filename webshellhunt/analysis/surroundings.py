"""Surroundings: knowledge of a page besides its code: its controls, objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.core.state import Witness

MARKED = "<%"
"""Is in the text of a page whose declarations may stand between its markup."""


class Part(NamedTuple):
    """A file of markup of which a page has objects: a user control, a master page, the application.

    ``name`` is that of its class, ``bases`` are the bases of that, as they are written; ``members`` are the members of
    the page, in lower case, that are its objects. ``is_first``: its code runs before that of the page.
    """

    name: str
    bases: tuple[str, ...]
    members: tuple[str, ...]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The declarations in the markup of a page.

    ``controls`` are the ids of its server controls, in lower case, but for those that only show something, whose types
    are ``shown`` by id; ``objects`` are the types of its objects by id;
    ``declared`` are the evaluators of the language that an include declares as functions of its own; ``is_classic``
    says that the page is one of classic ASP, whatever its language; ``is_module`` says that only other files use the
    code: the server calls none of it, but for that of a ``part`` of the page. ``witness`` has texts of a visitor
    that are tried.
    """

    controls: frozenset[str] = frozenset()
    objects: Mapping[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    is_classic: bool = False
    is_whole: bool = True
    shown: Mapping[str, str] = field(default_factory=dict)
    is_module: bool = False
    part: Part | None = None
    witness: Witness | None = None
    asked: frozenset[str] = frozenset()
    """The last names of functions whose calls are noted as well as those of sinks."""
