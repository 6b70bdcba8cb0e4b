"""Places and their contents on many hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fleet_hosts import INSTALL, page, server
from webshellhunt.fleets.stacking import MOST_CONTENTS, MOST_UNREAD, Content, Place, Stack, bits
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role, Root
from webshellhunt.model.verdict import Disposition

LOGON = rf"{INSTALL}\FrontEnd\HttpProxy\owa\auth\logon.aspx"
ROOTS = (Root("", LOGON.rpartition("\\")[0], Role.OWA_AUTH, "a test"),)
KEY = ("exchange 15.2.1118.7", "%exchangeinstallpath%/frontend/httpproxy/owa/auth/logon.aspx")


def test_a_place_has_its_contents_and_hosts() -> None:
    stack = Stack()
    stack.add(server("A", [page(LOGON, 1)]), 1)
    stack.add(server("B", [page(LOGON, 1, Disposition.UNEXPLAINED)]), 2)
    stack.add(server("C", [page(LOGON, 2)]), 4)
    place = stack.places[KEY]
    assert place.hosts == 7
    assert sorted((c.hosts, c.worst) for c in place.contents.values()) == [
        (3, Disposition.UNEXPLAINED),
        (4, Disposition.BENIGN),
    ]
    assert stack.hosts_proving(KEY, place) == (7, KEY[1].rpartition("/")[0])


def test_another_build_is_another_place() -> None:
    stack = Stack()
    stack.add(server("A", [page(LOGON)]), 1)
    stack.add(server("B", [page(LOGON)], build="15.1.2044.4"), 2)
    stack.add(server("C", [page(LOGON)], build=None), 4)
    assert sorted(place.hosts for place in stack.places.values()) == [1, 2]
    assert stack.unknown_build == 4


def test_another_area_of_exchange_proves_nothing() -> None:
    stack = Stack()
    stack.add(server("A", [page(rf"{INSTALL}\ClientAccess\Owa\auth\error.aspx")]), 1)
    assert stack.hosts_proving(KEY, Place(Role.OWA_AUTH, only_content=False))[0] == 0


def test_elsewhere_the_nearest_folder_of_another_host_proves_it() -> None:
    stack = Stack()
    stack.add(server("A", [page(r"C:\inetpub\wwwroot\app\sub\x.aspx", role=Role.SITE)]), 1)
    stack.add(server("B", [page(r"D:\inetpub\wwwroot\iisstart.htm", role=Role.WWWROOT)]), 2)
    at = ("exchange", "inetpub/wwwroot/app/sub/x.aspx")
    assert stack.hosts_proving(at, stack.places[at]) == (3, "inetpub/wwwroot")
    lone = ("exchange", "elsewhere/x.aspx")
    assert stack.hosts_proving(lone, Place(Role.SITE, only_content=False, hosts=1)) == (0, "")


def test_an_interrupted_hunt_proves_no_absence() -> None:
    stack = Stack()
    stack.add(replace(server("A", [page(LOGON)]), interrupted=True), 1)
    stack.add(server("B", [page(LOGON)]), 2)
    assert stack.complete == 2


def test_a_collection_proves_no_absence() -> None:
    stack = Stack()
    stack.add(replace(server("A", [page(LOGON)]), is_collection=True), 1)
    stack.add(server("B", [page(LOGON)]), 2)
    assert (stack.complete, stack.partial) == (2, 1)
    assert stack.places[KEY].hosts == 3
    assert stack.hosts_proving(KEY, stack.places[KEY])[0] == 2


def test_a_report_that_only_counts_benign_files_proves_no_absence() -> None:
    stack = Stack()
    shortened = replace(server("A", [page(LOGON)]), counts={"benign": 2})
    stack.add(shortened, 1)
    stack.add(server("B", [page(LOGON)]), 2)
    assert (stack.complete, stack.shortened) == (2, 1)
    assert stack.hosts_proving(KEY, stack.places[KEY])[0] == 2


@pytest.mark.parametrize(
    ("path", "stage", "proving"),
    [
        (LOGON.upper(), "walk", 2),
        (LOGON.rpartition("\\")[0], "walk", 2),
        (rf"{LOGON}.bak", "walk", 3),
        (LOGON.replace("logon", "other"), "examine", 3),
        (LOGON, "logs", 3),
        ("A", "walk", 2),
        ("a volume", "open", 2),
    ],
)
def test_a_gap_proves_no_absence_where_it_is(path: str, stage: str, proving: int) -> None:
    stack = Stack()
    stack.add(replace(server("A"), roots=ROOTS, gaps=(Gap("unreadable", stage, path, "denied", matters=True),)), 1)
    stack.add(server("B", [page(LOGON)]), 2)
    assert stack.hosts_proving(KEY, Place(Role.OWA_AUTH, only_content=False))[0] == proving


def test_many_gaps_prove_no_absence_at_all() -> None:
    gaps = tuple(Gap("unreadable", "walk", rf"C:\x\{n}.aspx", "denied", matters=True) for n in range(MOST_UNREAD + 1))
    stack = Stack()
    stack.add(replace(server("A"), gaps=gaps[1:]), 1)
    stack.add(replace(server("B"), gaps=gaps), 2)
    assert (stack.complete, stack.partial) == (1, 2)


def test_a_place_that_differs_everywhere_keeps_no_contents() -> None:
    stack = Stack()
    for number in range(MOST_CONTENTS + 2):
        stack.add(server(f"H{number}", [page(LOGON, number)]), 1 << number)
    place = stack.places[KEY]
    assert place.is_varied
    assert not place.contents
    assert place.hosts.bit_count() == MOST_CONTENTS + 2


def test_paths_of_a_common_content_are_not_kept() -> None:
    content = Content()
    for number in range(20):
        content.add(1 << number, Disposition.BENIGN, f"path {number}")
    assert content.paths == ()


@given(st.permutations(range(12)), st.integers(1, 12))
def test_the_places_that_are_kept_do_not_depend_on_the_order(order: list[int], most: int) -> None:
    def kept(numbers: list[int]) -> set[str]:
        stack = Stack(most)
        for number in numbers:
            stack.add(server(f"H{number}", [page(rf"C:\site\{number}.aspx", role=Role.SITE), page(LOGON)]), 1 << number)
        return {key for _, key in stack.places}

    found = kept(order)
    assert found == kept(sorted(order))
    assert len(found) == most
    assert KEY[1] in found  # those of a setup are kept before others


def test_the_hosts_of_a_set() -> None:
    assert list(bits(0b101001)) == [0, 3, 5]
    assert list(bits(0)) == []
