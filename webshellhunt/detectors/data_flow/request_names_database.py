"""A visitor says which database the server connects to, and what is asked of it.

What it finds:
    A connection whose text is the visitor's alone, or in which server, account or password are the visitor's, in a page
    where the statement is the visitor's too, or table and columns of it; with less certainty where he names the table,
    or the connection alone.

Why it matters:
    A database console reaches, through the web server, what no firewall lets an outsider reach; with the rights of an
    account it runs programs.

Looks like:
    One field for the connection string, one for the statement, and a table made of whatever comes back.

Benign look-alikes:
    Setup pages connect to a server that the administrator types in, and run statements of their own. Reports put the
    visitor's words into statements of their own, over a connection of the site.

Blind spots:
    Consoles over the site's own connection; connection strings that a file or a cookie of the session keeps.

References:
    https://attack.mitre.org/techniques/T1213/006/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.trace import Flow
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1012",
    "request-names-database",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1213.006"),
)
_ACCESS = late_pattern(
    r"\b(server|data source|address|addr|network address|uid|user id|user|pwd|password)\s{0,8}=\s{0,8}['\"]?\s{0,8}$",
    re.IGNORECASE,
)
_COLUMNS = late_pattern(r"\bselect\s{1,8}$", re.IGNORECASE)
_TABLE = late_pattern(r"\b(from|exec(ute)?)\s{1,8}\[?$", re.IGNORECASE)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a connection of the visitor's choice, and the visitor's statement that is run over it."""
    flows = [flow for flow in code.analysis.all_flows() if flow.from_visitor]
    chosen = next((f for f in flows if f.kind == "database" and _is_chosen(f)), None)
    if chosen is None:
        return
    statements = [f for f in flows if f.kind == "statement"]
    asked = next((f for f in statements if f.shape.is_whole), None)
    evidence = [layer.token_evidence(code, chosen.token)]
    if asked is None:
        message = f"a visitor says which database the server connects to: {chosen.words}"
        before = [text for f in statements for text in f.shape.before]
        takes = any(map(_TABLE.search, before))
        if takes and any(map(_COLUMNS.search, before)):
            message += ", and which table and columns of it he gets"
            yield claim(RULE, message, *evidence, severity=Severity.CRITICAL, confidence=Confidence.HIGH)
        else:
            yield claim(RULE, message, *evidence, severity=None if takes else Severity.MEDIUM)
        return
    evidence.append(layer.token_evidence(code, asked.token))
    message = f"a visitor chooses a database and what it runs: {chosen.words}; {asked.words}"
    yield claim(RULE, message, *evidence, severity=Severity.CRITICAL, confidence=Confidence.HIGH)


def _is_chosen(flow: Flow) -> bool:
    """Tell whether it is the visitor who says where to connect to, or as whom."""
    return flow.shape.is_whole or any(_ACCESS.search(text) for text in flow.shape.before)
