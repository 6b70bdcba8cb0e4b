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

References:
    https://attack.mitre.org/techniques/T1213/006/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.cutting import build_unit
from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.lang.plain import joined_strings
from webshellhunt.lang.tokens import NUMBER, STRING, Tokens
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Layer

RULE = define_rule(
    "WSH1022",
    "whole-table-written-out",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1213.006"),
)
_DAY = 86_400  # seconds
_LIMIT = "scripttimeout"
# In case-folded bytes: other scripts have digits, too.
_MAY_LIFT = lazy_pattern(rf"{_LIMIT[1:]}[^0-9\x80-\xff]{{0,80}}+(?:[0-9]{{5}}|[\x80-\xff])".encode("ascii"))
_STATEMENT = lazy_pattern(r"\s{0,8}select\s{1,8}\*\s{1,8}from\s{1,8}[^\s\"]{1,200}\s{0,8}", re.IGNORECASE)
_ACCOUNT = lazy_pattern(r"\b(?:pwd|password)\s{0,8}=\s{0,8}[^;\"'\s]", re.IGNORECASE)
_NAMING = frozenset({"columnname", "getname"})


@detector(RULE, on=Layer, prefilter=runs_on_server)
def find(layer: Layer) -> Iterator[Finding]:
    """Report the statement of such a page, and the time limit."""
    if not layer.sample.nature.executable or _MAY_LIFT.search(layer.folded) is None or not layer.has_code:
        return
    by_language: dict[str, list[tuple[int, int]]] = {}
    for block in layer.page.blocks:
        by_language.setdefault(block.language, []).extend(block.parts())
    for language, parts in by_language.items():
        tokens = build_unit(layer.text, language, sorted(parts)).tokens
        lower = [value.lower() for value in tokens.values]
        limit = next((at for at in range(len(lower) - 2) if _is_lifted(tokens, lower, at)), None)
        statement = None if limit is None or "request" in lower else _whole_table(tokens, lower)
        if limit is not None and statement is not None:
            evidence = [layer.evidence(tokens.starts[at], tokens.ends[at]) for at in (statement, limit)]
            yield claim(RULE, "the page lifts its time limit and writes out a whole table of a database", *evidence)


def _is_lifted(tokens: Tokens, lower: list[str], at: int) -> bool:
    if lower[at] != _LIMIT or lower[at + 1] != "=" or tokens.kinds[at + 2] != NUMBER:
        return False
    number = lower[at + 2]
    return number.isdecimal() and int(number[:12]) >= _DAY


def _whole_table(tokens: Tokens, lower: list[str]) -> int | None:
    """Return the token of a statement that selects a whole table, in a page with an account and column names."""
    texts = [(at, tokens.values[at]) for at in tokens.of_kind(STRING)]
    at_start = {start: at for at, start in enumerate(tokens.starts)}
    texts += [(at_start[joined.start], joined.text.strip('"')) for joined in joined_strings(tokens)]
    names = not _NAMING.isdisjoint(lower) or any(lower[at : at + 3] == [")", ".", "name"] for at in range(len(lower)))
    if not names or not any(_ACCOUNT.search(text) for _, text in texts):
        return None
    return next((at for at, text in texts if _STATEMENT.fullmatch(text)), None)
