from __future__ import annotations

from webshellhunt.host.machine.exchange import (
    InstallCandidate,
    find_installs,
    install_candidates,
    install_roots,
    looks_like_exchange,
)
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.places import Role, Volume
from webshellhunt.sources import MemorySource

V15 = "Program Files/Microsoft/Exchange Server/V15"
SERVED = (
    "FrontEnd/HttpProxy/owa/auth/logon.aspx",
    "ClientAccess/Owa/auth/error.aspx",
    "Bin/ExSetup.exe",
    "Logging/x.log",
)


def host(*tops: str, volumes: tuple[Volume, ...] = (Volume("C", ""),)) -> HostPaths:
    return HostPaths(MemorySource({f"{top}/{file}".strip("/"): b"" for top in tops for file in SERVED}), volumes)


def found(
    paths: HostPaths, registry: dict[str, str] | None = None, environment: str | None = None
) -> list[tuple[str, str]]:
    installs = find_installs(paths, install_candidates(registry or {}, environment))
    return [(install.path, install.found_by) for install in installs]


def test_defaults_of_both_generations() -> None:
    v14 = "Program Files/Microsoft/Exchange Server/V14"
    assert found(host(V15, v14)) == [(v14, "the default folder of Exchange"), (V15, "the default folder of Exchange")]


def test_the_registry_goes_before_the_default_and_says_which_key() -> None:
    registry = {"ExchangeServer\\v15\\Setup": "D:\\Mail\\Ex\\"}
    paths = host("d/Mail/Ex", volumes=(Volume("C", ""), Volume("D", "d")))
    assert found(paths, registry) == [("d/Mail/Ex", "the registry, ExchangeServer\\v15\\Setup")]
    same = {"ExchangeServer\\v15\\Setup": "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"}
    assert found(host(V15), same) == [(V15, "the registry, ExchangeServer\\v15\\Setup")]


def test_the_environment_of_a_live_machine_counts() -> None:
    assert found(host("Ex"), environment="C:\\Ex\\") == [("Ex", "the environment, ExchangeInstallPath")]
    assert InstallCandidate("C:\\Ex\\", "the environment, ExchangeInstallPath") in install_candidates({}, "C:\\Ex\\")


def test_a_moved_installation_is_known_by_its_shape() -> None:
    assert found(host("case/copied/EXCH")) == [("case/copied/EXCH", "the names of its subfolders")]
    assert found(host("", volumes=())) == [("", "the names of its subfolders")]


def test_a_claim_for_something_else_is_not_believed() -> None:
    paths = HostPaths(MemorySource({"Ex/readme.txt": b""}), [Volume("C", "")])
    assert found(paths, {"key": "C:\\Ex"}) == []
    assert not looks_like_exchange(paths, "Ex")


def test_a_default_folder_that_cannot_be_read_is_not_absent() -> None:
    source = MemorySource({f"{V15}/{SERVED[0]}": b""}, unreadable=[V15])
    assert found(HostPaths(source, (Volume("C", ""),))) == [(V15, "the default folder of Exchange")]
    assert not found(HostPaths(MemorySource({f"{V15}/readme.txt": b""}), (Volume("C", ""),)))


def test_logs_alone_show_an_installation() -> None:
    paths = HostPaths(MemorySource({f"{V15}/Logging/HttpProxy/Owa/a.LOG": b""}), [Volume("C", "")])
    assert found(paths) == [(V15, "the default folder of Exchange")]
    assert list(install_roots(paths, find_installs(paths, install_candidates({}, None))[0])) == []


def test_the_search_is_bounded_in_depth_and_breadth_and_passes_by_windows() -> None:
    assert found(host("a/b/c/d/e/f/g/h/EXCH")) == []
    assert found(host("Windows/EXCH")) == []
    crowd = {f"x{number:05}/f": b"" for number in range(5000)}
    files = {f"zz/y/{file}": b"" for file in SERVED}
    assert found(HostPaths(MemorySource({**crowd, **files}), [Volume("C", "")])) == []


def test_only_what_iis_serves_is_a_root() -> None:
    paths = host(V15)
    [install] = find_installs(paths, install_candidates({}, None))
    roots = list(install_roots(paths, install))
    assert [(root.path, root.role) for root in roots] == [
        (f"{V15}/FrontEnd/HttpProxy", Role.HTTP_PROXY),
        (f"{V15}/ClientAccess", Role.CLIENT_ACCESS),
    ]
    assert roots[0].server_path == "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy"
    assert "default" in roots[0].found_by


def test_a_collection_with_the_logs_alone_has_an_installation() -> None:
    logs = {f"{V15}/Logging/ECP/Server/ECPServer20210303-1.LOG": b""}
    assert found(HostPaths(MemorySource(logs), [Volume("C", "")])) == [(V15, "the default folder of Exchange")]
    moved = {f"D/Mail/{path.removeprefix('Program Files/')}": data for path, data in logs.items()}
    paths = HostPaths(MemorySource(moved), [Volume("D", "D")])
    assert found(paths) == [("D/Mail/Microsoft/Exchange Server/V15", "the names of its subfolders")]
