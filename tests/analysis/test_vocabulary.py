"""The words of power: the data file is well-formed, and names match as it says."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.vocabulary import Sink, vocabulary

RAW = tomllib.loads(files("webshellhunt.analysis").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
KINDS = {
    "evaluate", "process", "load", "name", "pick", "write-path", "write-content", "query", "socket", "read-path",
    "list-path", "database", "statement", "fetch", "send", "resolve", "ask:mail", "ask:machine-key",
    "ask:extension", "ask:connection", "ask:answer", "ask:dialled", "ask:fetched", "ask:shown",
    "ask:redirect", "ask:taken",
}  # fmt: skip
GROUPS = [RAW[name] for name in ("origins", "remote", "cleaners", "gatherers", "types")] + RAW["sinks"]


def test_each_group_says_why_its_names_belong_there() -> None:
    assert [group for group in GROUPS if len(group.get("reason", "")) < 10] == []


def test_sinks_are_of_known_kinds() -> None:
    assert {group["kind"] for group in RAW["sinks"]} == KINDS


def test_every_name_is_in_the_form_that_it_is_compared_in() -> None:
    words = [word for group in GROUPS for value in group.values() if isinstance(value, list) for word in value]
    words += [word for power in RAW["powers"] for word in power["words"]]
    words += [*RAW["types"]["names"], *RAW["types"]["names"].values()]
    # JScript's constructor of functions is told from its keyword by one capital.
    assert [word for word in words if word != word.lower() or not word.strip()] == ["Function"]


def test_no_word_shows_two_powers() -> None:
    words = [word for power in RAW["powers"] for word in power["words"]]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("pattern", "anywhere", "names", "expected"),
    [
        ("ab", False, "ab", True),
        ("ab", False, "x.ab", False),
        ("ab", True, "x.ab", True),
        ("ab", True, "x.y.ab", True),
        ("ab", True, "ab", False),
        ("a.b", False, "a.b", True),
        ("a.b", False, "x.a.b", True),
        ("a.b", False, "xa.b", False),
        ("a.b", True, "x.a.b", True),
        ("a.b", True, "a.b", False),
    ],
)
def test_how_a_name_matches(pattern: str, anywhere: bool, names: str, expected: bool) -> None:
    assert Sink("process", tuple(pattern.split(".")), anywhere).matches(tuple(names.split("."))) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ev·al", {"evaluate"}),
        ("system.diagnostics.pro·cess.start", {"process"}),
        ("wscr·ipt.shell.run", {"process"}),
        ("file.write·alltext", {"write-path", "write-content"}),
        ("stream·writer.write", {"write-content"}),
        ("x.ev·al", set()),
        ("dictionary.run", set()),
    ],
)
def test_which_sinks_a_name_is(name: str, expected: set[str]) -> None:
    sinks = vocabulary().sink(tuple(live(name).split(".")))
    assert {sink.kind for sink in sinks if sink.is_end} == expected


def test_a_property_is_a_sink_only_where_it_is_assigned() -> None:
    names = tuple(live("pro·cess.startinfo.arguments").split("."))
    assert vocabulary().sink(names) == []
    assert [sink.kind for sink in vocabulary().sink(names, is_property=True)] == ["process"]


def test_which_argument_counts() -> None:
    sinks = vocabulary().sink(tuple(live("file.write·alltext").split(".")))
    told = {(sink.kind, sink.argument) for sink in sinks if sink.is_end}
    assert told == {("write-path", 0), ("write-content", 1)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("cint", True), ("int.parse", True), ("x.int.parse", True), ("parse", False), ("x.cintx", False), ("len.x", True)],
)
def test_what_cleans(name: str, expected: bool) -> None:
    assert vocabulary().is_cleaner(tuple(name.split("."))) is expected


def test_words_of_power_in_a_string_are_whole_words() -> None:
    words_of = vocabulary().words_of_power
    assert words_of("net user admin; net user x") == ("net user",)
    assert words_of("internet users") == ()
    assert words_of("x" * 5000 + " net user ") == ()


def test_each_power_has_a_known_way() -> None:
    ways = {"member", "call", "object", "assigned", "statement", "command"}
    assert {power["way"] for power in RAW["powers"]} == ways
