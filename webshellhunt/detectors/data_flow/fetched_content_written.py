"""A page downloads a file from another server and stores it as a page.

What it finds:
    The response of an HTTP request that the page sends is written to a file whose own name is executable or ends as the
    visitor says, or it is executed; then the confidence is high if the address is obfuscated or that of a picture. The
    name is that of the same stream or call; other files that the page writes say nothing. A name that ends in ``.htm``,
    ``.xls`` or another constant that no server executes is no finding.

Why it matters:
    This is a downloader: it fetches the web shell when the operator calls it, and looks harmless before.

Looks like:
    ``XMLHTTP`` and ``ADODB.Stream.SaveToFile``, or ``WebClient`` and ``File.WriteAllBytes``.

Benign look-alikes:
    Feed readers and mirrors, which store data under fixed names that no server executes. Editors that copy the
    pictures of a pasted text; they have an allow-list of harmless extensions, which lowers severity and confidence. Of
    14,580 honest pages the rule calls one suspicious (0.007 %), which executes a file whose name a service answers.

Blind spots:
    Downloads by a command line (certutil, bitsadmin); the rules about started programs cover those.
"""

from webshellhunt.analysis.checks.name_checks import Check
from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.prefilter.features import ORIGIN
from webshellhunt.analysis.structure.arguments import is_argument
from webshellhunt.analysis.structure.same_file import writes_of
from webshellhunt.detectors.contract import Findings, claim, claim_flow, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1005", "high", "medium", "T1505.003", "T1105")
_EXECUTABLE = lazy_pattern(r"(?i)\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|exe|dll|bat|vbs|ps1)$")


_ADDRESS = lazy_pattern(r"(?i)https?://[^\s/]+/")
_NO_CODE = lazy_pattern(r"(?i)https?://[^\s?]+\.(?:jpe?g|gif|png|bmp|ico|swf)(?:\?\S*)?$")
_PLAIN_STEPS = frozenset({"concatenate", "variable"})
_DOWNLOADING = "downloadfile"
_MOST = 12  # contents that are looked at


def _has_disguised_address(code: Code) -> bool:
    return any(_is_disguised(code, constant) for constant in code.analysis.constants.values())


def _is_disguised(code: Code, constant: Constant) -> bool:
    """Return True if a constant is an address that the code decodes, or one with the extension of a picture."""
    if _ADDRESS.match(constant.value) is None:
        return False
    if not _PLAIN_STEPS.issuperset(constant.steps):
        return True
    return _NO_CODE.match(constant.value) is not None and is_argument(code.analysis.index, constant)


@detector(RULE, on=Code, needs=[frozenset({f"{ORIGIN}remote", _DOWNLOADING})])
def find(code: Code, layer: Layer) -> Findings:
    """Report downloaded content that is executed, loaded, or written under an executable name."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None and flow.trace.kind == "remote"]
    for flow in flows:
        if flow.kind in ("evaluate", "process", "load"):
            message = f"code that the page downloads is executed: {flow.words}"
            is_certain = flow.kind != "process" and _has_disguised_address(code)
            yield claim_flow(
                RULE,
                f"{message}; its address is disguised" if is_certain else message,
                layer,
                code,
                flow,
                severity=Severity.CRITICAL if is_certain else None,
                confidence=Confidence.HIGH if is_certain else None,
            )
    written = [(flow.words, flow.place) for flow in flows if flow.kind == "write-content"]
    written += [(name, token) for sink, name, token in code.analysis.sinks if sink.pattern == (_DOWNLOADING,)]
    stored = [each for words, token in written[:_MOST] if (each := _store(code, layer, words, token)) is not None]
    if stored:
        yield max(stored, key=lambda each: (each.severity, each.confidence))


def _store(code: Code, layer: Layer, words: str, token: int) -> Finding | None:
    """Return the finding about one content, by how the name of its own file ends."""
    writes = writes_of(code.analysis.index, token, code.analysis.writes)
    endings = [(at, text, write) for write, shape in writes for at, text in shape.endings]
    page = next((at for at, text, _ in endings if text is not None and _EXECUTABLE.search(text)), None)
    if page is not None:
        return claim(
            RULE,
            f"content that the page downloads is stored as an executable file: {words}",
            layer.place_evidence(code, page),
            layer.place_evidence(code, token),
            severity=Severity.CRITICAL,
            confidence=Confidence.HIGH,
        )
    free = {write for _, text, write in endings if text is None}
    paths = (flow for flow in code.analysis.all_flows() if flow.kind == "write-path" and flow.from_visitor)
    chosen = next((flow for flow in paths if flow.place in free), None)
    if chosen is None:
        return None
    message = f"content that the page downloads is stored under a name from the request: {words}"
    is_checked = code.analysis.name_checks.of(chosen) >= Check.HOLDS
    is_listed = is_checked or code.analysis.takes_harmless_kinds
    is_listed = is_listed and not code.analysis.lets_pages_pass(chosen)
    return claim(  # an updater stores packages, under names of packages; an editor copies pictures
        RULE,
        message + ("; the page has an allow-list of harmless file types" if is_listed else ""),
        layer.place_evidence(code, chosen.place),
        layer.place_evidence(code, token),
        severity=Severity.MEDIUM if is_listed else None,
        confidence=Confidence.LOW if is_listed else None,
    )
