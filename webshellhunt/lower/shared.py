"""Shared lowering: procedures and classes of includes, lowered once for all pages on which their names mean the same.

The lowered form of a procedure depends on its code and on the meanings of the names in it on the page:
variable, constant, procedure, class, or nothing. It is kept with the part of the page that it is from, under these
meanings.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar, cast

from webshellhunt.core import ir
from webshellhunt.lang.part_tree import PartTree
from webshellhunt.lang.tree import Class, Declaration, Function, Name, Node, Parameter, TypeName, walk
from webshellhunt.lower.names import EVALUATORS, Found, PageNames, find_names

_T = TypeVar("_T", ir.Proc, ir.Class)
_MOST_VARIANTS = 4
"""Meanings of its names in which a procedure is kept."""
_NAMES, _LOWERED = "names of the part", "lowered procedures"


class _Kept:
    """A procedure or class of a part: the names in it, and its lowered forms by their meanings."""

    def __init__(self, node: Node) -> None:
        self.names = frozenset(_names_in(node))
        self.variants: dict[Hashable, object] = {}


class SharedLowering:
    """The lowering of a page with the parts that it shares with others."""

    def __init__(self, trees: Sequence[PartTree] = ()) -> None:
        self._kept: dict[Node, dict[Node, _Kept]] = {}
        self._meanings: dict[str, tuple[Hashable, ...]] = {}
        """All that the page says about each of its names."""
        self._has_endings = self._is_for_reader = False
        self._code_page = ""
        self._found = [self._names_of(tree) for tree in trees]

    def _names_of(self, tree: PartTree) -> Found:
        found = cast(Found, tree.found.setdefault(_NAMES, None) or find_names(tree.statements))
        tree.found[_NAMES] = found
        kept = cast("dict[Node, _Kept]", tree.found.setdefault(_LOWERED, {}))
        self._kept.update((node, kept) for node in (*found.functions, *found.classes))
        return found

    @property
    def found(self) -> Found:
        """The names of all parts."""
        all_of = Found()
        for each in self._found:
            for name, node in each.declared.items():
                all_of.declared.setdefault(name, node)
            for name, node in each.constants.items():
                all_of.constants.setdefault(name, node)
            all_of.assigned |= each.assigned
            all_of.handed |= each.handed
            all_of.used |= each.used
            all_of.functions += each.functions
            all_of.classes += each.classes
            all_of.runs_texts |= each.runs_texts
        return all_of

    def take_meanings(self, page: PageNames) -> None:
        """Take the meanings of the names of a page, all of which it has now."""
        if not self._kept:
            return
        self._has_endings, self._is_for_reader = page.has_endings, page.is_for_reader
        self._code_page = page.code_page
        names = {*page.variables, *page.constants, *page.arrays, *page.procs, *page.classes, *page.others}
        self._meanings = {name: _meaning(name, page) for name in names | page.declared}

    def get(self, node: Node, make: Callable[[], _T]) -> _T:
        """Return the lowered form of a procedure or class: the kept one, else the result of ``make``."""
        home = self._kept.get(node)
        if home is None:
            return make()
        kept = home.get(node)
        if kept is None:
            kept = home[node] = _Kept(node)
        if not (self._is_for_reader or kept.names.isdisjoint(EVALUATORS)):
            return make()  # the scopes of its calls have the names of this page
        meanings = self._meanings
        known = frozenset((name, meanings[name]) for name in meanings.keys() & kept.names)
        key = (self._has_endings, self._code_page, known)
        if key not in kept.variants:
            if len(kept.variants) >= _MOST_VARIANTS:
                del kept.variants[next(iter(kept.variants))]
            kept.variants[key] = _kept_for_pages(make())
        return cast(_T, kept.variants[key])


def _kept_for_pages(made: _T) -> _T:
    """Mark code that other pages may have: a page that ends leaves its compiled code alone."""
    procs = (
        [made]
        if isinstance(made, ir.Proc)
        else [*made.methods.values(), *made.getters.values(), *made.setters.values()]
    )
    for each in procs:
        each.is_kept = True
    return made


def _names_in(node: Node) -> set[str]:
    """Return the names in a procedure or class that have the meaning of the page: none that it declares itself."""
    if isinstance(node, Class):
        own = {each.name.lower() for each in node.members if isinstance(each, (Declaration, Function))}
        return {node.name.lower()}.union(*map(_names_in, node.members)) - own
    nodes = [*walk(node)]
    own = {each.name.lower() for each in nodes if isinstance(each, (Declaration, Parameter))}
    others = [each for each in nodes if isinstance(each, (Class, Function, TypeName))]
    used = {each.text.lower() for each in nodes if isinstance(each, Name)}
    inner = [each for each in others if each is not node and not isinstance(each, TypeName)]
    used = used - own if isinstance(node, Function) and not inner else used | own
    return used.union(each.name.lower() for each in others)


def _meaning(name: str, page: PageNames) -> tuple[Hashable, ...]:
    """Return all that a page says about a name."""
    constant = page.constants.get(name)
    value = (constant.value.__class__, constant.value) if constant is not None else name in page.constants
    bounds = tuple(page.arrays.get(name, ()))
    flags = (name in page.variables, name in page.procs, name in page.classes, name in page.declared)
    return (flags, value, bounds, page.others.get(name))
