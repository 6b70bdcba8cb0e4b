"""The server configuration, which decides what the server serves."""

from __future__ import annotations

import pytest

from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.report import InputState
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
