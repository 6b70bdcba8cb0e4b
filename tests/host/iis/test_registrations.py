"""What the configuration registers, since which copy, and what of it is not there."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.builders.servers import HOST_CONFIG
from webshellhunt.host.iis.registrations import (
    MODULE,
    NATIVE_MODULE,
    SETTING,
    VIRTUAL_DIRECTORY,
    Registration,
    iter_registrations,
)
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

WRITTEN = datetime(2021, 6, 1, tzinfo=UTC)


def config(*modules: str, extra: str = "") -> bytes:
    added = "".join(f'<add name="{name}" image="%windir%\\System32\\inetsrv\\{name}.dll" />\n' for name in modules)
    return (
        f"<configuration><system.webServer><globalModules>\n{added}</globalModules></system.webServer>{extra}"
        "</configuration>"
    ).encode()


def copy(number: int) -> str:
    return f"C/inetpub/history/CFGHISTORY_{number:010}/applicationHost.config"


def registered(files: dict[str, bytes]) -> dict[str, Registration]:
    source = MemorySource(files, times={path: Timestamps(modified_utc=WRITTEN) for path in files})
    return {each.name: each for each in iter_registrations(survey(source, Limits()).paths, Limits())}


CURRENT = f"C/{HOST_CONFIG}"


def test_the_copies_tell_since_when() -> None:
    found = registered(
        {CURRENT: config("a", "b", "c"), copy(9): config("a"), copy(10): config("a", "b"), copy(11): config("a", "b")}
    )
    assert found["a"].since is None
    assert found["a"].without is None
    assert found["b"].since is not None
    assert found["b"].without is not None
    assert "CFGHISTORY_0000000010" in found["b"].since.path
    assert "CFGHISTORY_0000000009" in found["b"].without.path
    assert found["b"].since.written_utc == WRITTEN
    assert found["c"].since is not None
    assert found["c"].since.path == found["c"].declared_in
    assert found["c"].without is not None
    assert "CFGHISTORY_0000000011" in found["c"].without.path


def test_a_target_that_changed_is_new() -> None:
    changed = config("a").replace(b"a.dll", b"b.dll")
    assert registered({CURRENT: changed, copy(1): config("a")})["a"].without is not None


def test_a_broken_copy_is_passed_over() -> None:
    assert registered({CURRENT: config("a"), copy(1): b"<broken", copy(2): config("a")})["a"].without is None


def test_without_copies_nothing_is_new() -> None:
    assert registered({CURRENT: config("a")})["a"].without is None
    assert registered({CURRENT: b"<broken"}) == {}


def test_without_a_current_file_the_newest_copy_counts() -> None:
    copies = {copy(1): config("a"), copy(2): config("a", "b"), copy(3): b"<broken"}
    for files in (copies, {CURRENT: b"<broken", **copies}):
        found = registered(files)
        assert "CFGHISTORY_0000000002" in found["a"].declared_in
        assert found["b"].without is not None
        assert "CFGHISTORY_0000000001" in found["b"].without.path


def test_kinds_and_places() -> None:
    extra = (
        '<location path="Shop"><system.webServer><modules><add name="m" type="V.M, V" /></modules></system.webServer>'
        '</location><system.applicationHost><sites><site name="S"><application path="/x">'
        '<virtualDirectory path="/y" physicalPath="C:\\y" /></application></site></sites></system.applicationHost>'
    )
    found = registered({CURRENT: config("n", extra=extra)})
    assert {name: (each.kind, each.target) for name, each in found.items()} == {
        "n": (NATIVE_MODULE, r"%windir%\System32\inetsrv\n.dll"),
        "m for Shop": (MODULE, "V.M, V"),
        "S/x/y": (VIRTUAL_DIRECTORY, r"C:\y"),
    }
    assert found["n"].line == 2
    assert found["n"].excerpt == r'<add name="n" image="%windir%\System32\inetsrv\n.dll" />'


def test_absence_says_something_only_beside_other_programs() -> None:
    inetsrv = "C/Windows/System32/inetsrv"
    files = {CURRENT: config("a", "b"), f"{inetsrv}/A.DLL": b""}
    assert {name: each.missing for name, each in registered(files).items()} == {"a": False, "b": True}
    del files[f"{inetsrv}/A.DLL"]
    assert not any(each.missing for each in registered(files).values())


def test_a_setting_that_leads_to_code_is_dated() -> None:
    variable = '<environmentVariables><add name="COR_PROFILER" value="{x}" /></environmentVariables>'
    pools = (
        f"<system.applicationHost><applicationPools><add>{variable}</add></applicationPools></system.applicationHost>"
    )
    found = registered({CURRENT: config("a", extra=pools), copy(9): config("a"), copy(10): config("a", extra=pools)})
    setting = found["COR_PROFILER value"]
    assert (setting.kind, setting.target) == (SETTING, "{x}")
    assert setting.since is not None
    assert "CFGHISTORY_0000000010" in setting.since.path
