from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.visitors import asked_by
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.traffic import AskedBy, Use, read_time

SHOP = r"C:\inetpub\wwwroot\shop\x.aspx"
OPERATED = Use(9, 9, 9, None, None, client_count=1, agent_count=1)
BROWSED = Use(90, 90, 0, None, None, client_count=30, agent_count=9, referred=80)
CROWD = BROWSED._replace(referred=0)
PROBED = Use(
    40, 40, 0, None, None, clients=("10.0.0.9",), client_count=1, agents=("x",), agent_count=1, is_regular=True
)

ROWS = [
    (OPERATED, False, AskedBy.OPERATOR),
    (OPERATED, True, AskedBy.OPERATOR),
    (OPERATED._replace(agent_count=4), False, AskedBy.CLIENTS),
    (OPERATED._replace(by_server=9), False, AskedBy.CLIENTS),
    (OPERATED._replace(referred=5), False, AskedBy.CLIENTS),
    (BROWSED, False, AskedBy.VISITORS),
    (BROWSED, True, AskedBy.VISITORS),
    (BROWSED._replace(missed_utc=read_time("2021-03-03T04:00:00Z")), True, AskedBy.CLIENTS),
    (BROWSED._replace(missed_utc=read_time("2021-03-03T04:00:00Z"), alternations=1), True, AskedBy.VISITORS),
    (CROWD, False, AskedBy.VISITORS),
    (CROWD, True, AskedBy.CLIENTS),
    (CROWD._replace(posted=60), False, AskedBy.CLIENTS),
    (PROBED, False, AskedBy.MONITOR),
    (PROBED, True, AskedBy.CLIENTS),
    (PROBED._replace(clients=("203.0.113.7",)), False, AskedBy.CLIENTS),
    (PROBED._replace(clients=(), client_count=0, hidden=40), False, AskedBy.CLIENTS),
    (PROBED._replace(acts=1), False, AskedBy.CLIENTS),
    (PROBED._replace(is_regular=False), False, AskedBy.CLIENTS),
]


@pytest.mark.parametrize(("use", "accused", "by"), ROWS)
def test_the_first_row_that_applies_decides(use: Use, accused: bool, by: AskedBy) -> None:
    assert asked_by(SHOP, Role.SITE, use, is_accused=accused) is by


def test_the_start_page_of_a_site_has_visitors_unless_an_operator_works_with_it() -> None:
    start = r"C:\inetpub\wwwroot\default.aspx"
    assert asked_by(start, Role.WWWROOT, CROWD, is_accused=True) is AskedBy.VISITORS
    assert asked_by(start, Role.WWWROOT, OPERATED, is_accused=True) is AskedBy.OPERATOR
    assert asked_by(start, Role.ASPNET_CLIENT, CROWD, is_accused=True) is AskedBy.CLIENTS


_counts = st.integers(0, 100)


@given(
    st.builds(
        Use, _counts, _counts, _counts, st.none(), st.none(), client_count=_counts, agent_count=_counts,
        referred=_counts, acts=_counts, is_regular=st.booleans(),
    ),
    st.sampled_from(sorted(SETUP_ROLES)),
    st.sampled_from([SHOP, "default.aspx"]),
)  # fmt: skip
def test_no_crowd_and_no_referrer_excuses_an_accused_page_in_a_directory_of_setup(
    use: Use, role: Role, path: str
) -> None:
    assert asked_by(path, role, use, is_accused=True) in (AskedBy.CLIENTS, AskedBy.OPERATOR)
    assert asked_by(path, role, use, is_accused=True, is_stock=True) is AskedBy.VISITORS
