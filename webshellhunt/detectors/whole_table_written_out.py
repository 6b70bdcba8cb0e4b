"""A page takes all the time there is to write out whole tables of a database.

What it finds:
    A page that lifts the limit of its own time to a day or more, holds the account of a database and a statement that
    asks for every row and column of a table, asks for the names of the columns, and asks its visitor nothing.

Why it matters:
    So a database is taken away through the web server: the intruder writes account and table into the page, opens it
    once, and saves what it shows.

Looks like:
    ``Server.ScriptTimeout = 2147483647``, a connection string with its password, ``SELECT * FROM [a].dbo.[b]``, and
    loops over columns and rows.

Benign look-alikes:
    Exports of a site choose their columns, take the connection from the configuration, and know who asks.

Blind spots:
    A dump in pages, with a statement of its own for each; one that keeps the usual limit.

References:
    https://attack.mitre.org/techniques/T1213/006/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Layer

RULE = define_rule(
    "WSH1022",
    "whole-table-written-out",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1213.006"),
)
_DAY = 86_400  # seconds
_LIMIT = re.compile(r"[sS]cript[tT]imeout\s{0,8}=\s{0,8}(\d{5,12})")
_STATEMENT = re.compile(r'"\s{0,8}select\s{1,8}\*\s{1,8}from\s{1,8}[^\s"]{1,200}\s{0,8}"', re.IGNORECASE)
_ACCOUNT = re.compile(r"\b(?:pwd|password)\s{0,8}=\s{0,8}[^;\"'\s]", re.IGNORECASE)
_NAMES = re.compile(r"\bcolumnname\b|\bgetname\s{0,8}\(|\)\s{0,8}\.\s{0,8}name\b", re.IGNORECASE)
_ASKS = re.compile(r"\brequest\b", re.IGNORECASE)


@detector(RULE, on=Layer)
def find(layer: Layer) -> Iterator[Finding]:
    """Report the statement of such a page, with the limit that it lifts."""
    if not layer.sample.nature.executable or "cript" not in layer.text:
        return
    limit = next((found for found in _LIMIT.finditer(layer.text) if int(found[1]) >= _DAY), None)
    if limit is None or not layer.has_code:
        return
    code = "\n".join(block.code(layer.text) for block in layer.page.blocks)
    parts = (_STATEMENT, _ACCOUNT, _NAMES)
    if _ASKS.search(code) is None and all(part.search(code) is not None for part in parts):
        statement = _STATEMENT.search(layer.text) or limit
        evidence = (layer.evidence(*statement.span()), layer.evidence(*limit.span()))
        yield claim(RULE, "a page lifts its limit of time and writes out a whole table of a database", *evidence)
