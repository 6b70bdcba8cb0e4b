from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import NEW_RELIC, PROFILER, SVCHOST, service, software, system


def test_the_library_of_a_class_is_looked_up_in_the_other_hive() -> None:
    variables = ("COR_ENABLE_PROFILING=1", f"COR_PROFILER={PROFILER}")
    server = software({f"Classes\\CLSID\\{PROFILER}\\InprocServer32": {"": r"C:\Windows\p.dll"}})
    found = finding("WSH4053", service("W3SVC", SVCHOST, Environment=variables), server)
    assert f"in the environment of the service W3SVC, COR_PROFILER is {PROFILER} (C:\\Windows\\p.dll)" in found.message


def test_a_known_class_with_another_library_is_told() -> None:
    server = software({f"Classes\\CLSID\\{NEW_RELIC}\\InprocServer32": {"": r"C:\Windows\p.dll"}})
    found = finding("WSH4053", service("WAS", SVCHOST, Environment=(f"COR_PROFILER={NEW_RELIC}",)), server)
    assert found.message.endswith("whose library is elsewhere")
    assert findings("WSH4053", service("WAS", SVCHOST, Environment=(f"COR_PROFILER={NEW_RELIC}",))) == []


def test_the_environment_of_the_machine_is_that_of_each_program() -> None:
    key = "Control\\Session Manager\\Environment"
    found = finding("WSH4053", system({key: {"DOTNET_STARTUP_HOOKS": r"C:\h.dll"}}))
    assert found.message.startswith("in the environment of each program that starts, DOTNET_STARTUP_HOOKS")
