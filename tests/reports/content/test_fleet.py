"""A fleet in words, the same in each form."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.model.fleet import FleetHost, OnHost, Outlier, OutlierKind, Shared, SharedKind, TimeOf
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.fleet import (
    difference_words,
    host_name,
    host_names,
    patch_words,
    shared_title,
    state_words,
    time_words,
)

HOST = FleetHost("EXCH01", "E:/a", AssessmentState.BACKDOORED_DESPITE_PATCH, interrupted=True)
WHEN = datetime(2021, 3, 3, 4, 5, 6, 7, tzinfo=UTC)


def outlier(kind: OutlierKind, agreeing: int, files: int = 1) -> Outlier:
    return Outlier(kind, "x.aspx", ("A",), 1, agreeing, 9, Disposition.BENIGN, files=files)


def test_differences_in_words() -> None:
    assert difference_words(outlier(OutlierKind.ONLY_HERE, 1)) == "1 comparable host lacks it"
    assert difference_words(outlier(OutlierKind.OTHER_CONTENT, 8)) == "8 comparable hosts have another content"
    assert difference_words(outlier(OutlierKind.MANY, 8, 70)).startswith("70 files differ from 8 comparable hosts")


def test_the_state_and_the_patches_of_a_host() -> None:
    assert state_words(HOST) == "backdoored despite patch, interrupted"
    assert patch_words(HOST) == ""
    one = FleetHost("A", "l", AssessmentState.EXPLOITATION_TRACES_ONLY, build="15.2", open_waves=("ProxyShell",))
    assert (state_words(one), patch_words(one)) == ("exploitation traces", "15.2, open to ProxyShell")
    two = FleetHost("A", "l", AssessmentState.INCOMPLETE, update="CU8", open_waves=("ProxyShell", "OWASSRF"))
    assert patch_words(two) == "CU8, open to 2 waves"


def test_names_of_hosts_are_short() -> None:
    assert host_name("/evidence/of/a/long/path/EXCH01.zip") == "…/a/long/path/EXCH01.zip"
    assert host_names(("A", "B", "C", "D"), 9) == "A, B, C and 6 more"


def test_a_shared_thing_and_its_time_on_a_host() -> None:
    on_host = OnHost("A", WHEN, TimeOf.PLANTING, "w", ("x",), 3)
    shell = Shared(SharedKind.SHELL, "ab" * 32, (on_host,), 9, Disposition.MALICIOUS, "A title", ("orange",), 2)
    assert shared_title(shell) == (
        "same shell on 9 hosts (malicious): A title; request key orange; 2 contents, such as sha256 abababababababab…"
    )
    day = Shared(SharedKind.PLANTING_DAY, "2021-03-03", (on_host,), 2, Disposition.SUSPICIOUS)
    assert shared_title(day) == "planted on the same day on 2 hosts (suspicious): 2021-03-03"
    assert time_words(on_host) == "2021-03-03T04:05:06Z planted (w) (3 items)"
    assert time_words(OnHost("B")) == "time unknown"
