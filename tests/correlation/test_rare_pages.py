"""The rarest pages of the logs: those that answered the fewest clients, in the report and in its forms."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.builders.log_plot import INTRUDER, Plot, at, nights
from tests.builders.log_traffic import everyday, iter_days
from tests.reports.markup import Markup
from webshellhunt.model.log_results import MOST_RARE
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.saved_reports import parse_reports


def hunted() -> Report:
    """Return the report of a server with a site of its own, many visitors, and one page of an intruder."""
    plot = Plot()
    for day in iter_days(at(0), 2):
        everyday(plot.logs, day, 40)
    for number in range(MOST_RARE + 5):
        for client in range(3):
            path = f"/shop/page{number}.aspx"
            plot.call("GET", path, [at(8, number) + timedelta(seconds=client)], f"198.51.100.{client}")
    plot.call("POST", "/shop/odd.aspx", nights(1, 12))
    return hunt(plot.told().source())


def test_a_page_of_one_client_is_the_first_of_the_rarest() -> None:
    made = hunted()
    assert made.traffic is not None
    first, *others = made.traffic.rarest
    assert (first.address, first.answered, first.clients, first.client_count) == ("/shop/odd.aspx", 12, (INTRUDER,), 1)
    assert len(others) == MOST_RARE - 1
    counts = [each.client_count for each in others]
    assert counts == sorted(counts)
    assert counts.count(3) > MOST_RARE // 2
    assert not {"/owa/auth.owa", "/owa/auth/logon.aspx", "/default.aspx"} & {each.address for each in others}


def test_json_and_html_have_them_and_a_saved_report_keeps_them() -> None:
    made = hunted()
    assert made.traffic is not None
    text = str(render(made, "json"))
    (record,) = json.loads(text)["reports"]
    assert record["summary"]["traffic"]["rarest"][0]["address"] == "/shop/odd.aspx"
    saved = parse_reports(text.encode())[0].report.traffic
    assert saved is not None
    assert saved.rarest == made.traffic.rarest
    page = Markup(str(render(made, "html"))).text
    assert all(each.address in page for each in made.traffic.rarest)
    assert f"1: {INTRUDER}" in page
