"""The door to the templates: escaping, inert text, times and paths."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.markup import Markup
from tests.reports.strategies import hostile
from webshellhunt.reports.printable import printable
from webshellhunt.reports.writers.html.environment import (
    asset,
    coded,
    dates,
    day,
    element,
    folder_of,
    inert,
    joined,
    machine,
    name_of,
    rendered,
    second,
    sentence,
)


@given(st.text(max_size=40) | hostile)
def test_inert_text_reads_the_same_and_has_no_run_of_four(text: str) -> None:
    made = inert(text)
    markup = Markup(made)
    assert (markup.text, markup.strange) == (printable(text), [])
    assert "eval" not in inert("eval")


@given(st.text(max_size=40) | hostile)
def test_dates_and_code_only_add_elements_of_ours(text: str) -> None:
    assert Markup(dates(text)).text == printable(text)
    assert Markup(coded(text.replace("`", ""))).text.strip("\n") == printable(text.replace("`", "")).strip("\n")
    assert Markup(f"{dates(text)}{coded(text)}").strange == []


def test_dates_stay_on_one_line() -> None:
    made = dates("from 2021-03-03 to <b> 2021-03-04T01:02:03Z")
    assert made.count('<span class="nb">') == 2
    assert "&lt;b&gt;" in made


def test_an_element_escapes_what_is_not_markup() -> None:
    assert element("b", "<i>") == "<b>&lt;i&gt;</b>"
    assert element("mark", joined([element("i", "x")]), "sink") == '<mark class="sink"><i>x</i></mark>'


def test_a_path_has_a_folder_and_a_name() -> None:
    assert (folder_of(r"C:\a\b.aspx"), name_of(r"C:\a\b.aspx")) == ("C:\\a\\", "b.aspx")
    assert (folder_of("ProxyLogon"), name_of("ProxyLogon")) == ("", "ProxyLogon")
    assert (folder_of("a/"), name_of("a/")) == ("", "a/")


def test_a_time_is_in_utc_without_parts_of_a_second() -> None:
    east = datetime(2021, 3, 3, 6, 5, 6, 789, tzinfo=timezone(timedelta(hours=2)))
    assert (second(east), machine(east), day(east)) == ("2021-03-03 04:05:06", "2021-03-03T04:05:06Z", "2021-03-03")
    assert second(datetime(800, 1, 2, tzinfo=UTC)) == "0800-01-02 00:00:00"
    assert day(date(2021, 3, 3)) == "2021-03-03"


def test_a_sentence_begins_with_a_capital() -> None:
    assert (sentence("the paths of Exchange"), sentence("")) == ("The paths of Exchange", "")


def test_a_template_escapes_each_value() -> None:
    assert "<title>&lt;b&gt;\\u202e: report" in rendered("opening", {"title": "<b>\u202e", "style": "x", "script": "y"})


@pytest.mark.parametrize("name", ["style.css", "filter.js"])
def test_the_style_sheet_and_the_script_load_nothing(name: str) -> None:
    text = asset(name)
    assert not [word for word in ("url(", "@import", "\r", "http", "fetch", "import(", "innerHTML") if word in text]


def test_other_formats_do_not_load_jinja() -> None:
    code = (
        "import sys, webshellhunt; from webshellhunt.reports import formats; formats(); print('jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
