"""A page writes sign-in credentials to a file.

What it finds:
    A password of the request (a value that is read by the name of a password, of a password field of the page, or of
    a value that a script of the page fills from one, or the ``Authorization`` header) that becomes the content of a
    file; in the sign-in directories of Exchange, any request data that does.

Why it matters:
    It is the second part of a modified sign-in page: the script there sends the typed values, and this page collects
    them in a file. The intruder fetches it later, and has the passwords of all users who sign in.

Looks like:
    ``File.AppendAllText(log, Request.Form["username"] + Request.Form["password"])`` in the folder of ``logon.aspx``.

Benign look-alikes:
    Pages that log failed sign-ins by user name. Setup pages that write the password of a service (a database, a mail
    server) to a configuration file; the name of the value distinguishes them. Pages that write their own settings anew,
    the administrator's password among them, as a server page: no client can fetch it, and nothing is appended.
    Clients of mail servers write into a connection, which is no file.

Blind spots:
    Values that go to a database, by mail, or to another host; a loop over all values of the request outside of the
    directories of Exchange. A file that the request names is a finding of `request-writes-file` instead.
"""

from itertools import islice

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.analysis.structure.arguments import arguments_at, first_arguments
from webshellhunt.analysis.structure.request_keys import request_key
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.dotted_names import last_name
from webshellhunt.lang.tree import Assign, Call, Member, Name, Node
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import SIGN_IN_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1010", "high", "medium", "T1505.003", "T1056.003", "T1556")
_PASSWORD = lazy_pattern(r"(?i)passw|pswd|pwd|authorization|^pass$")
_OF_SERVICE = lazy_pattern(r"(?i)mail|smtp|pop3|ftp|sql|data|db|proxy|server|conn")
"""Services whose password it is, in place of that of a user who signs in."""
_KEY = lazy_pattern(r"(?i)(?:txt|str|user|s|j_)?_?(?:password(?:text)?|passwd|passw|pswd|pwd)")

_APPENDING = frozenset({"opentextfile", "forappending", "appendalltext", "appendtext", "appendallines", "loadfromfile"})
_CODE_ENDINGS = (".asp", ".aspx", ".asa", ".inc", ".config")

_MOST_TEXTS = 5_000
_MOST_KEYS = 500


@detector(RULE, on=Code, needs=[flows_to("write-content")])
def find(code: Code, layer: Layer) -> Findings:
    """Report a password, or request data in a sign-in directory, that is written to a file with a fixed name."""
    found = (flow._replace(trace=trace) for flow in code.analysis.all_flows() for trace in flow.traces)
    flows = [flow for flow in found if flow.trace is not None and flow.trace.kind == "visitor"]
    if any(flow.kind == "write-path" for flow in flows):
        return
    is_sign_in = layer.sample.artifact.role in SIGN_IN_ROLES
    written = [flow for flow in flows if flow.kind == "write-content" and (is_sign_in or not _is_looked_up(flow, code))]
    browsed = layer.browsed if written else None
    fields = frozenset() if browsed is None else browsed.fields
    password = next((flow for flow in written if _is_of_field(flow, code, fields) or _is_password(flow, code)), None)
    flow = password or (written[0] if is_sign_in and written else None)
    if flow is None or flow.trace is None:
        return
    data = "the password of a request" if password else "request data of a sign-in directory"
    evidence = (layer.place_evidence(code, flow.place), layer.place_evidence(code, flow.trace.place))
    is_certain = is_sign_in and password is not None
    is_setting = not is_sign_in and _rewrites_code(code)
    yield claim(
        RULE,
        f"{data} is written to a file: {flow.words}",
        *evidence,
        severity=Severity.CRITICAL if is_certain else Severity.MEDIUM if is_setting else None,
        confidence=Confidence.HIGH if is_certain else Confidence.LOW if is_setting else None,
        facts={"request_key": flow.key} if flow.key else {},
    )


def _is_of_field(flow: Flow, code: Code, fields: frozenset[str]) -> bool:
    """Return True if a value is read by the name of a password field of the page, or by one that its scripts fill."""
    return bool(fields) and request_key(flow, code.analysis.index, code.analysis.constants) in fields


def _is_looked_up(flow: Flow, code: Code) -> bool:
    """Return True if request data only selects rows of a recordset, and a column of them is written."""
    if flow.trace is None or not code.unit.is_vb:
        return False
    steps, selects = {step.lower() for step in flow.trace.names}, False
    for each in code.analysis.index.assignments if steps else ():
        target = each.target
        if not isinstance(each.node, Assign) or each.name not in steps:
            continue
        if isinstance(target, Call) and isinstance(target.callee, Name):
            return False  # a column that the page fills
        is_of_variable = isinstance(target, Member) and isinstance(target.subject, Name)
        selects = selects or (is_of_variable and last_name(target) == "source")
    return selects


def _rewrites_code(code: Code) -> bool:
    """Return True if all that the code writes are whole server pages, as setup pages write their configuration.

    Collectors append, or keep what they collect in a file that can be fetched.
    """
    analysis = code.analysis
    if not _APPENDING.isdisjoint(analysis.words()):
        return False
    names = [text.lower() for _, text in analysis.written_names()]
    return bool(names) and all(name.endswith(_CODE_ENDINGS) for name in names) and _frames_code(code)


def _frames_code(code: Code) -> bool:
    """Return True if texts of the code begin and end a server block, also in two pieces."""
    joined = "".join(str(each.value) for each in code.analysis.index.literals[:_MOST_TEXTS])
    return "<\x25" in joined and "\x25>" in joined


def _is_password(flow: Flow, code: Code) -> bool:
    """Return True if a written text contains a password: a value, control or variable with the name of one.

    A flow names the first value only, so that this also searches the statements of the data flow for other values.
    """
    assert flow.trace is not None
    key = flow.key or flow.trace.origin
    if _PASSWORD.search(key) and not _OF_SERVICE.search(key):
        return True
    index = code.analysis.index
    steps = {step.lower() for step in flow.trace.names}
    written = [*arguments_at(index, flow.place), *(each.value for each in index.assignments if each.name in steps)]
    keys = first_arguments(index)
    return any(_names_password(code, each, keys) for each in written)


def _names_password(code: Code, node: Node, keys: frozenset[int]) -> bool:
    """Return True if an expression reads a password from a request, or contains the name of one."""
    analysis = code.analysis
    if any(_KEY.fullmatch(name) for each in analysis.index.within(node) for name in each.names):
        return True
    texts = (each.value for each in analysis.constants.within(node) if each.start in keys)
    return any(_KEY.fullmatch(text) for text in islice(texts, _MOST_KEYS))
