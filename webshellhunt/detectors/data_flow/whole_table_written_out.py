"""A page lifts its time limit and writes out whole tables of a database.

What it finds:
    A page that raises its own time limit to a day or more, contains a database account and a statement that selects all
    rows and columns of a table, reads the names of the columns, and reads nothing from the request.

Why it matters:
    This is how a database is stolen through the web server: the intruder writes account and table into the page,
    opens it once, and saves the response.

Looks like:
    ``Server.ScriptTimeout = 2147483647``, a connection string with its password, ``SELECT * FROM [a].dbo.[b]``, and
    loops over columns and rows.

Benign look-alikes:
    Exports of a site choose their columns, read the connection from the configuration, and identify their user.

Blind spots:
    A dump in parts, with a statement for each; one that stays within the usual time limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webshellhunt.analysis.text_features import texts_with
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Layer

if TYPE_CHECKING:
    from webshellhunt.lang.dotted_names import DottedName
    from webshellhunt.lang.syntax_index import SyntaxIndex

RULE = define_rule(__name__, "WSH1022", "high", "medium", "T1505.003", "T1213.006")
_DAY = 86_400  # seconds
_LIMIT = "scripttimeout"
_REST = _LIMIT[1:]
"""The limit as a search finds it if a format character comes after its first letter, which is no part of a name."""
# In case-folded bytes: other scripts have digits, too.
_MAY_LIFT = lazy_pattern(rf"{_REST}[^0-9\x80-\xff]{{0,80}}+(?:[0-9]{{5}}|[\x80-\xff])".encode("ascii"))
_STATEMENT = lazy_pattern(r"(?i)\s{0,8}select\s{1,8}\*\s{1,8}from\s{1,8}[^\s\"]{1,200}\s{0,8}")
_ACCOUNT = lazy_pattern(r"(?i)\b(?:pwd|password)\s{0,8}=\s{0,8}[^;\"'\s]")
_NAMING = frozenset({"columnname", "getname"})


@detector(RULE, on=Layer, prefilter=runs_on_server, needs=[texts_with(_REST)])
def find(layer: Layer) -> Findings:
    """Report the statement of such a page, and the time limit."""
    if not layer.sample.nature.executable or _MAY_LIFT.search(layer.folded) is None or not layer.has_code:
        return
    from webshellhunt.lang.unit import build_unit

    by_language: dict[str, list[tuple[int, int]]] = {}
    for block in layer.page.blocks:
        by_language.setdefault(block.language, []).extend(block.parts())
    for language, parts in by_language.items():
        unit = build_unit(layer.text, language, sorted(parts))
        if _LIMIT not in unit.words or "request" in unit.words:
            continue
        limit, statement = _lifted_limit(unit.index), _whole_table(unit.index)
        if limit is not None and statement is not None:
            evidence = [layer.evidence(*unit.span(at, at + 1)) for at in (statement, limit)]
            yield claim(RULE, "the page lifts its time limit and writes out a whole table of a database", *evidence)


def _lifted_limit(index: SyntaxIndex) -> int | None:
    """Return the place of a time limit of a day or more."""
    from webshellhunt.lang.tree import Assign, Literal

    for dotted in index.find(frozenset({_LIMIT})):
        parent = index.parents.get(dotted.node)
        value = parent.value if isinstance(parent, Assign) and parent.target is dotted.node else None
        number = value.value if isinstance(value, Literal) else None
        if dotted.names[-1] == _LIMIT and isinstance(number, int) and number >= _DAY:
            return dotted.place
    return None


def _whole_table(index: SyntaxIndex) -> int | None:
    """Return the place of a statement that selects a whole table, in a page with an account and column names."""
    from webshellhunt.analysis.structure.literal_texts import iter_joined, iter_literals

    names = not _NAMING.isdisjoint(index.words) or any(map(_is_column_name, index.find(frozenset({"name"}))))
    texts = [*iter_literals(index), *iter_joined(index)]
    if not names or not any(_ACCOUNT.search(text) for _, text in texts):
        return None
    return next((at for at, text in texts if _STATEMENT.fullmatch(text)), None)


def _is_column_name(dotted: DottedName) -> bool:
    """Return True for the name of an element: ``fields(i).Name``."""
    from webshellhunt.lang.tree import Call, Index, Member

    node = dotted.node
    return isinstance(node, Member) and node.name.lower() == "name" and isinstance(node.subject, (Call, Index))
