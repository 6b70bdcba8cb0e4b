"""The reads of one upload or parameter, and the variables that have them."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks.sent_names import SentNames
from webshellhunt.analysis.domain.traces import Trace

UPLOAD = Trace("upload", "Req·uest.Files", 0)
BY_KEY = Trace("visitor", "Req·uest.Form('k')", -1, "k")


@pytest.mark.parametrize(
    ("text", "trace", "expected"),
    [
        ("var f = Request.Files[0]; var n = f.FileName; m = n; o = p;", UPLOAD, {"f", "n", "m"}),
        ("n = Upload1.PostedFile.FileName; m = Upload1.ID;", UPLOAD, {"n"}),
        ("n = p.StartInfo.FileName; m = fileName;", UPLOAD, set()),
        ('n = Request["k"]; m = Request.Form["K"]; o = Request["l"];', BY_KEY, {"n", "m"}),
        ('n = Request["k"]; o = Request["l"];', Trace("visitor", "Request", 2), {"n"}),
        ("n = txtPath.Text; m = other.Text;", Trace("visitor", "txtPath.Text", -1), {"n"}),
    ],
)
def test_sent_names(text: str, trace: Trace, expected: set[str]) -> None:
    analysis = analyse(text, "c#")
    names = SentNames(analysis.index, analysis.constants)
    targets = {assignment.name for assignment in analysis.index.assignments}
    found = {name for name in targets for dotted in analysis.index.named(name) if names.is_sent(dotted, trace)}
    assert found == expected
