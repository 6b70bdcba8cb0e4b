"""Assemblies outside the web directories, on a complete system."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.builders.servers import EXCHANGE, exchange_server
from webshellhunt.host.walk.files_outside_web_roots import iter_files_outside_web_roots
from webshellhunt.host.walk.named_assemblies import iter_named_assemblies
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Artifact, Entry, Timestamps
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

CACHE = "Windows/Microsoft.NET/assembly/GAC_MSIL"
FRAMEWORK = "Windows/Microsoft.NET/Framework64/v4.0.30319/Config/web.config"
TYPE = "P.M, {name}, Version=1.0.0.0, Culture=neutral, PublicKeyToken=0123456789abcdef"
MODULE = (
    f'<configuration><system.web><httpModules><add name="m" type="{TYPE}" /></httpModules></system.web></configuration>'
)
AGENTS = '<configuration><mexRuntime><agentList><agent name="a" assemblyPath="D:\\x\\a.dll" /></agentList></mexRuntime>'


def assembly(name: str) -> str:
    return f"{CACHE}/{name}/v4.0_1.0.0.0__0123456789abcdef/{name}.dll"


class Dated(MemorySource):
    """A source in which the folders of the cache have times of the server; ``new…`` is younger."""

    def list(self, path: str) -> list[Entry]:
        return [each._replace(times=_times(each.name)) for each in super().list(path)]


def _times(name: str) -> Timestamps:
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=99 if name.startswith("new") else 0)
    return Timestamps(created_utc=made, modified_utc=made, original=True)


def found(files: dict[str, bytes], kind: type[MemorySource] = MemorySource) -> list[str]:
    surveyed = survey(kind({**exchange_server(whole=True), **files}), Limits())
    artifacts = iter_files_outside_web_roots(surveyed, Limits())
    listed = [each.path for each in iter_named_assemblies(surveyed, Limits())]
    assert {each.entry_path for each in artifacts if isinstance(each, Artifact)} >= set(listed)
    return listed


def test_an_assembly_that_the_framework_names_is_found_by_its_name() -> None:
    files = {FRAMEWORK: MODULE.replace("{name}", "Owned").encode(), assembly("owned"): b"x", assembly("Other"): b"x"}
    assert found(files) == [assembly("owned")]


def test_an_agent_is_found_by_its_path() -> None:
    agents = AGENTS.replace("D:\\x", "C:\\Agents").encode()
    assert found({f"{EXCHANGE}/TransportRoles/Agents/agents.config": agents, "Agents/a.dll": b"x"}) == ["Agents/a.dll"]


def test_the_newest_of_the_cache_are_found_by_their_times() -> None:
    files = {assembly(f"old{at}"): b"x" for at in range(40)} | {assembly("new"): b"x"}
    assert assembly("new") in found(files, Dated)
    assert len(found(files, Dated)) == 20
    assert found(files) == []


def test_a_broken_configuration_names_nothing() -> None:
    assert found({FRAMEWORK: b"\0<configuration " + b"," * 5000}) == []
