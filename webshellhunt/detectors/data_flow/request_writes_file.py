"""Request data is written to a file whose name the request ends.

What it finds:
    A page that writes request data, text or an upload, to a file whose name may end as the visitor says, or is a
    constant with an executable extension. Severity and confidence depend on who chooses what: they are high where
    content and the whole path are request data alone, where a page overwrites itself, and where the page checks a
    password that is a constant of the page (also its hash, or a server variable) and leaves the ending of the name to
    the visitor. A name that ends in a constant extension that no server executes is no finding, and neither is a folder
    ``App_Data``. An upload that keeps the extension of the visitor is a finding unless the page compares this very name
    with a list of allowed extensions; it is of high severity in the folder of the page or the top of the site, and of
    medium severity elsewhere if the page cuts the file out of the body of the request itself, but high again if the
    page checks the name and this check, run with names of pages, lets them pass.

Why it matters:
    Such a page plants the next shell, or any page, in every folder that the service may write to.

Looks like:
    A text area and a path field; ``CreateTextFile`` or ``File.WriteAllText`` with both. An upload form behind one
    password in the text of the page.

Benign look-alikes:
    Upload pages of content systems, which set folder and extension themselves or have an allow-list. Template editors
    that require a sign-in: the rule cannot distinguish them, so review them. Values that a page writes into its own
    configuration, behind a name, are information, unless a classic page without includes and without any access check
    does so for everybody. Of 14,580 honest pages it calls 2
    suspicious (0.014 %, a configuration editor and a class that all pages of a blog include) and convicts none; 4 more
    are unexplained (0.03 %). No honest page of these has the mark of an own password.

Blind spots:
    Content that passes through a database first. A check of the extension by a function of another file counts as a
    check by its name; other checks are tried with names of pages, and count only if these don't pass.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.checks.name_checks import Check
from webshellhunt.analysis.flow.flows import ITSELF, Flow
from webshellhunt.analysis.life import does_something
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.analysis.structure.passwords import find_own_password, is_asked_later
from webshellhunt.analysis.structure.same_file import writes_of
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.published_writers import PublishedWriter, find_published_at
from webshellhunt.lang.tree import Switch
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1004", "high", "medium", "T1505.003", "T1105", is_tool=True)
_EXECUTABLE = lazy_pattern(
    r"(?i)\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|config)(;[^/\\]{0,40})?[. ]{0,8}$"
)
_PLANTED = lazy_pattern(r"(?i)\.(as[pahm]x?|ashx|asmx|cer|cdx|svc|soap)[. ]{0,8}$")
_CODE = "<%"
_AT_STATEMENT = lazy_pattern(r"<%\s*\Z")
_AT_VALUE = lazy_pattern(
    r"(?:(?:\A|[\r\n:]|<%)\s*(?:\w+\s+){0,3}[\w.()\"\[\]]+\s*=\s*[\"']?|<%[^%\r\n]{0,200}[=(,&+]\s*[\"'])\Z"
)
"""The text before a value that code gives a name, or has in quotes; that of an attribute stands in a tag."""
_BODY = "request.binaryread"
_READING = frozenset({"readall", "readalltext", "readtoend", "readtext"})
_SOURCE = "source "  # begins the name of a layer that is a file of code behind a page
_LISTED = "; the page has an allow-list of harmless file types"
_FAR = 300  # tokens between the content and the name of one file
_MOST = 12  # flows of each kind that are paired


class _Weight(NamedTuple):
    """How bad one write is and how sure, with the reasons that lower or raise it, and the evidence of that."""

    severity: Severity
    confidence: Confidence
    note: str = ""
    password: int | None = None


@detector(RULE, on=Code, needs=[flows_to("write-content", "write-path")])
def find(code: Code, layer: Layer) -> Findings:
    """Report a page that writes request data to a path of the request, or into a page."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None]
    contents = sorted((f for f in flows if f.kind == "write-content" and f.from_visitor), key=_rank)[:_MOST]
    paths = sorted((f for f in flows if f.kind == "write-path" and _may_name_a_page(f)), key=_rank)
    typed, kept = ([f for f in paths if _is_named_by_upload(f) == is_upload][:_MOST] for is_upload in (False, True))
    pairs = [pair for some in (typed, kept) if contents and some for pair in _nearest(code, contents, some)]
    pairs = [pair for pair in pairs if len({layer.place_evidence(code, each.place).path for each in pair}) == 1]
    if not contents and kept:
        pairs = [(kept[0], kept[0])]  # the name is that of the upload which is copied into an opened file
    weighed = [(weight, pair) for pair in pairs if (weight := _weigh(code, layer, *pair)) is not None]
    if weighed:
        weight, pair = max(weighed, key=lambda each: each[0][:2])
        analysis, writer = code.analysis, None
        if weight.password is None:
            writer = find_published_at(analysis.index, analysis.words(), pair[1].place, "write-path")
        if writer is None or not (_LISTED in weight.note or _is_library(code)):
            yield _claim(code, layer, weight, pair, writer)
    elif contents and not typed:
        yield from _written_as_page(code, layer, contents)


def _is_library(code: Code) -> bool:
    """Return True if a classic page only declares what other pages use."""
    return code.unit.language == "vbscript" and not any(map(does_something, code.analysis.index.top.statements))


def _claim(
    code: Code, layer: Layer, weight: _Weight, pair: tuple[Flow, Flow], writer: PublishedWriter | None
) -> Finding:
    content, path = pair
    words = "; ".join(dict.fromkeys((content.words, path.words)))
    message = f"the request sets both content and name of a file: {words}"
    if _is_named_by_upload(path):
        where = " in the folder of the page or the site" if _is_beside(path) else ""
        message = f"an upload of any type is stored under its own name or extension{where}: {path.words}"
    evidence = [layer.place_evidence(code, each.place) for each in (path, content)[: 1 + (content is not path)]]
    if weight.password is not None:
        evidence.append(layer.place_evidence(code, weight.password))
    facts = {"request_key": path.key or content.key}
    severity = weight.severity
    if writer is not None:
        message += f"; this is {writer.product}, {writer.does}"
        severity = min(severity, Severity.MEDIUM)
    return claim(RULE, message + weight.note, *evidence, severity=severity, confidence=weight.confidence, facts=facts)


def _nearest(code: Code, contents: Sequence[Flow], paths: Sequence[Flow]) -> Iterator[tuple[Flow, Flow]]:
    """Yield each name with the content that most likely belongs to its file, the likeliest pairs alone.

    These are in one function, close to each other.
    """
    index = code.analysis.index

    def far(pair: tuple[Flow, Flow]) -> tuple[bool, bool, int]:
        content, path = pair
        functions = {index.function_of(index.node_at(flow.place)) for flow in pair}
        distance = abs(content.place - path.place)
        return len(functions) > 1 or distance > _FAR, path.sink.argument != 0, distance

    def order(pair: tuple[Flow, Flow]) -> tuple[bool, bool, tuple[bool, bool], tuple[bool, bool], int]:
        apart, copied, distance = far(pair)
        return apart, copied, _rank(pair[0]), _rank(pair[1]), distance

    pairs = [min(((content, path) for content in contents), key=order) for path in paths]
    likeliest = order(min(pairs, key=order))[:2]
    return (pair for pair in pairs if order(pair)[:2] == likeliest)


def _written_as_page(code: Code, layer: Layer, contents: Sequence[Flow]) -> Findings:
    """Report request data that is written to a page with a constant name, or to this page."""
    named = ((content, *found) for content in contents if (found := _page_of(code, content)) is not None)
    for content, at, text in islice(named, 1):
        message = f"request data is written to an executable file: {content.words}"
        evidence = (layer.place_evidence(code, at), layer.place_evidence(code, content.place))
        itself, is_free = text == ITSELF, _is_free(code, content)
        is_certain = is_free and (itself or (_PLANTED.search(text) is not None and _plants(code)))
        less = Severity.INFO if _is_value(content) else Severity.MEDIUM
        is_strong = itself or is_free or _is_open(code, content)
        severity = Severity.CRITICAL if is_certain else None if is_strong else less
        confidence = Confidence.HIGH if severity is Severity.CRITICAL else None
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence)


def _is_free(code: Code, content: Flow) -> bool:
    """Return True if a visitor's text in a page is code there.

    It is, as a whole or as a part of the page's text, unless the page asks who calls it, or writes code of its own with
    values in it, as a configuration is.
    """
    if _is_whole(content):
        return True
    if code.access_check is not None or not content.shape.is_part:
        return False
    before = content.shape.before
    if any(_CODE in text for text in before):
        return any(_AT_STATEMENT.search(text) for text in before)
    return not _is_value(content)


def _is_value(content: Flow) -> bool:
    """Return True if a visitor's text is a value in code of the page, with a name as in a setting, or in quotes."""
    before = content.shape.before
    return any(_AT_VALUE.search(text) for text in before) and not any(_AT_STATEMENT.search(text) for text in before)


def _is_open(code: Code, content: Flow) -> bool:
    """Return True if a classic page on its own, which asks nobody who he is, writes a text without quotes into code."""
    is_script = code.unit.language in ("vbscript", "jscript")
    is_alone = is_script and not code.dependencies and code.access_check is None
    return is_alone and content.shape.is_part and not any(text.endswith(('"', "'")) for text in content.shape.before)


def _plants(code: Code) -> bool:
    """Return True if all that a code writes goes into pages, and none is shown before it is written anew."""
    reads = any(sink.kind == "read-path" for sink, _, _ in code.analysis.sinks)
    if reads and not _READING.isdisjoint(code.analysis.words()):
        return False
    written = {place for sink, _, place in code.analysis.sinks if sink.kind == "write-content"}
    if len(written) <= 1:
        return True
    names = [name for place in written for name in writes_of(code.analysis.index, place, code.analysis.writes)]
    return all(text is not None and _is_page(text) for _, shape in names for text in shape.tails or {None})


def _page_of(code: Code, content: Flow) -> tuple[int, str] | None:
    """Return the constant by which the file that a content goes to is a page, with its token."""
    writes = writes_of(code.analysis.index, content.place, code.analysis.writes)
    endings = ((at, text) for _, shape in writes for at, text in shape.endings if text is not None and _is_page(text))
    return next(endings, None)


def _weigh(code: Code, layer: Layer, content: Flow, path: Flow) -> _Weight | None:
    """Return how much a write weighs, by who chooses the content, the folder and the ending of the name."""
    check, listed = code.analysis.name_checks.of(path), code.analysis.takes_harmless_kinds
    is_checked = listed or check >= Check.WEAK
    passes = code.analysis.lets_pages_pass(path) if is_checked or code.analysis.index.of(Switch) else None
    if passes is False and _is_upload(content):
        return None
    if passes is not None:
        check, listed = (Check.NONE if passes else Check.DECIDES), listed and not passes
    weight = _weigh_kept(code, layer, path, check) if _is_named_by_upload(path) else _weigh_typed(code, content, path)
    if passes and is_checked and weight is not None and weight.severity is Severity.MEDIUM:
        weight = _Weight(Severity.HIGH, weight.confidence, "; its check of the name lets pages pass")
    return _weigh_planted(code, content, path, check) or _weigh_checked(content, path, check, weight, listed=listed)


def _weigh_planted(code: Code, content: Flow, path: Flow, check: Check) -> _Weight | None:
    """Return the weight of a write behind an own password, or of a page whatever its name; ``None`` for others."""
    if (_is_upload(content) or _is_whole(content)) and check < Check.DECIDES and not path.shape.is_private:
        password = find_own_password(code.unit)
        if password is not None:
            is_late = is_asked_later(code.unit, password, path.place)
            note = "; the page asks for a password elsewhere" if is_late else "; a password in the page protects it"
            return _Weight(Severity.CRITICAL, Confidence.HIGH, note, password)
    if _is_planted(path) and _is_free(code, content) and _plants(code):
        return _Weight(Severity.CRITICAL, Confidence.HIGH, "; whatever its name is, the server executes it")
    return None


def _weigh_checked(content: Flow, path: Flow, check: Check, weight: _Weight | None, *, listed: bool) -> _Weight | None:
    """Return a weight as a check of the name, or a list of harmless types, lowers it."""
    is_strong = weight is not None and weight.severity is Severity.CRITICAL
    if _is_named_by_upload(path) and check is Check.HOLDS:
        return None
    if weight is None or not (listed or check >= (Check.DECIDES if is_strong else Check.SETS_FLAG)):
        return weight
    if _is_named_by_upload(path) and check >= Check.SETS_FLAG:
        return None
    if is_strong and not _is_upload(content):
        return _Weight(Severity.HIGH, Confidence.MEDIUM, _LISTED)
    return _Weight(Severity.MEDIUM, Confidence.LOW, _LISTED)


def _weigh_typed(code: Code, content: Flow, path: Flow) -> _Weight:
    """Return the weight of a name that the visitor types."""
    if _is_upload_file(content) or (_is_upload(content) and _is_upload(path)):
        anywhere = path.shape.is_whole and not path.shape.is_mapped
        return _Weight(*((Severity.CRITICAL, Confidence.HIGH) if anywhere else (Severity.MEDIUM, Confidence.MEDIUM)))
    is_free = _is_free(code, content)
    if is_free and path.shape.is_whole:
        return _Weight(Severity.CRITICAL, Confidence.HIGH)
    is_text = is_free and not _is_upload(content)
    return _Weight(Severity.HIGH if is_text or path.shape.is_whole else Severity.MEDIUM, Confidence.MEDIUM)


def _weigh_kept(code: Code, layer: Layer, path: Flow, check: Check) -> _Weight | None:
    """Return the weight of an upload that keeps its name or its extension: less in the code of an application."""
    if path.shape.is_private:
        return None
    if check is Check.DEMANDS:
        return _Weight(Severity.CRITICAL, Confidence.HIGH, "; only files that the server executes are stored")
    if check is Check.WEAK:
        return _Weight(Severity.MEDIUM, Confidence.LOW)
    is_own = _is_upload_file(path) and not code.analysis.name_checks.is_cut(path)
    is_high = _is_beside(path) or (is_own and not layer.name.startswith(_SOURCE))
    return _Weight(Severity.HIGH if is_high else Severity.MEDIUM, Confidence.MEDIUM)


def _is_upload(flow: Flow) -> bool:
    """Return True if the content is an uploaded file, or the request body that contains one."""
    return flow.trace is not None and (flow.trace.kind == "upload" or flow.trace.origin.lower() == _BODY)


def _is_upload_file(flow: Flow) -> bool:
    return flow.trace is not None and flow.trace.kind == "upload"


def _is_named_by_upload(flow: Flow) -> bool:
    """Return True if a file is named as the visitor's own file is, in a folder that he does not choose."""
    return _is_upload_file(flow) or (_is_upload(flow) and not flow.shape.is_whole)


def _rank(flow: Flow) -> tuple[bool, bool]:
    """Return the sort key of a flow: request data alone first, then paths that are not mapped below the site."""
    return not _is_whole(flow), flow.shape.is_mapped


def _is_whole(flow: Flow) -> bool:
    return flow.shape.is_whole


def _is_beside(flow: Flow) -> bool:
    """Return True if a file is written to the folder of the page, to the top of the site, or wherever its name says."""
    return flow.shape.is_beside or flow.shape.is_whole


def _may_name_a_page(flow: Flow) -> bool:
    """Return True if request data is part of a file name that may end in the extension of a page."""
    return flow.from_visitor and any(text is None or _is_page(text) for text in flow.shape.tails or {None})


def _is_planted(flow: Flow) -> bool:
    """Return True if a file is a page under all names that the visitor may give it."""
    tails = flow.shape.tails
    return bool(tails) and all(text is not None and _PLANTED.search(text) is not None for text in tails)


def _is_page(text: str) -> bool:
    return text == ITSELF or _EXECUTABLE.search(text) is not None
