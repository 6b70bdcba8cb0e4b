"""The one line that an alert shows in a list: the disposition, the path, and a short phrase about the subject."""

from __future__ import annotations

from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import what_it_is
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.redaction import Redaction


def message_of(verdict: Verdict, options: Options) -> str:
    """Return the line of a verdict, without secrets of the victim."""
    what = Redaction(verdict, show_secrets=options.show_secrets).text(what_it_is(verdict))
    return decodable(f"{verdict.disposition.label}: {verdict.subject.path}: {what}")
