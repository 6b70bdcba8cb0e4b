"""The files that code runs, or gives another name."""

from __future__ import annotations

from tests.builders.inert import analyse
from webshellhunt.analysis.arrivals import NOTHING, Arrival, Shown
from webshellhunt.analysis.taken_files import QUESTION, TakenFile, taken_files

READ = 't = CreateObject("Scripting.FileSystemObject").OpenTextFile(Server.MapPath("a.txt")).ReadAll\n'


def taken(code: str, language: str = "vbscript") -> set[tuple[str, str | None, bool]]:
    asked = analyse(code, language).asked(QUESTION)
    return {(each.path, each.name, each.is_archive) for each in taken_files(asked)}


def test_a_file_in_the_place_of_a_page() -> None:
    assert taken('Server.Exec·ute "a" & ".txt?b=1"') == {("a.txt", "", False)}
    assert taken("Server.Exec·ute Session(1)") == set()


def test_the_text_of_a_file_as_code() -> None:
    assert taken(f"{READ}Exec·ute t") == {("a.txt", None, False)}
    assert taken(f"{READ}Response.Write t") == set()


def test_a_file_under_another_name() -> None:
    copied = 'CreateObject("Scripting.FileSystemObject").CopyFile Server.MapPath("a.txt"), Server.MapPath("b.as·p")'
    assert taken(copied) == {("a.txt", "b.asp", False)}
    written = 'File.WriteAll·Text(Server.MapPath("b.as·px"), File.ReadAllText(Server.MapPath("a.txt")));'
    assert taken(written, "c#") == {("a.txt", "b.aspx", False)}


def test_an_archive_that_is_unpacked() -> None:
    unpacked = 'ZipFile.ExtractTo·Directory(Server.MapPath("a.zip"), Server.MapPath("."));'
    assert taken(unpacked, "c#") == {("a.zip", "", True)}


def test_each_file_is_named_once() -> None:
    run = Arrival(("eval",), 7, [Shown(files=frozenset({"b", "a"})), Shown(files=frozenset({"c"}))])
    moved = Arrival(("file", "taken"), 8, [NOTHING, Shown(files=frozenset({"a"}))])
    assert [*taken_files([run, run, moved])] == [TakenFile("a", 7), TakenFile("b", 7)]
