"""The name of a dangerous object or member is put together from pieces.

What it finds:
    A constant that the code joins, decodes, reverses or fills in, and whose value is the name of a dangerous object
    anywhere in the code (a ProgID or class id such as that of the shell or the file system, a class that starts
    programs), or the name of a member that evaluates, loads or starts something, in a look-up of members by name.

Why it matters:
    The pieces together are one plain literal. To cut a word into pieces serves only to keep the word out of the file.

    The severity depends on the name. Objects for files, streams, databases and web requests are used by pages of all
    kinds, and some authors hid these names from hosters that searched for them: the severity is low. The signature
    WSH9304 reports pieces without the name, at low severity, too. WSH1006 is about code in a constant that is executed,
    this rule about a name.

Looks like:
    ``"WScr" & "ipt.Sh" & "ell"``, ``this["ev" + "al"]``, a method that is looked up as ``"Lo" + "ad"``.

Benign look-alikes:
    A prefix joined to a name at a dot (``"Scripting." & "FileSystemObject"``) and names in another letter case do not
    count. Ordinary objects: of 12,242 pages labelled harmless about seventy hide one, hardly any hides another.

Blind spots:
    Names that depend on values from outside the page; objects that are not in the vocabulary; names in a call whose
    result is used in the same expression, since constants are folded only where code executes or creates something.

References:
    https://attack.mitre.org/techniques/T1027/010/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.joined_names import PLAIN_STEPS, is_put_together, pieces_of, plain_name
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lang.tokens import NAME, Tokens
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH3004",
    "object-name-put-together",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1027.010"),
)
_BY_NAME = frozenset({"gettype", "getmethod", "getmember", "getproperty", "invokemember", "callbyname", "getref"})
_DANGEROUS = frozenset({"evaluate", "process", "load"})
_LONGEST = 200
_ORDINARY = frozenset({"fso", "adodb.stream", "xmlhttp", "adodb.connection", "adodb.recordset"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each name once, at the first place where it is put together."""
    tokens = code.unit.tokens
    made = [
        c for c in code.analysis.constants.values() if not PLAIN_STEPS.issuperset(c.steps) and len(c.value) <= _LONGEST
    ]
    settled: set[str] = set()
    # The place of the pieces comes first: at other places the same name is only a variable.
    for constant in sorted(made, key=lambda each: not pieces_of(tokens, each)):
        name = constant.value.strip()
        if name.lower() in settled or not _is_dangerous(name.lower(), tokens, constant.start):
            continue
        settled.add(name.lower())
        if not is_put_together(tokens, constant):
            continue
        severity = Severity.LOW if _is_ordinary(name.lower()) else RULE.severity
        message = f"the name {name} is put together from pieces"
        facts: dict[str, FactValue] = {"name": name, "steps": constant.steps}
        yield claim(RULE, message, layer.token_evidence(code, constant.start), severity=severity, facts=facts)


def _is_dangerous(name: str, tokens: Tokens, start: int) -> bool:
    """Return True if a constant names a dangerous object, or a dangerous member in a look-up by name."""
    vocab = vocabulary()
    plain = plain_name(name)
    if ("." in plain or "-" in plain) and (plain in vocab.types or plain.rpartition(".")[2] in vocab.types):
        return True
    sinks = vocab.sinks.get(plain, ())
    return any(sink.kind in _DANGEROUS for sink in sinks) and _is_looked_up(tokens, start)


def _is_looked_up(tokens: Tokens, start: int) -> bool:
    """Return True if a token starts the key of an index, or the argument of a look-up by name."""
    kinds, values = tokens.kinds, tokens.values
    if start < 2:
        return False
    before, owner = values[start - 1], values[start - 2].lower()
    if before == "[":
        return tokens.language == "jscript" and (kinds[start - 2] == NAME or owner in ("]", ")"))
    return before == "(" and owner in _BY_NAME


def _is_ordinary(name: str) -> bool:
    """Return True if a name is that of an object that pages of all kinds use."""
    return vocabulary().types.get(plain_name(name)) in _ORDINARY
