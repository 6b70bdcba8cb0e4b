"""Removal steps: for each suspicious setting one step that removes or restores it, with its place and a command.

Only findings that make a verdict suspicious have a step, and each step names one element, never a whole file: most of
a configuration file is stock, and the server needs it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.host.iis.native_modules import KnownModule, load_known_modules
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Finding
from webshellhunt.model.places import Role
from webshellhunt.model.report import Step
from webshellhunt.model.rules import Remedy, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.verdict.step_items import items_of

MOST_STEPS = 10
"""The most steps about settings; the same step for several places is one."""

_APPCMD = r"%windir%\System32\inetsrv\appcmd.exe"
_TASKS = lazy_pattern(r"(?i)[\\/](?:system32|syswow64)[\\/]tasks(?=[\\/])")
_TAG = lazy_pattern(r"<\s*(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,60})")
_ATTRIBUTE = lazy_pattern(r"""\s([\w.:-]{1,60})\s*=\s*(?:"([^"]{0,400})"|'([^']{0,400})')""")
_PLAIN = lazy_pattern(r"[\w .,()\\/:-]{1,200}")
_REGISTERED = lazy_pattern(r" \((native module|ISAPI filter) (.{1,200})\)$")
_NAMING = ("name", "path", "extension", "fullPath", "url", "fileExtension", "users", "redirectMode", "type")
_SHOWN = 80
_NO_NAME = "(no name)"
_FRONT_END = "fetagents.config"


_ENTRIES = frozenset(
    {"action", "add", "allow", "binding", "codebase", "compiler", "environmentvariable", "filter", "formatter",
     "pageparserpath", "provider", "scheme", "server", "wellknown"}
)  # fmt: skip
"""Elements of lists; the other elements are sections, of which an attribute is set back."""

_REQUIRED = frozenset({("aspnetcore", "processpath"), ("httpplatform", "processpath")})
"""Attributes without a default, in lower case with their elements."""

_AFTERWARDS = (
    ("system.applicationhost/applicationpools", "; recycle the pool afterwards, since its processes keep the code"),
    ("runtime/", "; restart the programs that read this file afterwards, since they keep the code"),
    ("configurationredirection", "; export the configuration from there first, since the server has no other one"),
    ("system.webserver/rewrite", "; remove the whole rule, not its action alone"),
    ("system.applicationhost/sites", "; the other addresses and logs of the site are needed"),
)
"""Sections, and the clause that keeps the server working."""


class _Element(NamedTuple):
    """The start tag of a suspicious element, as far as its excerpt shows it."""

    tag: str
    attributes: dict[str, str]
    shown: str

    def get(self, name: str) -> str:
        return self.attributes.get(name.lower(), "")


class _Accused(NamedTuple):
    """One finding with a removal step; ``doubt`` is the clause for a setting that may be legitimate."""

    verdict: Verdict
    finding: Finding
    evidence: Evidence
    element: _Element
    doubt: str

    @property
    def place(self) -> str:
        return f"{self.evidence.path}, line {self.evidence.line}"


def iter_removal_steps(doors: Sequence[Verdict], suspects: Sequence[Verdict]) -> Iterator[Step]:
    """Yield a step for each suspicious setting, the gravest first; the same step for several places is one."""
    seen: set[tuple[str, int, str]] = set()
    steps: dict[str, list[str]] = {}
    for accused in _accused(doors, suspects):
        key = _element_key(accused)
        if key not in seen:
            seen.add(key)
            step = _step(accused)
            steps.setdefault(step.text, []).extend(step.items)
    yield from (Step(text, items_of(items)) for text, items in list(steps.items())[:MOST_STEPS])
    rest = len(steps) - MOST_STEPS
    if rest > 0:
        yield Step(f"Check the other suspicious settings ({rest:,}) as well: the rows above show where each one is.")


def _element_key(accused: _Accused) -> tuple[str, int, str]:
    """Return a key of an element by its first byte; two rules may report the same one."""
    if not is_configuration(accused.verdict):
        return accused.evidence.path, 0, ""
    named = accused.element.get("name") or _registered(accused.verdict)[1] or accused.element.shown
    named = named or str(accused.finding.facts.get("name") or "")
    return accused.evidence.path, accused.evidence.span.start, named.lower()


def has_removal_step(verdict: Verdict) -> bool:
    """Return True if a verdict has steps of its own, so that its file is not listed for removal or review."""
    return any(_is_followed(verdict, finding) for finding in verdict.counted)


def is_configuration(verdict: Verdict) -> bool:
    """Return True if a verdict is about a configuration file, or an element of one."""
    subject = verdict.subject
    return (
        subject.kind is SubjectKind.REGISTRATION
        or subject.role is Role.IIS_CONFIG
        or subject.path.lower().endswith(".config")
    )


def _accused(doors: Sequence[Verdict], suspects: Sequence[Verdict]) -> Iterator[_Accused]:
    counted = [finding.facts for verdict in doors for finding in verdict.counted]
    declared = {(str(facts.get("declared_in")).lower(), facts.get("mapping")) for facts in counted}
    held = [v.subject.path.lower() for v in doors]
    for verdict in (*doors, *suspects):
        for finding in verdict.counted:
            if not _is_followed(verdict, finding):
                continue
            evidence = finding.evidence[0]
            element = _read(evidence)
            places = {place for each in _elements(finding) for place in _places(each)}
            folder = str(finding.facts.get("leads_to") or "").lower().rstrip("\\")
            serves = bool(folder) and any(path.startswith(f"{folder}\\") for path in held)
            sure = verdict.disposition is Disposition.MALICIOUS or not places.isdisjoint(declared) or serves
            doubt = "" if sure else ", unless your administrators confirm it"
            yield _Accused(verdict, finding, evidence, element, doubt)


def _places(evidence: Evidence) -> Iterator[tuple[str, str | None]]:
    """Yield the place of an element with each name that it maps: a line may have several elements."""
    element = _read(evidence)
    names = [name.strip().lower() for name in element.get("path").split(",")]
    for mapped in (None, *names, f"*{element.get('extension').lower()}"):
        yield f"{evidence.path}, line {evidence.line}".lower(), mapped


def _is_followed(verdict: Verdict, finding: Finding) -> bool:
    if not finding.evidence or finding.severity < Severity.MEDIUM or verdict.disposition < Disposition.SUSPICIOUS:
        return False
    if finding.rule.remedy in _BY_REMEDY:
        return True
    if not is_configuration(verdict) or "published_key" in finding.facts:
        return False
    # The match of a signature may start anywhere; the evidence of a detector starts at the element.
    return finding.rule.origin is RuleOrigin.DETECTOR and _TAG.match(finding.evidence[0].excerpt.lstrip()) is not None


def _step(accused: _Accused) -> Step:
    build = _BY_REMEDY.get(accused.finding.rule.remedy)
    if build is not None:
        return build(accused)
    element = accused.element
    kind, _ = _registered(accused.verdict)
    if kind == "native module" or (element.tag == "add" and element.get("image")):
        return _native_module(accused)
    if kind == "ISAPI filter" or (element.tag == "filter" and element.get("path")):
        return _filter(accused)
    if element.tag == "virtualdirectory":
        return _virtual_directory(accused)
    if accused.finding.facts.get("setting"):
        return _setting(accused)
    noun, effect = _noun(element)
    text = f"Undo {noun}{accused.doubt}: {effect}. Leave the elements that no step names: the server needs them."
    return Step(text, tuple(_shown(accused._replace(evidence=e, element=_read(e))) for e in _elements(accused.finding)))


def _setting(accused: _Accused) -> Step:
    """Return the step for a setting: an entry of a list is removed, an attribute alone is set back."""
    section, _, attribute = str(accused.finding.facts["setting"]).partition("/@")
    parent, _, tag = section.rpartition("/")
    if tag in _ENTRIES:
        what = f"Remove this entry from {parent}"
    elif (tag, attribute.lower()) in _REQUIRED:
        what = f"Remove the element <{_spelled(accused, tag)}> from {parent}, and the handler that uses it"
    elif attribute == "value":  # the element has nothing else
        what = f"Remove the element <{_spelled(accused, tag)}> from {parent}"
    else:
        what = f"Set {attribute} of <{_spelled(accused, tag)}> back to the default"
    after = next((words for start, words in _AFTERWARDS if section.startswith(start)), "")
    return Step(
        f"{what}{accused.doubt}{after}. Leave the elements that no step names: the server needs them.",
        (_shown(accused),),
    )


def _spelled(accused: _Accused, tag: str) -> str:
    """Return the name of an element as the configuration has it."""
    spelled = accused.element.shown.strip("<>").partition(" ")[0]
    return spelled if spelled.lower() == tag else tag


def _elements(finding: Finding) -> Sequence[Evidence]:
    """Return the evidence of all elements to undo: a mapping may be there as a handler and as a build provider."""
    return finding.evidence if "mapping" in finding.facts else finding.evidence[:1]


def _noun(element: _Element) -> tuple[str, str]:
    """Return the noun for an element, and its effect in words."""
    if element.tag == "add" and (element.get("path") or element.get("extension")):
        mapped = element.get("path") or element.get("extension")
        return f"the mapping of {mapped}", "it decides how the server answers requests for such files"
    if element.tag == "add" and element.get("type"):
        return f"the module {element.get('name')}".rstrip(), "the server loads it into each request"
    if element.tag == "application" and element.get("fullPath"):
        return f"the FastCGI program {element.get('fullPath')}", "the server starts it to answer requests"
    if element.tag in ("remove", "clear"):
        return (f"the removal of {element.get('name') or 'entries'}", "it disables a part of the server at that place")
    if element.tag in ("rule", "action", "error"):
        return "the rewrite rule", "it answers a request with another page"
    return f"the setting <{element.tag}>", "the row of this file has the reason"


def _registered(verdict: Verdict) -> tuple[str, str]:
    """Return the kind and the name of a registration, from its path; two empty strings for a file."""
    if verdict.subject.kind is not SubjectKind.REGISTRATION:
        return "", ""
    found = _REGISTERED.search(verdict.subject.path)
    return (found[1], found[2]) if found is not None else ("", "")


def _name(accused: _Accused) -> str:
    known = accused.element.get("name") or str(accused.finding.facts.get("name") or "")
    return known or _registered(accused.verdict)[1] or _NO_NAME


def _native_module(accused: _Accused) -> Step:
    name = _name(accused)
    if (stock := _stock("module", name)) is not None:
        return _restored(accused, f"the native module {name}", stock)
    text = f"Remove the native module {name} from globalModules{accused.doubt}: the server loads it into each request."
    return Step(text, (_shown(accused), *_command(name, f'{_APPCMD} uninstall module "{name}"')))


def _filter(accused: _Accused) -> Step:
    name = _name(accused)
    if (stock := _stock("filter", name)) is not None:
        return _restored(accused, f"the ISAPI filter {name}", stock)
    text = f"Remove the ISAPI filter {name}{accused.doubt}: the server loads it into each request."
    command = f"{_APPCMD} set config /section:isapiFilters \"/-[name='{name}']\" /commit:apphost"
    return Step(text, (_shown(accused), *_command(name, command)))


def _stock(kind: str, name: str) -> KnownModule | None:
    """Return the module or filter of Microsoft with this name, which the server needs."""
    lowered = name.lower()
    modules = (each for each in load_known_modules() if each.kind == kind and each.is_microsoft)
    return next((each for each in modules if each.name.lower() == lowered), None)


def _restored(accused: _Accused, named: str, stock: KnownModule) -> Step:
    """Return the step that restores a stock entry; such an entry is never removed."""
    facts = accused.finding.facts
    file = accused.element.get("image") or accused.element.get("path") or str(facts.get("registered") or "another file")
    if facts.get("product"):
        text = f"Replace {file} with the file of {stock.product}{accused.doubt}: the server needs and loads {named}."
    else:
        text = (
            f"Set the file of {named} back to {stock.image}{accused.doubt}: the server loads {file} instead. Do not "
            f"remove the entry: {stock.product} needs it."
        )
    return Step(text, (_shown(accused),))


def _virtual_directory(accused: _Accused) -> Step:
    """Return the step for a virtual directory; one that Exchange needs is restored, never deleted."""
    facts = accused.finding.facts
    site, address = str(facts.get("site") or ""), str(facts.get("address") or "")
    folder = accused.element.get("physicalPath") or str(facts.get("leads_to") or facts.get("registered") or "")
    named = f"{address} of {site}" if site and address else accused.element.get("path")
    is_needed = address.strip("/").partition("/")[0].lower() in EXCHANGE_APPLICATIONS or address == "/"
    if is_needed:
        text = f"Set the folder of the address {named} back to the original{accused.doubt}: it serves {folder} instead."
        return Step(text, (_shown(accused),))
    text = f"Remove the virtual directory {named}{accused.doubt}: it serves {folder}."
    whole = accused.element.get("path") == "/"
    command = f'{_APPCMD} delete {"app" if whole else "vdir"} "{site}{address}"'
    return Step(text, (_shown(accused), *(_command(f"{site}{address}", command) if site and address else ())))


def _task(accused: _Accused) -> Step:
    path = accused.verdict.subject.path
    found = _TASKS.search(path)
    name = (path[found.end() :] if found is not None else path).replace("/", "\\")
    text = f"Disable the scheduled task {name}{accused.doubt}: {accused.finding.message}."
    return Step(text, (path, *_command(name, f'schtasks /Change /TN "{name}" /Disable')))


def _profile(accused: _Accused) -> Step:
    text = (
        f"Remove the line from the PowerShell profile{accused.doubt}: each session runs it, also sessions of "
        "administrators. Start PowerShell with -NoProfile until then."
    )
    return Step(text, (accused.place,))


def _agent(accused: _Accused) -> Step:
    name = str(accused.finding.facts.get("agent") or "")
    text = (
        f"Disable the transport agent {name} in the Exchange Management Shell{accused.doubt}: it can read and change "
        "each message."
    )
    service = " -TransportService FrontEnd" if accused.evidence.path.lower().endswith(_FRONT_END) else ""
    command = f'Disable-TransportAgent -Identity "{name}"{service}'
    return Step(text, (_shown(accused), *_command(name, command)))


def _registry(accused: _Accused) -> Step:
    from webshellhunt.verdict.registry_steps import registry_step  # here, for a quick start

    return registry_step(accused.finding, accused.evidence.path, accused.doubt)


def _stated(accused: _Accused) -> Step:
    undo = str(accused.finding.facts.get("undo") or "Remove it")
    return Step(f"{undo}{accused.doubt}: {accused.finding.message}.", (accused.verdict.subject.path,))


_BY_REMEDY = {
    Remedy.SCHEDULED_TASK: _task,
    Remedy.POWERSHELL_PROFILE: _profile,
    Remedy.TRANSPORT_AGENT: _agent,
    Remedy.VIRTUAL_DIRECTORY: _virtual_directory,
    Remedy.REGISTRY: _registry,
    Remedy.STATED: _stated,
}
"""Steps by the remedy of a rule; the step for any other finding follows from the element itself."""


def _shown(accused: _Accused) -> str:
    evidence = accused.evidence
    section = f" in {evidence.section}, column {evidence.column}" if evidence.section else ""
    return f"{accused.place}: {accused.element.shown}{section}"


def _command(name: str, command: str) -> tuple[str, ...]:
    """Return a command unless its name has characters that a shell interprets: the attacker chose the name."""
    return (command,) if _PLAIN.fullmatch(name) and name != _NO_NAME else ()


def _read(evidence: Evidence) -> _Element:
    """Parse the start tag of an excerpt, up to the first secret of the victim."""
    text = evidence.excerpt.lstrip()
    tag = _TAG.match(text)
    if tag is None:
        return _Element("", {}, "")
    first = min((secret.start for secret in evidence.secrets or ()), default=len(evidence.excerpt))
    text = text[: max(first - (len(evidence.excerpt) - len(text)), tag.end())].partition(">")[0]
    attributes = {m[1].lower(): m[2] or m[3] or "" for m in _ATTRIBUTE.finditer(text, tag.end())}
    name = next((each for each in _NAMING if attributes.get(each.lower())), None)
    shown = f'<{tag[1]} {name}="{_cut(attributes[name.lower()])}" …>' if name is not None else f"<{tag[1]} …>"
    return _Element(tag[1].lower(), attributes, shown)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
