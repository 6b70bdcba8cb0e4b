"""The contract of a detector: a rule, the view that it examines, and a generator of findings.

::

    RULE = define_rule(__name__, "WSH1001", "critical", "high")

    @detector(RULE, on=Code)
    def find(code: Code, layer: Layer) -> Findings: ...

A detector that can find something in some kinds of files only may declare a ``prefilter``: it does not run on files
that the prefilter excludes. One of code also declares the features that it ``needs`` (`analysis.prefilter.features`),
so that no code is parsed for it in vain. Both save time and change no finding.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from webshellhunt.analysis.capabilities import Weight, capabilities
from webshellhunt.analysis.text_features import TEXT
from webshellhunt.binaries.memory_dumps import find_dump_format
from webshellhunt.binaries.pe import is_image
from webshellhunt.decoding.oab_dump import DUMPED
from webshellhunt.errors import UsageError
from webshellhunt.host.iis.xml_tree import Element, section_in_line
from webshellhunt.model.findings import MOST_ACTS, Act, Evidence, FactValue, Finding, Span
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence, Remedy, Rule, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.model.standing import StandingKind
from webshellhunt.views.sample import Code, Layer, Sample

if TYPE_CHECKING:
    from webshellhunt.analysis.flow.flows import Flow
    from webshellhunt.host.iis.registrations import Registration
    from webshellhunt.host.machine.autostarts import Autostart

T = TypeVar("T")
Findings = Iterator[Finding]
Find = Callable[..., Findings]
Prefilter = Callable[[Sample], bool]

LONGEST_TEXT = 400
"""The limit of a message or a fact, in characters; longer text is cut."""

ABSENCE: Final = Act("", "absence", Span(0, 1))
"""The act of each claim that a page is gone: many witnesses of one absence are one idea."""
DETECTION: Final = Act("", "detection", Span(0, 1))
"""The act of each claim that antivirus software detected a page: its records and its events are one idea."""

_SHOWN_BYTES = 80
_LONGEST_TAG = 4096
_WEIGHTS = (Weight.NOTHING, Weight.SECOND, Weight.SUSPECTS, Weight.CONVICTS)
_GRAVITY = {
    Weight.CONVICTS: (Severity.CRITICAL, Confidence.HIGH),
    Weight.SUSPECTS: (Severity.HIGH, Confidence.MEDIUM),
    Weight.SECOND: (Severity.MEDIUM, Confidence.LOW),
}


@dataclass(frozen=True, eq=False)
class Detector:
    """A rule and the generator of its findings.

    Attributes:
        rule: The metadata of the rule.
        on: The view that the detector examines, such as ``Code``.
        find: The generator function.
        prefilter: A predicate that is false for a file in which the detector can find nothing; ``None`` for no limit.
        needs: Sets of features; without one of each in a code, the detector can find nothing there.
    """

    rule: Rule
    on: type
    find: Find
    prefilter: Prefilter | None = None
    needs: tuple[frozenset[str], ...] = ()

    def __call__(self, *views: Any) -> Findings:  # noqa: ANN401 - the view that `on` names
        """Yield the findings in some views."""
        return self.find(*views)


def detector(
    rule: Rule, *, on: type, prefilter: Prefilter | None = None, needs: Sequence[frozenset[str]] = ()
) -> Callable[[Find], Detector]:
    """Return a decorator that turns a generator function into the detector of a rule."""
    return lambda find: Detector(rule, on, find, prefilter, tuple(needs))


_MOST_PHP = 3
_SOURCE_BYTES = 20


def php_detector(rule: Rule, kinds: Mapping[str, Severity]) -> Detector:
    """Return the detector that reports the gravest acts of PHP code, at the call and at the value of the request.

    ``kinds`` are the kinds of acts, with their severities; a critical one is certain.
    """

    def find(sample: Sample) -> Findings:
        acts = [act for act in sample.php_acts if act.kind in kinds]
        gravest = max((kinds[act.kind] for act in acts), default=None)
        for act in [act for act in acts if kinds[act.kind] is gravest][:_MOST_PHP]:
            evidence = [sample.raw_evidence(act.start, max(1, act.end - act.start))]
            if act.source is not None and act.source != act.start:
                evidence.append(sample.raw_evidence(act.source, _SOURCE_BYTES))
            confidence = Confidence.HIGH if gravest is Severity.CRITICAL else Confidence.MEDIUM
            message = (
                f"the page {act.words}"
                if act.source is None
                else f"the page takes a value of the request and {act.words}"
            )
            yield claim(rule, message, *evidence, severity=gravest, confidence=confidence)

    return Detector(rule, Sample, find, has_php)


def runs_on_server(sample: Sample) -> bool:
    """Return True if the server executes files of this type at this path, even if this one contains no code."""
    return sample.nature.executable


def has_handler_mapping(sample: Sample) -> bool:
    """Return True if a handler mapping applies to a file, or would apply if its section were not locked."""
    return sample.nature.mapping is not None


def is_pe_file(sample: Sample) -> bool:
    """Return True if a file is a Windows program or library."""
    return is_image(sample.data)


def is_memory_dump(sample: Sample) -> bool:
    """Return True if a file is a memory dump of Windows."""
    return find_dump_format(sample.data) is not None


def may_have_dump(sample: Sample) -> bool:
    """Return True if a file may have the settings of a virtual directory, as a dump."""
    return sample.may_say(DUMPED)


def has_php(sample: Sample) -> bool:
    """Return True if a file has PHP code that may act."""
    return sample.has_php


def differs_from_baseline(sample: Sample) -> bool:
    """Return True if a baseline that covers the host lists other content for this path, or does not list the file."""
    return sample.standing.kind in (StandingKind.CHANGED, StandingKind.UNLISTED)


def is_carrier(sample: Sample) -> bool:
    """Return True if a file contains other files."""
    return bool(sample.carried)


class DetectorSelection:
    """The detectors of one view, selected for each file and view by their prefilters and by what they need.

    Each prefilter and each set of features is one bit of a number, which decides about the detectors.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = detectors
        prefilters = dict.fromkeys(each.prefilter for each in detectors if each.prefilter is not None)
        self._prefilters = [(prefilter, 1 << at) for at, prefilter in enumerate(prefilters)]
        needs = dict.fromkeys(need for each in detectors for need in each.needs)
        bits: dict[object, int] = {
            **dict(self._prefilters),
            **{need: 1 << at for at, need in enumerate(needs, len(prefilters))},
        }
        self._features: dict[str, int] = {}
        for need in needs:
            for feature in need:
                self._features[feature] = self._features.get(feature, 0) | bits[need]
        self._texts = tuple(each for each in self._features if each.startswith(TEXT))
        self._required = [sum(bits[need] for need in {each.prefilter, *each.needs} - {None}) for each in detectors]
        self._selected = lru_cache(maxsize=1024)(self._select)

    def finders_for(self, sample: Sample, *views: Any) -> tuple[Find, ...]:  # noqa: ANN401 - as those of a detector
        """Return the generators of the detectors that run on a view of a file, in the order of the detectors.

        Without a view, these are all that may run on a view of the file.
        """
        met = 0
        for accepts, bit in self._prefilters:
            if accepts(sample):
                met |= bit
        if self._features:
            found = views[0].features(self._texts) if views else self._features.keys()
            for feature in self._features.keys() & found:
                met |= self._features[feature]
        return self._selected(met)

    def _select(self, met: int) -> tuple[Find, ...]:
        """Return the generators of the detectors whose bits are all in a number."""
        pairs = zip(self._detectors, self._required, strict=True)
        return tuple(each.find for each, required in pairs if met & required == required)


def define_rule(
    module: str,
    rule_id: str,
    severity: Literal["info", "low", "medium", "high", "critical"],
    confidence: Literal["low", "medium", "high"],
    *techniques: str,
    slug: str = "",
    page: str = "",
    references: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
    idea: str = "",
    is_tool: bool = False,
    acts_in_browser: bool = False,
    is_known_content: bool = False,
    is_of_place: bool = False,
    survives_baseline: bool = False,
    remedy: Remedy = Remedy.ELEMENT,
) -> Rule:
    """Return the rule of a detector in a module; the first line of its page is its title.

    The page is the docstring of the module, to whose references the techniques are added, and the slug is the name of
    the module, unless the arguments set others. The arguments after the page are those of ``Rule``, for the judge and
    the next steps.
    """
    if sys.flags.optimize > 1:
        raise UsageError("the pages of the rules are docstrings, which 'python -OO' (PYTHONOPTIMIZE=2) drops: use -O")
    techniques = techniques or ("T1505.003",)
    text = _with_references((page or sys.modules[module].__doc__ or "").strip(), techniques)
    return Rule(
        id=rule_id,
        slug=slug or module.rpartition(".")[2].replace("_", "-"),
        title=text.partition("\n")[0].rstrip("."),
        severity=Severity[severity.upper()],
        confidence=Confidence[confidence.upper()],
        techniques=techniques,
        references=references,
        page=text,
        merged=merged,
        idea=idea,
        is_tool=is_tool,
        acts_in_browser=acts_in_browser,
        is_known_content=is_known_content,
        is_of_place=is_of_place,
        survives_baseline=survives_baseline,
        remedy=remedy,
    )


def _with_references(page: str, techniques: Sequence[str]) -> str:
    """Return a page whose last section, the references, has the pages of the techniques too."""
    links = "\n".join(f"    https://attack.mitre.org/techniques/{each.replace('.', '/')}/" for each in techniques)
    return f"{page}\n{links}" if "\nReferences:\n" in page else f"{page}\n\nReferences:\n{links}"


def claim(
    rule: Rule,
    message: str,
    *evidence: Evidence,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    facts: Mapping[str, FactValue] | None = None,
    acts: Sequence[Evidence] | None = None,
    ideas: Sequence[Act] = (),
) -> Finding:
    """Return a finding of a rule, with the severity and confidence of the rule unless the arguments set others.

    ``acts`` is the evidence of what the file does, if the rest of the evidence only explains it: the origin of a value,
    a constant, a password. The judge counts findings with a common act as one idea. ``ideas`` are acts without a place
    in the file, such as ``ABSENCE``.
    """
    done = [each.act for each in (evidence if acts is None else acts) if each.act is not None]
    return Finding(
        rule=rule,
        message=_cut(message),
        severity=rule.severity if severity is None else severity,
        confidence=rule.confidence if confidence is None else confidence,
        evidence=tuple(evidence[:5]),
        facts={name: _cut(value) for name, value in (facts or {}).items() if value is not None},
        acts=tuple(dict.fromkeys([*ideas, *done]))[:MOST_ACTS],
    )


def claim_flow(
    rule: Rule,
    message: str,
    layer: Layer,
    code: Code,
    flow: Flow,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    facts: Mapping[str, FactValue] | None = None,
) -> Finding:
    """Return a finding about a data flow: its evidence is the sink, then the rest of its path in order of execution.

    The fact ``path`` has all places of the path as lines and columns, from the origin to the sink; a place in another
    file than that of the sink has the path of its file.
    """
    *before, sink = (layer.place_evidence(code, place) for place in flow.places)
    files = ["" if each.path == sink.path else f"{each.path} " for each in before]
    places = [f"{file}{each.line}:{each.column}" for file, each in zip([*files, ""], [*before, sink], strict=True)]
    path = " → ".join(places) if before else None
    facts = {**(facts or {}), "path": path}
    return claim(rule, message, sink, *before, severity=severity, confidence=confidence, facts=facts, acts=[sink])


def claim_use(
    rule: Rule, name: str, message: str, layer: Layer, code: Code, *tokens: int, weight: Weight | None = None
) -> Findings:
    """Yield a finding about a use of a capability, as grave as its weight where the code is; none without weight.

    ``name``: the name of the capability, which may have less weight in classic ASP and outside the page. ``tokens``:
    the tokens of the evidence, first that of the use. ``weight``: the weight in a page, if it is not that of the
    capability; outside the page it is never more than there.
    """
    own, weight = weight_in(name, layer), weight_in(name, layer) if weight is None else weight
    weight = min(own, weight, key=_WEIGHTS.index) if layer.is_code_behind else weight
    if weight is not Weight.NOTHING:
        severity, confidence = _GRAVITY[weight]
        evidence = [layer.place_evidence(code, token) for token in tokens]
        facts = {"capability": name}
        yield claim(rule, message, *evidence, severity=severity, confidence=confidence, facts=facts)


def says(name: str, used: str) -> str:
    """Return the message that a page uses a capability by a call or an object."""
    return f"the page {capabilities()[name].says}: {used}"


def weight_in(name: str, layer: Layer) -> Weight:
    """Return the weight of a capability at the place where the code of a layer is."""
    capability = capabilities()[name]
    if layer.is_code_behind:
        return capability.code_behind
    if layer.is_application_source and layer.sample.artifact.role not in SETUP_ROLES:
        # A library of a site, yet one that the server compiles and starts by itself.
        return Weight.SUSPECTS if capability.aspnet is Weight.CONVICTS else capability.code_behind
    return capability.classic if layer.page.kind is PageKind.CLASSIC_ASP else capability.aspnet


def element_evidence(element: Element, sample: Sample) -> Evidence:
    """Return an excerpt of a configuration file from the start tag of an element on; the tag is its act."""
    start = element.offset
    shown = sample.raw_evidence(start, max(0, min(_SHOWN_BYTES, len(sample.data) - start)), before=False)
    end = sample.data.find(b">", start, start + _LONGEST_TAG) + 1
    act = Act(shown.path, "", Span(start, end if end > start else start + 1))
    section = next((section_in_line(each, sample.data, start) for each in sample.configs), "")
    return replace(shown, act=act, section=section)


def registration_evidence(registration: Registration) -> Evidence:
    """Return the element of a registration in the configuration of the server."""
    span = Span(registration.offset, registration.offset + len(registration.excerpt))
    place = (registration.line, registration.column, registration.excerpt)
    return Evidence(registration.declared_in, "raw", span, *place, section=registration.section)


_WEIGHT_OF_AUTOSTART = {
    "accuse": (None, None),
    "question": (Severity.LOW, Confidence.MEDIUM),
    "fact": (Severity.INFO, Confidence.HIGH),
}


_STARTS = {2: "with Windows", 3: "on demand", 4: "disabled"}
"""The values ``Start`` of a service; drivers have 0 and 1."""


def claim_autostart(
    rule: Rule, message: str, autostart: Autostart, *, weight: str = "accuse", program: str = ""
) -> Finding:
    """Return a finding about an autostart of the registry: its evidence is the value, as far as a line shows it.

    ``weight``: ``accuse`` for the severity of the rule, ``question`` or ``fact``. ``program``: the program or library,
    if it is not the command.
    """
    severity, confidence = _WEIGHT_OF_AUTOSTART[weight]
    shown = f"{autostart.name} = {autostart.command}" if autostart.command else autostart.name
    evidence = Evidence(autostart.key, "registry", Span(0, 0), 1, 1, _cut(shown))
    written = autostart.written_utc
    facts: dict[str, FactValue] = {
        "registry_key": autostart.key,
        "name": autostart.name,
        "command": autostart.command or None,
        "program": program or None,
        "key_written": written.isoformat(timespec="seconds") if written is not None else None,
        "account": autostart.account or None,
        "starts": _STARTS.get(autostart.number_of("start") or 0) if autostart.kind == "service" else None,
        "needed_by_windows": (autostart.place is not None and autostart.place.needed) or None,
    }
    return claim(rule, message, evidence, severity=severity, confidence=confidence, facts=facts)


def log_evidence(log: str, line: int) -> Evidence:
    """Return the evidence of one line of a log, or of one record of an event log."""
    return Evidence(log, "log", Span(0, 0), max(line, 1), 1, "")


def _cut(value: T) -> T:
    """Cut a text to the limit: its length may come from the evidence."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[: LONGEST_TEXT - 1] + "…"  # type: ignore[return-value]
    return value
