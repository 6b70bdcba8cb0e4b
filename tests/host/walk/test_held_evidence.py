"""Which evidence of autostarts and of compiled code a source has."""

from __future__ import annotations

import pytest

from tests.builders.hive import build_hive
from tests.builders.servers import FRONT, HOST_CONFIG, application_host
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.report import Coverage, InputState
from webshellhunt.model.source_form import SourceForm
from webshellhunt.sources.memory import MemorySource

HIVE = build_hive({})
CONFIG = "C/Windows/System32/config"
SYSTEM, SOFTWARE, USER = f"{CONFIG}/SYSTEM", f"{CONFIG}/SOFTWARE", "C/Users/DefaultAppPool/NTUSER.DAT"
TASK = "C/Windows/System32/Tasks/Backup"
LIBRARY, CACHE = f"C/{FRONT}/owa/bin/x.dll", "C/Windows/Microsoft.NET/assembly/GAC_MSIL/x/x.dll"
HELD, PARTIAL, MISSING = InputState.HELD, InputState.PARTIAL, InputState.MISSING
SERVER = {f"C/{HOST_CONFIG}": application_host(("/owa", "C:\\" + f"{FRONT}/owa".replace("/", "\\")))}


class Collected(MemorySource):
    form = SourceForm("a collection", is_collection=True)


def coverage(*paths: str) -> Coverage:
    files = {path: HIVE if path in (SYSTEM, SOFTWARE, USER) else b"x" for path in paths}
    return survey(MemorySource({**SERVER, **files}), Limits()).coverage


@pytest.mark.parametrize(
    ("paths", "states"),
    [
        ((), (MISSING, MISSING, MISSING, MISSING)),
        ((SYSTEM,), (PARTIAL, HELD, MISSING, MISSING)),
        ((SOFTWARE,), (PARTIAL, MISSING, PARTIAL, MISSING)),
        ((TASK,), (MISSING, MISSING, PARTIAL, MISSING)),
        ((SYSTEM, SOFTWARE, USER, TASK), (HELD, HELD, HELD, MISSING)),
        ((LIBRARY,), (MISSING, MISSING, MISSING, PARTIAL)),
        ((LIBRARY, CACHE), (MISSING, MISSING, MISSING, HELD)),
    ],
)
def test_each_input_is_held_in_part_or_missing(paths: tuple[str, ...], states: tuple[InputState, ...]) -> None:
    found = coverage(*paths)
    assert (found.hives, found.services, found.tasks, found.assemblies) == states


def test_a_hive_that_can_not_be_read_is_not_held() -> None:
    found = survey(MemorySource({**SERVER, SYSTEM: b"regf"}), Limits())
    assert found.coverage.services is MISSING
    assert [gap.code for gap in found.gaps if gap.matters] == ["directories-not-collected", "broken-registry"]


def test_a_collection_of_a_server_needs_its_hives_and_a_folder_of_pages_does_not() -> None:
    def told(source: MemorySource) -> list[str]:
        return [gap.reason for gap in survey(source, Limits()).gaps if gap.code == "hives-not-collected"]

    lacking = "services and drivers were not examined: the hive SYSTEM was not collected"
    assert told(Collected({**SERVER, SOFTWARE: HIVE})) == [lacking]
    assert told(Collected({**SERVER, SOFTWARE: HIVE, SYSTEM: HIVE})) == []
    assert told(Collected({"inetpub/wwwroot/x.aspx": b"x"})) == []
    assert told(MemorySource(SERVER)) == []
    assert told(MemorySource({**SERVER, "C/Windows/System32/ntdll.dll": b"MZ", SYSTEM: HIVE})) != []
