"""The server configuration, which decides what the server serves."""

from __future__ import annotations

import pytest

from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.report import InputState
from webshellhunt.model.source_form import SourceForm
from webshellhunt.sources import MemorySource

CONFIG = "Windows/System32/inetsrv/config/applicationHost.config"
SITE = b"""<configuration><system.applicationHost><sites><site name="A" id="1"><application path="/">
<virtualDirectory path="/" physicalPath="C:\\web\\a" /></application></site></sites></system.applicationHost>
</configuration>"""


@pytest.mark.parametrize(
    ("data", "held"), [(SITE, InputState.HELD), (b"<configuration>", InputState.PARTIAL), (None, InputState.MISSING)]
)
def test_what_the_source_holds_of_the_configuration_is_told(data: bytes | None, held: InputState) -> None:
    files = {"web/a/x.aspx": b"<p>"} | ({} if data is None else {CONFIG: data})
    found = survey(MemorySource(files), Limits())
    assert found.coverage.configuration is held
    assert ("web/a" in {root.path for root in found.roots}) is (data == SITE)


class _Collection(MemorySource):
    """A selection of files."""

    form = SourceForm("a collection", True)


@pytest.mark.parametrize(
    ("files", "matters", "coverage"),
    [(["web/b/web.config"], True, InputState.PARTIAL), (["web/a/x.aspx", "web/b/x.aspx"], False, InputState.HELD)],
)
def test_directories_that_were_not_collected_are_one_gap(files: list[str], matters: bool, coverage: InputState) -> None:
    applications = "".join(
        f'<application path="/{name}"><virtualDirectory path="/" physicalPath="C:\\web\\{name}" /></application>'
        for name in "abc"
    )
    data = SITE.replace(b"</site>", applications.encode() + b"</site>")
    found = survey(_Collection({**dict.fromkeys(files, b"<p>"), CONFIG: data}), Limits())
    gaps = [gap for gap in found.gaps if gap.code == "directories-not-collected"]
    missing = 3 - len(files)
    assert [gap.matters for gap in gaps] == [matters]
    assert gaps[0].reason.startswith(f"{missing} of the 3 directories that IIS serves were not collected")
    assert found.coverage.pages is coverage
    assert "directory-missing" not in [gap.code for gap in found.gaps]


def test_a_directory_below_an_unreadable_one_is_not_said_to_be_absent() -> None:
    held = {CONFIG: SITE, "web/x/y.aspx": b"<p>"}
    found = survey(MemorySource(held, unreadable=["web"]), Limits())
    (gap,) = [gap for gap in found.gaps if gap.path == "C:\\web\\a"]
    assert (gap.code, gap.matters) == ("unreadable", True)
    assert "C:\\web can't be read" in gap.reason
    assert "directory-missing" in [gap.code for gap in survey(MemorySource(held), Limits()).gaps]
