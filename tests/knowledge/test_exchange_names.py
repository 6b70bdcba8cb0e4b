"""Exchange's own names, and the names that imitate them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.exchange_names import (
    EXPECTED,
    _edits,
    expected_directories,
    is_expected_page,
    is_shipped_at,
    nearest,
)
from webshellhunt.model.places import Role

_NAMES = st.text("abl1o.", max_size=6)


def reference(left: str, right: str) -> int:
    """Return the Levenshtein distance by its definition, the whole table written out."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i, a in enumerate(left, 1):
        for j, b in enumerate(right, 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
    return table[-1][-1]


@given(_NAMES, _NAMES)
def test_the_distance_is_levenshteins_up_to_three(left: str, right: str) -> None:
    assert _edits(left, right) == min(3, reference(left, right))


def test_the_names_are_in_the_form_that_they_are_compared_in() -> None:
    names = [name for known in EXPECTED.values() for name in known]
    assert [name for name in names if name != name.lower() or not name.endswith(".aspx")] == []


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("log0n.aspx", Role.OWA_AUTH, "logon.aspx"),
        ("logonn.aspx", Role.OWA_AUTH, "logon.aspx"),
        ("errorff.aspx", Role.OWA_AUTH, "errorfe.aspx"),
        ("timeoutlogou.aspx", Role.ECP_AUTH, "timeoutlogout.aspx"),
        ("logon.aspx", Role.ECP_AUTH, None),
        ("logon.aspx", Role.WWWROOT, None),
        ("help.aspx", Role.OWA_AUTH, None),
        ("", Role.OWA_AUTH, None),
    ],
)
def test_a_name_that_imitates_another(name: str, role: Role, expected: str | None) -> None:
    assert nearest(name, role) == expected


@given(st.text(max_size=40), st.sampled_from(list(Role)))
def test_the_nearest_is_another_expected_name(name: str, role: Role) -> None:
    found = nearest(name, role)
    edits = {good: reference(name, good) for good in EXPECTED.get(role, ())}
    assert (found is None) is (name in edits or min(edits.values(), default=3) > 2)
    assert found is None or edits[found] == min(edits.values())


@pytest.mark.parametrize("role", list(EXPECTED))
def test_an_expected_name_imitates_none(role: Role) -> None:
    assert {nearest(name, role) for name in EXPECTED[role]} == {None}


@pytest.mark.parametrize(
    ("virtual_path", "expected"),
    [
        ("/owa/auth/logon.aspx", True),
        ("/OWA/auth/LOGON.aspx", True),
        ("/ecp/auth/TimeoutLogout.aspx", True),
        ("/ews/exchange.asmx", True),
        ("/autodiscover/autodiscover.svc", True),
        ("/owa/auth/x.aspx", False),
        ("/ecp/auth/logon.aspx", False),
        ("/aspnet_client/logon.aspx", False),
        ("/x.aspx", False),
        ("", False),
    ],
)
def test_pages_that_exchange_ships(virtual_path: str, expected: bool) -> None:
    assert is_expected_page(virtual_path) is expected


def test_directories_in_which_exchange_has_pages() -> None:
    assert {"auth", "usersgroups"} & set(expected_directories("ecp")) == {"auth", "usersgroups"}
    assert expected_directories("root") == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\LOGON.aspx", True),
        ("V15/ClientAccess/ecp/default.aspx", True),
        ("collected/owa/auth/logon.aspx", True),
        (r"V15\FrontEnd\HttpProxy\owa\auth\15.2.858\themes\logon.aspx", False),
        (r"V15\FrontEnd\HttpProxy\owa\auth\outlooken.aspx", False),
        ("inetpub/wwwroot/logon.aspx", False),
        ("", False),
    ],
)
def test_a_path_on_the_server_names_a_shipped_page(path: str, expected: bool) -> None:
    assert is_shipped_at(path) is expected


def test_a_page_for_the_mailbox_of_another_user_is_expected() -> None:
    assert is_expected_page("/ecp/user@example.com/default.aspx")
    assert not is_expected_page("/ecp/user@example.com/x.aspx")
    assert not is_expected_page("/aspnet_client/user@example.com/default.aspx")
