"""The features of a code name each kind of sink and each capability that its tree shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.analysis.prefilter.features import FLOW, STATEMENTS, WRITES, flows_to, sinks_of, uses_of
from webshellhunt.analysis.vocabulary import NAMED, RUN, Sink, vocabulary
from webshellhunt.defang import load_fixture
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.views.sample import Sample

TOP = Path(__file__).parents[3] / "fixtures"
NAMES = sorted(path.relative_to(TOP).as_posix() for path in TOP.glob("*/*.defanged"))
SINKS = [sink for group in vocabulary().sinks.values() for sink in group if ":" not in sink.pattern[-1]]
FEWEST = 250
"""Sinks that the small programs below show at least."""
SHARE = 6


def _is_complete(analysis: PageAnalysis) -> bool:
    """Return True if each sink and each use of a code is among its features."""
    kinds, uses = {each.sink.kind for each in analysis.sinks}, analysis.uses
    return sinks_of(*kinds) | uses_of(*uses) <= analysis.features


def _programs(sink: Sink) -> Iterator[tuple[str, str]]:
    """Yield codes that use a sink, with their languages: by its type, by a program id, by its own names."""
    *owners, last = sink.pattern
    words = [word.removeprefix(RUN) for word in sink.beside]
    held = "".join(
        f"{word.removeprefix(NAMED)}();\n" if word.startswith(NAMED) else f't = "{word}";\n' for word in words
    )
    kind = ".".join(owners)
    programs = [name for name, each in vocabulary().types.items() if each == kind]
    for name in (programs or [kind or "x"]) if owners or sink.anywhere else ():
        plain = name.rpartition(".")[2]
        used = f"y.{last} = v;" if sink.is_property else f"y.{last}(v, w);"
        yield f"void F(string v) {{ {plain} y = new {plain}(); {used} {held} {plain}.{last}(v); }}", "c#"
        made = f'Set y = CreateObject("{name}")\n' if sink.of_type else ""
        used = f"y.{last} = v" if sink.is_property else f"y.{last} v, w"
        yield f"{made}{used}\n{name}.{last} v\n{held}".replace(";", ""), "vbscript"
    if not owners:
        yield f"void F(string v) {{ {last}(v, w); var y = new {last}(v); {held} }}", "c#"
        yield f"{last} v, w\n{held}".replace(";", ""), "vbscript"
        yield f"{last}(v, w); new {last}(v); {held}", "jscript"


def test_each_sink_of_the_table_is_among_the_features_of_a_code_that_uses_it() -> None:
    shown = 0
    for sink in SINKS:
        analyses = [analyse(code, language) for code, language in _programs(sink)]
        assert all(map(_is_complete, analyses)), sink
        shown += any(each.sink == sink for analysis in analyses for each in analysis.sinks)
    assert shown >= min(FEWEST, len(SINKS)), shown


@pytest.mark.parametrize("share", range(SHARE))
def test_each_sink_of_a_fixture_is_among_its_features(share: int) -> None:
    seen = 0
    for name in (each for each in NAMES if crc32(each.encode()) % SHARE == share):
        fixture = load_fixture(TOP / name)
        artifact = Artifact(fixture.path, fixture.path.rpartition("/")[2], Role.WWWROOT, len(fixture.data))
        codes = [code for layer in Sample(artifact, fixture.data).layers for code in layer.codes]
        assert all(_is_complete(code.analysis) for code in codes), name
        seen += sum(len(code.analysis.sinks) for code in codes)
    assert seen >= FEWEST // SHARE


def test_flows_are_features() -> None:
    code = 'eval(request("a"))\nSet f = CreateObject("Scripting.FileSystemObject")\nf.CreateTextFile "a.txt"'
    features = analyse(code, "vbscript").features
    assert flows_to("evaluate") <= features
    assert WRITES in features
    assert STATEMENTS not in features
    assert not any(each.startswith(FLOW) for each in analyse("x = 1", "vbscript").features)


@pytest.mark.parametrize(
    ("code", "language", "is_there"),
    [
        ('Set y = CreateObject("WScript.Shell")\ny.Run v', "vbscript", True),
        ("Set y = CreateObject(name)\ny.Run v", "vbscript", True),
        ("y.Run v", "vbscript", False),
        ('Set y = GetObject("ADODB.Recordset")\ny.Run v', "vbscript", False),
        ("var y = new Process(); y.Start();", "c#", True),
        ("var y = new Thread(F); y.Start();", "c#", False),
        ("using S = System.Diagnostics.ProcessStartInfo; var y = new S(v);", "c#", True),
        ('[DllImport("kernel32")] static extern int F(string a); void G() { F(v); }', "c#", True),
    ],
)
def test_a_program_is_started_only_by_an_object_that_can(code: str, language: str, is_there: bool) -> None:
    features = analyse(code, language).features
    assert (not features.isdisjoint(uses_of("starts-program"))) is is_there
