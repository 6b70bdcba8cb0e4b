"""The comparison of hosts on the page."""

from __future__ import annotations

from hypothesis import given

from tests.reports.markup import Markup
from tests.reports.strategies import fleets
from webshellhunt.model.fleet import Fleet, FleetHost
from webshellhunt.model.report import AssessmentState
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html import MOST_HOSTS, fleet_values
from webshellhunt.reports.writers.html.environment import rendered

HOST = FleetHost("EXCH01", "E:/a", AssessmentState.BACKDOORED)


def test_many_hosts_are_cut() -> None:
    fleet = Fleet("many", hosts=(HOST,) * 150, more_hosts=3)
    values = fleet_values(fleet, Options())
    assert (len(values["hosts"]), values["more_hosts"]) == (MOST_HOSTS, 53)
    assert fleet_values(fleet, Options(show_all=True))["more_hosts"] == 3


@given(fleets)
def test_hostile_names_make_no_markup(fleet: Fleet) -> None:
    markup = Markup(rendered("fleet", fleet_values(fleet, Options())))
    assert (markup.strange, markup.open) == ([], [])
