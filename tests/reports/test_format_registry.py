"""Formats of other packages: found by their entry points, and named where they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from tests.reports.cases import full_report, report
from webshellhunt.errors import PluginError, SourceError, UsageError
from webshellhunt.model.report import Report
from webshellhunt.plug_ins import PlugIn
from webshellhunt.reports import formats, render
from webshellhunt.reports.format_registry import ShownFormat
from webshellhunt.reports.options import Options

PATHS = """
def lines(reports, options):
    for report in reports:
        yield from (f"{verdict.subject.path}\\n" for verdict in report.accused)
"""


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    def made(code: str, name: str = "paths") -> None:
        module = ModuleType("outsider_format")
        exec(code, module.__dict__)
        monkeypatch.setattr(EntryPoint, "load", lambda _: module)
        point = PlugIn(EntryPoint(name, "outsider_format", "webshellhunt.formats"))
        groups = {point.point.group: (point,)}
        monkeypatch.setattr("webshellhunt.reports.format_registry.plug_ins", lambda group: groups.get(group, ()))
        formats.cache_clear()

    yield made
    formats.cache_clear()


def test_a_package_adds_a_format(install: Callable[..., None], tmp_path: Path) -> None:
    install(PATHS)
    made = full_report()
    expected = "".join(f"{verdict.subject.path}\n" for verdict in made.accused)
    assert "paths" in formats()
    assert render(made, "paths") == expected
    render([made, made], "paths", to=tmp_path / "paths.txt")
    assert (tmp_path / "paths.txt").read_text(encoding="utf-8") == expected * 2


def test_a_name_of_ours_is_not_taken(install: Callable[..., None]) -> None:
    before = render(full_report(), "json")
    install(PATHS, "json")
    assert render(full_report(), "json") == before
    assert formats().count("json") == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("lines = None", r"offers no 'lines\(reports, options\)'"),
        (PATHS.replace("report.accused", "report.no_such"), r"failed to write a report \(AttributeError: "),
        (PATHS.replace("yield from", "yield 7 #"), "yields int instead of str"),
        ("def lines(reports, options): return None", r"failed to write a report \(TypeError: "),
    ],
)
def test_a_broken_plug_in_is_named(install: Callable[..., None], code: str, words: str) -> None:
    install(code)
    with pytest.raises(PluginError, match=f"^the plug-in paths = outsider_format {words}"):
        render(full_report(), "paths")
    assert render(full_report(), "text")


def test_an_error_of_a_hunt_is_not_that_of_the_format(install: Callable[..., None]) -> None:
    def hunting() -> Iterator[Report]:
        yield full_report()
        raise SourceError("it is gone", path="E:/x")

    install(PATHS)
    with pytest.raises(SourceError, match="E:/x: it is gone"):
        render(hunting(), "paths")


def test_an_unknown_format_lists_all(install: Callable[..., None]) -> None:
    install(PATHS)
    with pytest.raises(UsageError, match=r"unknown report format 'pdf'; choose one of .*paths"):
        render(full_report(), "pdf")


def test_values_next_to_each_other_make_no_mark_of_code_in_a_file() -> None:
    """A format may join what is inert by itself."""

    class Joining:
        def lines(self, reports: Iterable[Report], options: Options) -> Iterator[str]:
            for each in reports:
                yield f"{each.location}{each.location}\n"

    made = [replace(report(), location="%<")]
    assert list(ShownFormat(Joining()).lines(made, Options(on_disk=True))) == ["%<.%<\n"]
    assert list(ShownFormat(Joining()).lines(made, Options(on_disk=True, raw_excerpts=True))) == ["%<%<\n"]
