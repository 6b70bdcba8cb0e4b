from __future__ import annotations

from tests.reports.cases import URLS
from webshellhunt.model.places import Url
from webshellhunt.reports.writers.text.blocks import SITES, url_lines


def lines(*urls: Url, show_all: bool = False) -> list[str]:
    return list(url_lines(urls, show_all=show_all))


def test_a_line_for_each_site() -> None:
    assert lines(*URLS) == [
        "url: https://*/aspnet_client/x.aspx (Default Web Site; also http://*)",
        "url: https://*:444/aspnet_client/x.aspx (Exchange Back End; and 1 other path there)",
    ]


def test_all_paths_where_all_are_wanted() -> None:
    assert lines(*URLS, show_all=True)[-1] == "url: https://*:444/other/x.aspx (Exchange Back End)"
    assert len(lines(*URLS, show_all=True)) == 3


def test_what_is_assumed_or_refused_is_said() -> None:
    assert lines(Url("/owa/auth/x.aspx", assumed=True)) == [
        "url: /owa/auth/x.aspx (assumed, not confirmed by an IIS configuration)"
    ]
    assert lines(Url("/bin/x.dll", "Web", refused=True)) == [
        "url: /bin/x.dll (Web; IIS refuses it unless request filtering was changed)"
    ]


def test_a_note_about_a_site_that_was_said_before_is_left_out() -> None:
    note = "the site is Default Web Site, also at http://*"
    first, second = url_lines(URLS, show_all=False, common=[note])
    assert first == "url: https://*/aspnet_client/x.aspx"
    assert "(Exchange Back End; and 1 other path there)" in second


def test_many_sites_are_cut() -> None:
    assert len(lines(*(Url("https://*/x", f"site {n}") for n in range(20)))) == SITES


def test_a_hostile_name_of_a_site_stays_one_line() -> None:
    (line,) = lines(Url("https://*/x", "a\n\x1b[2J\u202eb"))
    assert line.isprintable()


def test_nothing_of_no_url() -> None:
    assert lines() == []
