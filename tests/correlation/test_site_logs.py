"""The log folder of each site by the configuration."""

from __future__ import annotations

from webshellhunt.correlation.site_logs import NOT_COLLECTED, find_site_logs, uncollected_gaps
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource
from webshellhunt.views.log_holes import SiteLogs

CONFIG = b"""<configuration><system.applicationHost><sites>
<siteDefaults><logFile directory="%SystemDrive%\\inetpub\\logs\\LogFiles" /></siteDefaults>
<site name="Default Web Site" id="1"><application path="/" /></site>
<site name="Shop" id="4" serverAutoStart="false"><logFile directory="E:\\Logs\\" /></site>
<site name="Odd" id="x" />
</sites></system.applicationHost></configuration>"""


def test_sites_with_their_folders() -> None:
    files = {
        "Windows/System32/inetsrv/config/applicationHost.config": CONFIG,
        "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": b"",
    }
    found = find_site_logs(survey(MemorySource(files), Limits()))
    assert found == [
        SiteLogs(1, "Default Web Site", "C:\\inetpub\\logs\\LogFiles\\W3SVC1"),
        SiteLogs(4, "Shop", "E:\\Logs\\W3SVC4", auto_start=False, is_held=False),
    ]
    (gap,) = uncollected_gaps(found)
    assert (gap.code, gap.path, gap.matters) == (NOT_COLLECTED, "E:\\Logs", False)
    assert gap.reason == "the source does not contain the log folder of Shop"


def test_without_a_configuration() -> None:
    assert find_site_logs(survey(MemorySource({"a.aspx": b""}), Limits())) == []


def test_a_folder_that_can_not_be_listed_is_said() -> None:
    folder = "inetpub/logs/LogFiles/W3SVC1"
    files = {"Windows/System32/inetsrv/config/applicationHost.config": CONFIG, f"{folder}/u_ex210303.log": b""}
    found = find_site_logs(survey(MemorySource(files, unreadable=(folder,)), Limits()))
    assert [(each.is_held, each.is_readable) for each in found] == [(True, False), (False, True)]
