"""The name of a dangerous object or member is put together from pieces, or the evaluator has another name.

What it finds:
    A constant that the code joins, decodes, reverses or fills in, and whose value is the name of a dangerous object
    anywhere in the code (a ProgID or class id such as that of the shell or the file system, a class that starts
    programs), or the name of a member that evaluates, loads or starts something, in a look-up of members by name.
    Also server code in JScript that calls ``eval`` or ``Function`` by the name of a variable, a property or an element
    of a list, as the result of a function, as a member of the global object, or by a method that calls its argument.

Why it matters:
    The pieces together are one plain literal. To cut a word into pieces serves only to keep the word out of the file,
    and a search for a word before a bracket finds no evaluator with a second name, which server pages do not need.

    The severity depends on the name. Objects for files, streams, databases and web requests are used by pages of all
    kinds, and some authors hid these names from hosters that searched for them: the severity is low. The signature
    WSH9304 reports pieces without the name, at low severity, too. WSH1006 is about code in a constant that is executed,
    this rule about a name.

Looks like:
    ``"WScr" & "ipt.Sh" & "ell"``, ``this["ev" + "al"]``, a method that is looked up as ``"Lo" + "ad"``;
    ``var run = {x: eval}; run.x(text)``, ``(0, eval)(text)``, ``text.replace(/.+/, eval)``.

Benign look-alikes:
    A prefix joined to a name at a dot (``"Scripting." & "FileSystemObject"``) and names in another letter case do not
    count. Ordinary objects: of 12,242 pages labelled harmless about seventy hide one, hardly any hides another.
    Libraries that load their modules assign the evaluator to a name such as ``require``: a plain variable is reported
    with less confidence. Libraries for browsers evaluate in the global scope this way; they are no server code.

Blind spots:
    Names that depend on values from outside the page; objects that are not in the vocabulary; names in a call whose
    result is used in the same expression, since constants are folded only where code executes or creates something.
    Names by which VBScript calls a function (``GetRef``); an evaluator in code that the run does not reach, and
    ``x.eval(text)`` unless ``x`` is written as ``this``.
"""

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.prefilter.features import LANGUAGE, MADE_TEXTS
from webshellhunt.analysis.structure.joined_names import PLAIN_STEPS, is_looked_up, is_put_together, pieces_of
from webshellhunt.analysis.structure.object_names import plain_name
from webshellhunt.analysis.structure.own_evaluators import renamed_calls
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.model.findings import FactValue
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    __name__,
    "WSH3004",
    "high",
    "medium",
    "T1505.003",
    "T1027.010",
    idea="hidden names",
    merged=("WSH3006", "evaluator-renamed"),
)
_DANGEROUS = frozenset({"evaluate", "process", "load"})
_EVALUATOR = "eval"
_LONGEST = 200
_ORDINARY = frozenset({"fso", "adodb.stream", "xmlhttp", "adodb.connection", "adodb.recordset"})


@detector(RULE, on=Code, needs=[frozenset({MADE_TEXTS, f"{LANGUAGE}jscript"})])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first call of an evaluator by another name, and each name that is put together."""
    reached = (each.place for each in code.analysis.reached if each.name == _EVALUATOR)
    for place, is_variable in sorted(renamed_calls(code.unit, reached), key=lambda call: call[1])[:1]:
        confidence = Confidence.MEDIUM if is_variable else Confidence.HIGH
        message, evidence = "the evaluator is called by another name", layer.place_evidence(code, place)
        yield claim(RULE, message, evidence, severity=Severity.MEDIUM, confidence=confidence)
    if MADE_TEXTS in code.analysis.features:
        yield from _put_together(code, layer)


def _put_together(code: Code, layer: Layer) -> Findings:
    """Yield each name once, at the first place where it is put together."""
    constants = code.analysis.constants.values()
    made = [each for each in constants if not PLAIN_STEPS.issuperset(each.steps) and len(each.value) <= _LONGEST]
    named = [each for each in made if _may_name_object(each.value.strip().lower())]
    settled: set[str] = set()
    # The place of the pieces comes first: at other places the same name is only a variable.
    for constant in sorted(named, key=lambda each: not pieces_of(code.unit.index, each)):
        name = constant.value.strip()
        if name.lower() in settled or not _is_dangerous(name.lower(), code.unit.index, constant):
            continue
        settled.add(name.lower())
        if not is_put_together(code.unit.index, constant):
            continue
        severity = Severity.LOW if _is_ordinary(name.lower()) else RULE.severity
        message = f"the name {name} is put together from pieces"
        facts: dict[str, FactValue] = {"name": name, "steps": constant.steps}
        yield claim(RULE, message, layer.place_evidence(code, constant.start), severity=severity, facts=facts)


def _may_name_object(name: str) -> bool:
    return _names_type(name) or any(sink.kind in _DANGEROUS for sink in vocabulary().sinks.get(plain_name(name), ()))


def _names_type(name: str) -> bool:
    """Return True if a text names a dangerous object."""
    plain, types = plain_name(name), vocabulary().types
    return ("." in plain or "-" in plain) and (plain in types or plain.rpartition(".")[2] in types)


def _is_dangerous(name: str, index: SyntaxIndex, constant: Constant) -> bool:
    """Return True if a constant names a dangerous object, or a dangerous member in a look-up by name."""
    return _names_type(name) or is_looked_up(index, constant)


def _is_ordinary(name: str) -> bool:
    """Return True if a name is that of an object that pages of all kinds use."""
    return vocabulary().types.get(plain_name(name)) in _ORDINARY
