"""The excerpt that explains a subject best, for formats with one place for it."""

from __future__ import annotations

from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import leading_finding
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable, defanged
from webshellhunt.reports.redaction import Redaction


def leading_excerpt(verdict: Verdict, options: Options) -> str:
    """Return the first excerpt of the leading finding, defanged unless it is wanted raw; empty if there is none."""
    leading = leading_finding(verdict)
    if leading is None or not leading.evidence:
        return ""
    excerpt = Redaction(verdict, show_secrets=options.show_secrets).excerpt(leading.evidence[0])
    return decodable(excerpt) if options.raw_excerpts else defanged(excerpt)
