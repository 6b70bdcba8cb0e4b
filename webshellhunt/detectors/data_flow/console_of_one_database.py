"""A page runs any statement of the request on a database whose account is in the page.

What it finds:
    A statement that is request data alone, in a page that contains the account and the password of a database and shows
    whatever columns the answer has. Over a connection of the site, such a page is suspicious if the statement always
    begins with request data or may be such data alone, or if it shows such columns; with the statement alone, or after
    an access check of the application or a procedure of a file that is not there, it is unexplained.

Why it matters:
    An intruder who has found the password of a database leaves a console for it; through the database he reads the
    protected content of the site, and runs programs.

    No shell of the measured collection needs this rule; it stays apart from WSH1012, since consoles for administrators
    do the same more often than any honest page lets the request name the database.

Looks like:
    ``new SqlConnection("Server=…;Password=…")``, ``new SqlCommand(Request["q"], …)``, and a loop over ``Columns`` or
    ``Fields`` that writes the name of each.

Benign look-alikes:
    Consoles of applications for their administrators take the connection from the configuration or an include, and have
    an access check. Few of the honest pages of the corpus run a statement that always begins with request data before
    such a check; none contains the password too.

Blind spots:
    A connection string from another file; a statement that is decoded first; a page that exceeds its steps and has no
    account of its own. Where the request names the database too, WSH1012 reports the statement.
"""

from webshellhunt.analysis.prefilter.features import STATEMENTS
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.tree import Block, Call, Name
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1044", "critical", "high", "T1505.003", "T1213.006", is_tool=True)
_SERVER = lazy_pattern(r"(?i)\b(?:server|data source|provider|driver|dsn|address|initial catalog)\s{0,8}=")
_PASSWORD = lazy_pattern(r"(?i)\b(?:pwd|password)\s{0,8}=\s{0,8}[^;\"'\s]")
_UNKNOWN_FIELDS = frozenset({"columnname", "getname", "autogeneratecolumns"})
_COLLECTIONS = frozenset({"fields", "columns"})
_RUNNING = frozenset(
    {
        "execute", "open", "sqlcommand", "oledbcommand", "odbccommand", "oraclecommand", "mysqlcommand",
        "sqldataadapter", "oledbdataadapter", "odbcdataadapter", "commandtext", "selectcommand",
    }
)  # fmt: skip
_STATEMENTS_OF_SCRIPT = frozenset({"execute", "executeglobal", "randomize", "eval"})
_LONGEST = 2_000


@detector(RULE, on=Code, needs=[_RUNNING, frozenset({STATEMENTS})])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first statement of the request that runs as it is."""
    if code.analysis.words().isdisjoint(_RUNNING) or layer.is_part:
        return
    if any(flow.kind == "database" and flow.from_visitor for flow in code.analysis.all_flows()):
        return  # WSH1012 reports the statement with it
    whole = next((f for f in code.analysis.statements if f.from_visitor and f.shape.is_whole), None)
    if whole is None:
        return
    evidence = [layer.place_evidence(code, whole.place)]
    accounts = (layer.place_evidence(code, c.start) for c in code.analysis.constants.values() if _is_account(c.value))
    account = next((each for each in accounts if each.path == layer.sample.artifact.path), None)
    if account is None and code.analysis.exhausted:
        return  # texts of a run that had to stop early have lost their known parts
    shows = _shows_any_columns(code)
    is_whole = not code.analysis.exhausted  # else known pieces of the statement may be lost
    is_open = code.access_check is None and not _calls_another_file(code, whole.place)
    is_certain = (shows or whole.shape.is_always) and is_whole and is_open
    facts = {"request_key": whole.key}
    if account is not None and shows and is_whole and not layer.is_code_behind:
        message = f"the page runs any statement of the request on a database whose password it contains: {whole.words}"
        yield claim(RULE, message, *evidence, account, facts=facts, acts=evidence)
    elif not layer.is_code_behind:
        message = f"the page runs any statement of the request: {whole.words}"
        less = (Severity.HIGH, Confidence.MEDIUM) if is_certain else (Severity.MEDIUM, Confidence.LOW)
        yield claim(RULE, message, *evidence, severity=less[0], confidence=less[1], facts=facts)


def _is_account(text: str) -> bool:
    return len(text) <= _LONGEST and _SERVER.search(text) is not None and _PASSWORD.search(text) is not None


def _calls_another_file(code: Code, place: int) -> bool:
    """Return True if a script first runs a procedure of an unknown file, which may end the page for strangers."""
    index = code.analysis.index
    if code.unit.language not in ("vbscript", "jscript"):
        return False
    for name in index.of(Name):
        parent = index.parents.get(name)
        statement = parent if isinstance(parent, Call) and parent.callee is name else name
        known = name.text.lower() in _STATEMENTS_OF_SCRIPT or name.text.lower() in index.functions
        if name.start < place and not known and isinstance(index.parents.get(statement), Block):
            return True
    return False


def _shows_any_columns(code: Code) -> bool:
    """Return True if the code writes the names of columns that it does not know, or binds a grid to them."""
    words = code.analysis.words()
    if not _UNKNOWN_FIELDS.isdisjoint(words) or words >= {"datasource", "databind"}:
        return True
    return not _COLLECTIONS.isdisjoint(words) and "name" in words
