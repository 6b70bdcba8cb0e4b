"""Tables: a head that dates them and names their sources, then rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.sources import is_source
from webshellhunt.knowledge.tables import data_file, read_head, read_list, read_table

TEXT = "# as of: 2026-10-08\n# source CSS: https://example.org/a\n# a remark\nname\tvalue\na\t1\n# not the head\nb\t\n"
ABBREVIATED = ["exchange_builds.tsv", "exchange_cves.tsv"]


def test_a_table_has_a_head_columns_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(TEXT, encoding="utf-8")
    table = read_table(path)
    assert table.head.as_of == date(2026, 10, 8)
    assert table.head.sources == {"CSS": "https://example.org/a"}
    assert (table.columns, table.rows) == (("name", "value"), (("a", "1"), ("b", "")))
    assert read_head(path) == table.head


def test_a_list_is_its_lines_without_the_head(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("# as of: 2026-10-08\none\ntwo\n", encoding="utf-8")
    assert read_list(path) == ("one", "two")


def test_a_file_without_a_date_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("# words\na: b\n", encoding="utf-8")
    assert read_head(path) == (None, {})


def test_a_date_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("# as of: yesterday\n", encoding="utf-8")
    with pytest.raises(ValueError, match="yesterday"):
        read_head(path)


@pytest.mark.parametrize("name", ABBREVIATED)
def test_each_row_names_sources_that_the_head_explains(name: str) -> None:
    table = read_table(data_file(name))
    used = {part for row in table.rows for part in row[-1].split("+")}
    assert used <= table.head.sources.keys()
    assert [words for words in table.head.sources.values() if not words.startswith("https://")] == []


@pytest.mark.parametrize(
    "name", [*ABBREVIATED, "waves.tsv", "indicators.tsv", "attack_tactics.tsv", "attack_techniques.tsv"]
)
def test_each_row_has_a_cell_for_each_column(name: str) -> None:
    table = read_table(data_file(name))
    assert [row for row in table.rows if len(row) != len(table.columns)] == []


@pytest.mark.parametrize(
    "text", ["https://example.org/a%20b.txt", "CISA KEV, 2026-03-18", "https://example.org; Volexity, 2021-03"]
)
def test_an_address_or_a_citation_is_a_source(text: str) -> None:
    assert is_source(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a blog (via copies)",
        "https://example.org (via copies)",
        "A PR (under aspnet_client; this is legitimate only",
        "https://example.org/a…",
        "https://example.org/a...",
        "Volexity",
        "scanning after the talk of 2021-08-05; pages from then on",
    ],
)
def test_a_working_note_is_no_source(text: str) -> None:
    assert not is_source(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20), max_size=6))
def test_any_head_is_read(tmp_path_factory: pytest.TempPathFactory, remarks: list[str]) -> None:
    path = tmp_path_factory.mktemp("head") / "x.tsv"
    lines = ["# as of: 2026-10-08", *(f"# source {n}: {words}" for n, words in enumerate(remarks)), "a\tb"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = read_table(path)
    assert table.head.as_of == date(2026, 10, 8)
    assert len(table.head.sources) == len(remarks)
    assert table.columns == ("a", "b")
