"""A page fetches a file from elsewhere and stores it as a page.

What it finds:
    The answer of an HTTP request that the page makes arrives in a file whose name is executable or chosen by the
    visitor, or is run: surely so where the address is spelled to hide it, or that of a picture.

Why it matters:
    A downloader: it brings the real shell when the operator calls it, and looks harmless until then.

Looks like:
    ``XMLHTTP`` and ``ADODB.Stream.SaveToFile``, or ``WebClient`` and ``File.WriteAllBytes``.

Benign look-alikes:
    Feed readers and mirrors, which store data under names of their own that no server executes. Editors that copy the
    pictures of a pasted text; they keep a list of harmless extensions, which makes it less sure.

Blind spots:
    Downloads through a command line (certutil, bitsadmin), which are a matter of started programs.

References:
    https://attack.mitre.org/techniques/T1105/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.constants import Constant
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import late_pattern
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
_EXECUTABLE = late_pattern(
    r"\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|exe|dll|bat|vbs|ps1)$", re.IGNORECASE
)


_ADDRESS = late_pattern(r"https?://[^\s/]+/", re.IGNORECASE)
_NO_CODE = late_pattern(r"https?://[^\s?]+\.(?:jpe?g|gif|png|bmp|ico|swf)(?:\?\S*)?$", re.IGNORECASE)
_PLAIN_STEPS = frozenset({"concatenate", "variable"})


def _has_disguised_address(code: Code) -> bool:
    return any(_is_disguised(code, constant) for constant in code.analysis.constants.values())


def _is_disguised(code: Code, constant: Constant) -> bool:
    """Tell whether a constant is an address that is decoded first, or given as that of something which is no code."""
    if _ADDRESS.match(constant.value) is None:
        return False
    if not _PLAIN_STEPS.issuperset(constant.steps):
        return True
    return _NO_CODE.match(constant.value) is not None and code.unit.value(constant.start - 1) in ("(", ",")


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report fetched content that becomes code: run, loaded, or written under an executable name."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None and flow.trace.kind == "remote"]
    for flow in flows:
        if flow.kind in ("evaluate", "process", "load"):
            message = f"code fetched from elsewhere is run: {flow.words}"
            sure = flow.kind != "process" and _has_disguised_address(code)
            yield claim(
                RULE,
                f"{message}, and its address is disguised" if sure else message,
                layer.token_evidence(code, flow.token),
                severity=Severity.CRITICAL if sure else None,
                confidence=Confidence.HIGH if sure else None,
            )
    written = next(((flow.words, flow.token) for flow in flows if flow.kind == "write-content"), None)
    written = written or next(((n, t) for sink, n, t in code.analysis.sinks if sink.pattern == ("downloadfile",)), None)
    if written is None:
        return
    named = next((k for k, text in code.analysis.written_names() if _EXECUTABLE.search(text)), None)
    chosen = next((f.token for f in code.analysis.all_flows() if f.kind == "write-path" and f.from_visitor), None)
    how = "as an executable file" if named is not None else "under a name that a visitor chooses"
    at = chosen if named is None else named
    if at is not None:
        evidence = (layer.token_evidence(code, at), layer.token_evidence(code, written[1]))
        message = f"content fetched from elsewhere is stored {how}: {written[0]}"
        sure = named is not None  # an updater keeps what it fetches in the place and under the name of a package
        listed = code.analysis.takes_harmless_kinds and not sure  # an editor that copies pictures out of pasted text
        message += "; the page lists the kinds of files that it takes" if listed else ""
        yield claim(
            RULE,
            message,
            *evidence,
            severity=Severity.CRITICAL if sure else Severity.MEDIUM if listed else None,
            confidence=Confidence.HIGH if sure else None,
        )
