"""The request names the database that the server connects to, and the statement.

What it finds:
    A connection whose string is request data alone, or whose server, account or password is request data, in a page
    where the statement, or its table and columns, are request data too. Severity and confidence are lower where the
    request names the table, or only the connection.

Why it matters:
    A database console reaches, through the web server, databases that no firewall opens to the outside; with the rights
    of an account it runs programs.

Looks like:
    A field for the connection string, a field for the statement, and a table of the result.

Benign look-alikes:
    Setup pages connect to a server that the administrator types in, and run fixed statements. Reports put request data
    into fixed statements, over a connection of the site.

Blind spots:
    Consoles over the connection of the site; connection strings that a file or a session cookie stores.
"""

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1012", "high", "medium", "T1505.003", "T1213.006", is_tool=True)
_ACCESS = lazy_pattern(
    r"(?i)\b"
    r"(server|data source|address|addr|network address|uid|user id|user|pwd|password)\s{0,8}=\s{0,8}['\"]?\s{0,8}$"
)
_COLUMNS = lazy_pattern(r"(?i)\bselect\s{1,8}$")
_TABLE = lazy_pattern(r"(?i)\b(from|exec(ute)?)\s{1,8}\[?$")


@detector(RULE, on=Code, needs=[flows_to("database")])
def find(code: Code, layer: Layer) -> Findings:
    """Report a connection that the request names, and a statement of the request that runs over it."""
    flows = [flow for flow in code.analysis.all_flows() if flow.from_visitor]
    chosen = next((f for f in flows if f.kind == "database" and _is_chosen(f)), None)
    if chosen is None:
        return
    statements = [f for f in flows if f.kind == "statement"]
    whole = next((f for f in statements if f.shape.is_whole), None)
    evidence = [layer.place_evidence(code, chosen.place)]
    if whole is None:
        message = f"the request names the database that the server connects to: {chosen.words}"
        before = [text for f in statements for text in f.shape.before]
        names_table = any(map(_TABLE.search, before))
        if names_table and any(map(_COLUMNS.search, before)):
            message += ", and the table and columns of the query"
            yield claim(RULE, message, *evidence, severity=Severity.CRITICAL, confidence=Confidence.HIGH)
        else:
            yield claim(RULE, message, *evidence, severity=None if names_table else Severity.MEDIUM)
        return
    evidence.append(layer.place_evidence(code, whole.place))
    message = f"the request names a database and the statement that it runs: {chosen.words}; {whole.words}"
    yield claim(RULE, message, *evidence, severity=Severity.CRITICAL, confidence=Confidence.HIGH)


def _is_chosen(flow: Flow) -> bool:
    """Return True if the server, the account or the password of a connection is request data."""
    return flow.shape.is_whole or any(_ACCESS.search(text) for text in flow.shape.before)
