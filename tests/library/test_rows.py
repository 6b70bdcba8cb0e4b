"""The reader of rows, and the files that it reads: each line is in the notation, and says what the notation can say."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.core.heap import DEFAULT
from webshellhunt.core.rows import MANY, SELF, Result, Source, row_for
from webshellhunt.core.values import MISSING, Ref
from webshellhunt.library.rows import INTRINSICS, RowError, library, read


def test_a_row_says_all_of_its_line() -> None:
    rows = read(["Thing.Do(path, over?, &count) -> object Other | do put path self.Name keeps Path path fails"]).rows
    row = rows["thing", "do"]
    assert (row.name, row.names, row.params, row.least, row.most) == (
        "Thing.Do",
        ("thing", "do"),
        ("path", "over", "count"),
        2,
        3,
    )
    assert row.result == Result("object", (), "other")
    assert row.do_args == (Source(0), Source(SELF, "name"))
    assert row.keeps == (("path", Source(0)),)
    assert row.fails
    assert not row.ends


def test_results() -> None:
    text = "a(x, y) -> part x y\nb(x) -> mapped x\nc(k) -> source visitor k | where http_ host\nd() -> the Thing\ne(x)"
    rows = {names[1]: row for names, row in read([text]).rows.items()}
    assert rows["a"].result == Result("part", (Source(0), Source(1)))
    assert rows["b"].result == Result("form", (Source(0),), "mapped")
    assert rows["c"].result == Result("source", (Source(0),), "visitor")
    assert rows["c"].where == (("http_", "host"),)
    assert rows["d"].result == Result("the", (), "thing")
    assert rows["e"].result.what == "any"


def test_clauses() -> None:
    text = "a(t, f, &n) -> truth | guard digits t out n = codes t calls f(t)\nb(*) | ends\nc(t) | run-text\n"
    text += "d(t) -> part t | known mid"
    rows = {names[1]: row for names, row in read([text]).rows.items()}
    assert (rows["a"].guard, rows["a"].guard_arg) == ("digits", 0)
    assert rows["a"].outs == ((2, Result("codes", (Source(0),))),)
    assert rows["a"].calls == (1, (Source(0),))
    assert rows["b"].ends
    assert rows["b"].most == MANY
    assert rows["c"].is_text
    assert rows["d"].known is not None
    assert rows["d"].parted is not None


def test_a_member_may_have_several_rows_by_number_of_arguments() -> None:
    row = read(["a() -> number\na(x) -> text\na(x, y, z) -> none"]).rows["", "a"]
    assert [row_for(row, count).result.what for count in (0, 1, 3)] == ["number", "text", "none"]
    assert row_for(row, 2) is row


def test_members_and_types_that_are_alike_stand_in_one_line() -> None:
    library_ = read(["objects\nThing/Other.Do/Undo(x) -> text\nis A/B Thing\nonly C/D | n = 1"])
    whole = read(
        ["objects\nThing.Do(x) -> text\nThing.Undo(x) -> text\nOther.Do(x) -> text\nOther.Undo(x) -> text\n"
         "is A Thing\nis B Thing\nonly C | n = 1\nonly D | n = 1"]
    )  # fmt: skip
    assert library_ == whole
    assert library_.rows["b", "undo"].name == "b.Undo"
    with pytest.raises(RowError, match="two rows"):
        read(["a/A(x) -> text"])


def test_other_lines() -> None:
    found = read(
        [
            'const vbX = "a\\n" # a comment\nconst y = -1\nprogram thing = My.Thing {0A-1}\n'
            'object thing | size = 0 open = false name = "n"\nonly Thing.Keys | absent = "nothing"\n'
            "Base.Go(x) -> number\nis Thing Base"
        ]
    )
    assert found.constants == {"vbx": "a\n", "y": -1}
    assert found.programs == {"my.thing": "thing", "0a-1": "thing"}
    assert found.fields["thing"] == {"size": 0, "open": False, "name": "n"}
    assert found.fields["thing.keys"] == {DEFAULT: MISSING}
    assert found.only == ("thing.keys",)
    row = found.rows["thing", "go"]
    assert row.names == ("thing", "go")
    assert row.result.what == "number"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a", "no member"),
        ("a(x) -> lots x", "lots is no result"),
        ("a(x) -> part y", "y is no parameter"),
        ("a(x, x)", "a parameter stands twice"),
        ("a(x) | known nothing", "nothing"),
        ("a(x) | do nothing x", "nothing"),
        ("a(x) | do put y", "y is no parameter"),
        ("a(x) | loud", "loud is no clause"),
        ("a(x) | fails x", "fails has no arguments"),
        ("a(x)\na(y)", "two rows for the same number"),
        ("a(x?)\na(y, z?)", "two rows for the same number"),
        ("const a = 1\nconst a = 2", "a stands twice"),
        ("const a = b(", "a = b("),
        ("program a = X.Y\nprogram b = X.Y", "x.y stands twice"),
        ("object a | b", "no 'name = literal'"),
        ("is a b", "there is no such type"),
    ],
)
def test_a_line_that_is_not_in_the_notation_says_why(line: str, reason: str) -> None:
    with pytest.raises(RowError) as found:
        read([line])
    assert reason in str(found.value)
    assert line.split("\n")[-1] in str(found.value)


# The files ------------------------------------------------------------------------------------------------------------


def test_objects_of_rows_have_rows() -> None:
    found = library()
    types = {owner for owner, _ in found.rows}
    made = {
        each.result.kind for row in found.rows.values() for each in (row, *row.others) if each.result.what == "object"
    }
    assert made - types == set()
    assert {*found.programs.values()} - types == set()
    assert {
        each.result.kind for row in found.rows.values() for each in (row, *row.others) if each.result.what == "the"
    } <= {*found.only}


def test_a_type_of_a_sink_is_made_by_its_program() -> None:
    programs = library().programs
    asked = {name: kind for name, kind in vocabulary().types.items() if "." in name or "-" in name}
    version = {name: name.rpartition(".")[0].removesuffix(".3").removesuffix(".6") for name in asked}
    found = {name: programs.get(name) or programs.get(version[name]) for name in asked}
    assert {name: kind for name, kind in found.items() if kind != asked[name]} == {}


def test_the_objects_of_a_page() -> None:
    names = {
        "request",
        "response",
        "server",
        "session",
        "application",
        "objectcontext",
        "err",
        "asperror",
    }
    assert {name: each.oid for name, each in INTRINSICS.items()} == {name: name for name in names}
    assert all(isinstance(each, Ref) for each in INTRINSICS.values())


def test_constants_of_the_reference() -> None:
    constants = library().constants
    wanted = {"vbcrlf": "\r\n", "vbtextcompare": 1, "vbobjecterror": -2147221504, "adtypetext": 2, "forwriting": 2}
    assert {name: constants[name] for name in wanted} == wanted
