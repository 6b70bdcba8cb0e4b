"""A page downloads a file from another server and stores it as a page.

What it finds:
    The response of an HTTP request that the page sends is written to a file whose name is executable or comes from the
    visitor's request, or it is executed; then the confidence is high if the address is obfuscated or that of a picture.

Why it matters:
    This is a downloader: it fetches the web shell when the operator calls it, and looks harmless before.

Looks like:
    ``XMLHTTP`` and ``ADODB.Stream.SaveToFile``, or ``WebClient`` and ``File.WriteAllBytes``.

Benign look-alikes:
    Feed readers and mirrors, which store data under fixed names that no server executes. Editors that copy the
    pictures of a pasted text; they have an allow-list of harmless extensions, which lowers the severity.

Blind spots:
    Downloads by a command line (certutil, bitsadmin); the rules about started programs cover those.

References:
    https://attack.mitre.org/techniques/T1105/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.constants import Constant
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1005",
    "fetched-content-written",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1105"),
)
_EXECUTABLE = lazy_pattern(
    r"\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|exe|dll|bat|vbs|ps1)$", re.IGNORECASE
)


_ADDRESS = lazy_pattern(r"https?://[^\s/]+/", re.IGNORECASE)
_NO_CODE = lazy_pattern(r"https?://[^\s?]+\.(?:jpe?g|gif|png|bmp|ico|swf)(?:\?\S*)?$", re.IGNORECASE)
_PLAIN_STEPS = frozenset({"concatenate", "variable"})


def _has_disguised_address(code: Code) -> bool:
    return any(_is_disguised(code, constant) for constant in code.analysis.constants.values())


def _is_disguised(code: Code, constant: Constant) -> bool:
    """Return True if a constant is an address that the code decodes, or one with the extension of a picture."""
    if _ADDRESS.match(constant.value) is None:
        return False
    if not _PLAIN_STEPS.issuperset(constant.steps):
        return True
    return _NO_CODE.match(constant.value) is not None and code.unit.value(constant.start - 1) in ("(", ",")


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report downloaded content that is executed, loaded, or written under an executable name."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None and flow.trace.kind == "remote"]
    for flow in flows:
        if flow.kind in ("evaluate", "process", "load"):
            message = f"code that the page downloads is executed: {flow.words}"
            is_certain = flow.kind != "process" and _has_disguised_address(code)
            yield claim(
                RULE,
                f"{message}; its address is disguised" if is_certain else message,
                layer.token_evidence(code, flow.token),
                severity=Severity.CRITICAL if is_certain else None,
                confidence=Confidence.HIGH if is_certain else None,
            )
    written = next(((flow.words, flow.token) for flow in flows if flow.kind == "write-content"), None)
    written = written or next(((n, t) for sink, n, t in code.analysis.sinks if sink.pattern == ("downloadfile",)), None)
    if written is None:
        return
    named = next((k for k, text in code.analysis.written_names() if _EXECUTABLE.search(text)), None)
    chosen = next((f.token for f in code.analysis.all_flows() if f.kind == "write-path" and f.from_visitor), None)
    how = "as an executable file" if named is not None else "under a name from the request"
    at = chosen if named is None else named
    if at is not None:
        evidence = (layer.token_evidence(code, at), layer.token_evidence(code, written[1]))
        message = f"content that the page downloads is stored {how}: {written[0]}"
        is_certain = named is not None  # an updater stores packages, under names of packages
        listed = code.analysis.takes_harmless_kinds and not is_certain  # an editor that copies pictures
        message += "; the page has an allow-list of harmless file types" if listed else ""
        yield claim(
            RULE,
            message,
            *evidence,
            severity=Severity.CRITICAL if is_certain else Severity.MEDIUM if listed else None,
            confidence=Confidence.HIGH if is_certain else None,
        )
