"""The shipped indicators: a well-formed table, and places that match by their end only."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.tables import each_row
from tests.knowledge.sources import is_source
from webshellhunt.baselines.known_contents import load_baselines
from webshellhunt.knowledge.indicators import CRAWLER, LISTED, SHELL_CLIENT, Indicator, Indicators, load_indicators
from webshellhunt.knowledge.tables import data_file, read_table

TABLE = read_table(data_file("indicators.tsv"))
FORMS = {
    "sha256": r"[0-9a-f]{64}",
    "sha1": r"[0-9a-f]{40}",
    "md5": r"[0-9a-f]{32}",
    "known_good_sha256": r"[0-9a-f]{64}",
    "listed_sha256": r"[0-9a-f]{64}",
    "path": r"\\[^/\t]*[^/\\\t]",
    "filename": r"[^/\\\t]+\.[a-z]+",
    "shell_name": r"[^/\\\t]+\.[a-z]+",
    "agent": r"[^\t+]+/[^\t+]+",
    "shell_agent": r"[a-z]+/",
    "crawler_agent": r"[^\t+]+",
}
PLACE = Indicator("path", r"\aspnet_client\x.aspx", "a campaign", "a source")
MADE_UP = Indicators({}, {PLACE.value: PLACE}, {})


def test_the_table_is_well_formed() -> None:
    assert TABLE.columns == ("type", "value", "campaign", "source", "date")
    assert [row for row in TABLE.rows if len(row) != 5 or not all(row)] == []
    wrong = [value for kind, value, *_ in TABLE.rows if not re.fullmatch(FORMS[kind], value) or value != value.lower()]
    assert wrong == []


def test_each_row_has_a_source_and_its_date() -> None:
    assert [row for row in TABLE.rows if not is_source(row[3])] == []
    assert [row for row in TABLE.rows if not re.fullmatch(r"20\d\d(-[01]\d(-[0-3]\d)?)?", row[4])] == []
    assert TABLE.head.as_of is not None
    assert max(row[4] for row in TABLE.rows) <= TABLE.head.as_of.isoformat()


def test_no_campaign_is_cut_or_ends_in_a_working_note() -> None:
    rough = [row[2] for row in TABLE.rows if re.search(r"(\.\.\.|…|[-,;:(]$|\bvia\b|\bTODO\b)", row[2])]
    assert rough == []


def test_no_value_stands_twice() -> None:
    values = [row[1] for row in TABLE.rows if row[0] not in ("path", "filename")]
    assert len(values) == len(set(values))
    assert len(TABLE.rows) == len({row[:2] for row in TABLE.rows})


def test_every_row_is_loaded_where_it_belongs() -> None:
    loaded = load_indicators()
    names = len(loaded.paths) + len(loaded.filenames) + len(loaded.shell_names)
    assert len(loaded.digests) + names + len(loaded.agents) == len(TABLE.rows)
    assert {i.type for i in loaded.paths.values()} == {"path"}
    assert {i.type for i in loaded.filenames.values()} == {"filename"}
    assert all(value == indicator.value for value, indicator in loaded.digests.items())


def test_modules_of_the_badiis_kind_are_known_and_mixed_lists_are_marked() -> None:
    kinds: dict[str, set[str]] = {}
    for kind, _, campaign, *_ in TABLE.rows:
        kinds.setdefault(campaign, set()).add(kind)
    assert kinds["BadIIS"] == {"sha256"}
    assert kinds["RGDoor"] == {"sha256"}
    assert [kinds[each] for each in ("UAT-8099", "DragonRank", "UAT-10147")] == [{LISTED}] * 3


def test_no_file_that_exchange_ships_is_an_indicator() -> None:
    shipped = load_baselines().members[-1]
    known = {content.digest for key in shipped.iter_keys() for content in shipped.contents(key)}
    assert len(known) > 100_000
    assert not [value for value in load_indicators().digests if value[:32] in known]


@each_row(
    "path",
    [
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx",
        r"C:\INETPUB\wwwroot\Aspnet_Client\X.ASPX",
        "inetpub/wwwroot/aspnet_client/x.aspx",
        r"aspnet_client\x.aspx",
    ],
)
def test_a_place_matches_by_its_end(path: str) -> None:
    assert MADE_UP.by_path(path) is PLACE


@each_row(
    "path",
    [
        r"C:\inetpub\wwwroot\my_aspnet_client\x.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\xx.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx\y",
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx.bak",
        "x.aspx",
        "",
    ],
)
def test_a_place_matches_whole_names_only(path: str) -> None:
    assert MADE_UP.by_path(path) is None


@each_row("value", sorted(load_indicators().paths))
def test_every_shipped_place_is_found_on_a_server(value: str) -> None:
    found = load_indicators().by_path(f"C:{value}")
    assert found is not None
    assert value.endswith(found.value)


def test_a_number_stands_for_any_number() -> None:
    known = load_indicators()
    for name in ("ghostfile7.aspx", "ghostfile93.aspx", "GhostFile.aspx"):
        assert known.by_path(f"C:\\x\\TEMPLATE\\LAYOUTS\\{name}") is not None
    assert known.by_path(r"C:\x\TEMPLATE\LAYOUTS\ghostfiles.aspx") is None


@each_row(
    ("agent", "kind"),
    [
        ("antSword/v2.1", SHELL_CLIENT),
        ("python-requests/2.25.1", "agent"),
        ("Mozilla/5.0+(compatible;+Googlebot/2.1;++http://www.google.com/bot.html)", CRAWLER),
    ],
)
def test_a_user_agent_is_known_by_its_start(agent: str, kind: str) -> None:
    found = load_indicators().tool_of(agent)
    assert found is not None
    assert found.type == kind
    assert load_indicators().tool_of(f"x{agent}") is None


@given(st.text(max_size=60))
def test_no_path_makes_it_raise(path: str) -> None:
    found = load_indicators().by_path(path)
    assert found is None or ("\\" + path.lower().replace("/", "\\")).endswith(found.value)
