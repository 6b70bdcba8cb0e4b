"""The form of a source, and what follows from it."""

from __future__ import annotations

from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.source_form import SourceForm
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource, form_of

GAP = Gap("broken-member", "open", "C/inetpub/wwwroot/x.aspx", "its content is damaged", matters=True)


class _Collection(MemorySource):
    form = SourceForm("a collection", is_collection=True, gaps=(GAP,), computer="EXCH01")


def test_a_source_without_a_form_is_a_folder() -> None:
    assert form_of(MemorySource({})) == SourceForm()


def test_the_report_has_the_form_its_gaps_and_the_name_of_the_host() -> None:
    source = _Collection({"C/inetpub/wwwroot/a.htm": b"<p>"})
    report = hunt(source, job=Job(logs=LogOptions(read=False)))
    assert report.form == "a collection"
    assert GAP in report.gaps
    assert report.host.name == "EXCH01"
