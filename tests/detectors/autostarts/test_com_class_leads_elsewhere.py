from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import NGEN, software


def test_both_libraries_are_named() -> None:
    found = finding(
        "WSH4059", software({f"Classes\\CLSID\\{NGEN}\\InprocServer32": {"": r"C:\Windows\System32\n.dll"}})
    )
    loaded = r"C:\Windows\System32\n.dll"
    assert found.message == f"the COM class {NGEN} of Windows loads {loaded}, and not mscoree.dll, ngentasklauncher.dll"


def test_a_class_of_a_product_is_left_in_peace() -> None:
    key = "Classes\\CLSID\\{1}\\InprocServer32"
    assert findings("WSH4059", software({key: {"": r"C:\Program Files\V\v.dll"}})) == []
    assert findings("WSH4059", software({key: {"": r"C:\PerfLogs\v.dll"}})) != []
