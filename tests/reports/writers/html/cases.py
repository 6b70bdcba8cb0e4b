"""Cases of the HTML report: reports, and their pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.pivot.cases import demo_report
from tests.reports.cases import finding, report, verdict
from tests.reports.markup import Markup
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render


def page_of(made: Report | list[Report], **options: bool) -> str:
    """Return the page of a report."""
    return render(made, "html", **options)  # type: ignore[no-any-return, call-overload]


def read(made: Report | list[Report], **options: bool) -> Markup:
    """Return the markup of a report's page."""
    return Markup(page_of(made, **options))


HOSTILE: Final = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x\u202egpj.aspx\u2066\u200b",
    "a\x00\x1b[31mb\r\nc\x85\u2028",
    "undecodable\udc80\ud800\ufffe",
    "{{ 7*7 }}{% raw %}",
    "<!--><svg/onload=alert(1)>-->]]>",
    "javascript:alert(1)//&lt;&#x3c;&amp;",
    "long" * 400,
)
"""Names that try to leave their place: markup, directions, control characters, and what no encoding has."""


def hostile_report() -> Report:
    """Return a report whose names and texts are hostile."""
    made = demo_report()
    verdicts = []
    for number, name in enumerate(HOSTILE):
        bad = finding(
            message=f"request data is executed as code: Request('{name}') → {name} → eval", excerpt=name, path=name
        )
        one = verdict(f"C:\\inetpub\\{name}", Disposition.MALICIOUS, bad, sha256=f"{number:02x}" * 32)
        verdicts.append(replace(one, reasons=(name,)))
    moments = tuple(
        each._replace(event=HOSTILE[at % len(HOSTILE)], path=HOSTILE[at % len(HOSTILE)])
        for at, each in enumerate(made.timeline)
    )
    return replace(made, verdicts=tuple(verdicts), timeline=moments, location=HOSTILE[0], form=HOSTILE[1])


def large_report(count: int = 5_000) -> Report:
    """Return a report of so many accused files, each with its own content."""
    many = []
    for number in range(count):
        path = rf"C:\inetpub\wwwroot\site{number % 40}\page{number}.aspx"
        disposition = Disposition.MALICIOUS if number < count // 2 else Disposition.SUSPICIOUS
        many.append(verdict(path, disposition, finding(path=path), sha256=f"{number:064x}"))
    return replace(demo_report(), verdicts=tuple(many))


def empty_report() -> Report:
    """Return a report without any verdict."""
    return replace(report(), timeline=(), gaps=())


def fleet_page() -> str:
    """Return the page of three hosts with their comparison."""
    made = [replace(demo_report(), location=f"E:/evidence/EXCH0{number}") for number in range(1, 4)]
    return render(made, "html", fleet=True)
