"""What a visitor sends is written to a file that the visitor names.

What it finds:
    A page where text of the request becomes the content of a file, and the request (not the upload's own name) or a
    constant with an executable extension names that file.

Why it matters:
    Such a page plants the next shell, or any page, wherever the service may write.

Looks like:
    A text area and a path field; ``CreateTextFile`` or ``File.WriteAllText`` with both.

Benign look-alikes:
    Upload handlers of content systems, which choose folder and extension themselves, and template editors behind a
    login: the latter look the same to us and are worth a look.

Blind spots:
    Content that goes through a database first.

References:
    https://attack.mitre.org/techniques/T1105/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.trace import Flow
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Code, Layer

RULE = define_rule(
    "WSH1004", "request-writes-file", Severity.HIGH, Confidence.MEDIUM, page=__doc__, techniques=("T1505.003", "T1105")
)
_EXECUTABLE = re.compile(r"\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|config)$", re.IGNORECASE)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a page that writes the visitor's content to the visitor's path."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None]
    contents = [f for f in flows if f.kind == "write-content" and f.from_visitor]
    paths = [f for f in flows if f.kind == "write-path" and f.trace is not None and f.trace.kind == "visitor"]
    for content in contents[:1]:
        if paths:
            yield _claim(code, layer, content, paths[0])
            return
    if contents:
        named = next((k for k, text in code.analysis.written_names() if _EXECUTABLE.search(text)), None)
        if named is not None:
            message = f"text that a visitor sends is written to an executable file: {contents[0].words}"
            yield claim(RULE, message, layer.token_evidence(code, named), layer.token_evidence(code, contents[0].token))


def _claim(code: Code, layer: Layer, content: Flow, path: Flow) -> Finding:
    same = content.trace is not None and content.trace.kind == "upload"
    message = f"a visitor chooses both content and name of a file: {content.words}; {path.words}"
    evidence = (layer.token_evidence(code, path.token), layer.token_evidence(code, content.token))
    return claim(RULE, message, *evidence, severity=Severity.MEDIUM if same else None)
