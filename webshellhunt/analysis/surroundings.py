"""Surroundings: knowledge of a page besides its code: its controls, objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MARKED = "<%"
"""Is in the text of a page whose declarations may stand between its markup."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The declarations in the markup of a page.

    ``controls`` are the ids of its server controls, in lower case, but for those that only show something, whose types
    are ``shown`` by id; ``objects`` are the types of its objects by id;
    ``declared`` are the evaluators of the language that an include declares as functions of its own; ``is_classic``
    says that the page is one of classic ASP, whatever its language.
    """

    controls: frozenset[str] = frozenset()
    objects: Mapping[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    is_classic: bool = False
    is_whole: bool = True
    shown: Mapping[str, str] = field(default_factory=dict)
