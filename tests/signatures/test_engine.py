from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from webshellhunt.errors import MissingDependencyError, SignatureError, UsageError
from webshellhunt.signatures.engine import FIRST_PLACE_ONLY_FROM_BYTES, Engine, compile_rules, engine_name
from webshellhunt.signatures.hits import Externals, RuleHead, RuleText, SignatureHit

NONE = Externals()

RULES = r"""
private rule holds_tag { strings: $ = "<%" condition: any of them }
global rule not_empty { condition: filesize > 0 }
rule text : web first {
  meta: score = 70 ok = true name = "t"
  strings: $a = "alpha" nocase $b = /be+ta/
  condition: $a and $b
}
rule pieces { strings: $ = { 41 ?? 43 } $w = "wide" wide ascii condition: any of them }
rule counted { strings: $x = "x" condition: #x > 25 and holds_tag }
rule placed {
  condition:
    filename == "p.aspx" and filepath contains "wwwroot" and extension == ".aspx" and filetype == "" and owner == ""
}
rule twice { meta: score = 1 score = 2 strings: $p = "secret" private condition: $p }
rule lenient { strings: $r = /a{,3}\ü[%\/]{1,3}/ condition: $r }
"""

TABLE = [
    pytest.param(b"", id="empty"),
    pytest.param(b"ALPHA beeta alpha", id="text"),
    pytest.param(b"AxC w\0i\0d\0e\0 wide", id="hex and wide"),
    pytest.param(b"<%" + b"x" * 26, id="counted"),
    pytest.param(b"<%" + b"x" * 25, id="one too few"),
    pytest.param(b"secret", id="private string"),
    pytest.param(b"\0\xff" * 500, id="no text"),
    pytest.param(b"x" * 300_000 + b"<%", id="many hits"),
    pytest.param("aaü%%".encode(), id="lenient expression"),
]


@pytest.fixture(params=["yara", "yara-x"])
def engine(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip(name.replace("-", "_"), reason=f"the engine {name} is not installed")
    return name


def _compile(engine: str, *texts: str) -> Engine:
    compiled, problems = compile_rules([RuleText(f"n{i}", f"n{i}.yar", t) for i, t in enumerate(texts)], engine=engine)
    assert problems == ()
    return compiled


@pytest.mark.parametrize("data", TABLE)
@pytest.mark.parametrize("path", ["C:\\inetpub\\wwwroot\\p.aspx", "p\udcff.aspx"])
def test_both_engines_give_equal_results(data: bytes, path: str) -> None:
    for name in ("yara", "yara_x"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    first, second = (_compile(name, RULES).scan(data, Externals.of(path), 20) for name in ("yara", "yara-x"))
    assert first == second


def test_a_hit_tells_rule_tags_metadata_and_places(engine: str) -> None:
    hits = _compile(engine, RULES).scan(b"..ALPHA beeta alpha", NONE, 20)
    assert [hit.rule for hit in hits] == ["not_empty", "text"]
    assert hits[1] == SignatureHit(
        "n0",
        "text",
        ("first", "web"),
        {"score": 70, "ok": True, "name": "t"},
        (("$a", 2, 5), ("$a", 14, 5), ("$b", 8, 5)),
    )


def test_names_alone_are_those_of_the_hits(engine: str) -> None:
    compiled = _compile(engine, RULES)
    for data in (b"", b"..ALPHA beeta alpha", b"<%" + b"x" * 5000):
        assert compiled.names(data, 20) == {hit.rule for hit in compiled.scan(data, NONE, 20)}


def test_hits_of_a_string_are_capped_but_counted(engine: str) -> None:
    hits = {hit.rule: hit for hit in _compile(engine, RULES).scan(b"<%" + b"x" * 5000, NONE, 20)}
    assert hits["counted"].strings == tuple(("$x", at, 1) for at in range(2, 22))


def test_a_large_file_keeps_one_place_of_what_is_not_counted(engine: str) -> None:
    compiled = _compile(engine, RULES)
    data = b"<%" + b"alpha beta " * (FIRST_PLACE_ONLY_FROM_BYTES // 11 + 1) + b"x" * 26
    assert len(data) >= FIRST_PLACE_ONLY_FROM_BYTES
    hits = {hit.rule: hit for hit in compiled.scan(data, NONE, 20)}
    assert len(hits["text"].strings) == 2
    assert len(hits["counted"].strings) == 20, "a counted string is counted all the same"
    small = {hit.rule: hit for hit in compiled.scan(data[:2000], NONE, 20)}
    assert len(small["text"].strings) == 40, "and the next, small file is told in full"


def test_the_last_of_repeated_metadata_counts(engine: str) -> None:
    (hit,) = (h for h in _compile(engine, RULES).scan(b"secret", NONE, 20) if h.rule == "twice")
    assert hit.meta == {"score": 2}
    assert hit.strings == ()


def test_global_and_private_rules_stay_in_their_file(engine: str) -> None:
    closed = "global rule never { condition: false } rule shut { condition: true }"
    compiled = _compile(engine, closed, "rule open { condition: true }")
    assert [(hit.namespace, hit.rule) for hit in compiled.scan(b"x", NONE, 20)] == [("n1", "open")]


def test_the_same_rule_name_in_two_files_is_fine(engine: str) -> None:
    compiled = _compile(engine, "rule r { condition: true }", "rule r { condition: filesize == 1 }")
    assert [(hit.namespace, hit.rule) for hit in compiled.scan(b"x", NONE, 20)] == [("n0", "r"), ("n1", "r")]
    assert [hit.namespace for hit in compiled.scan(b"xx", NONE, 20)] == ["n0"]


def test_heads_tell_what_rules_say_of_themselves(engine: str) -> None:
    heads = _compile(engine, 'rule a : t { meta: id = "1" condition: true }\nrule b { condition: true }').heads()
    assert heads == (RuleHead("a", ("t",), {"id": "1"}), RuleHead("b"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('rule b {\n strings: $a = "x"\n condition: $zz\n}', 3),
        ("rule b { condition: ", None),
        ('import "nosuchmodule"\nrule b { condition: true }', 1),
        ("rule b { condition: no_such_variable }", 1),
        ("\nrule b { condition: true }\nrule b { condition: true }", 3),
        ("rule b\0 { condition: true }", None),
    ],
    ids=["string", "open end", "module", "variable", "same name", "nul"],
)
def test_a_broken_file_is_left_out_and_told(engine: str, text: str, line: int | None) -> None:
    sources = [RuleText("good", "good.yar", "rule g { condition: true }"), RuleText("bad", "dir/bad.yar", text)]
    compiled, problems = compile_rules(sources, engine=engine)
    assert [hit.rule for hit in compiled.scan(b"x", NONE, 20)] == ["g"]
    (problem,) = problems
    assert problem.path == "dir/bad.yar"
    # YARA counts the line where it noticed, which is often the one after.
    assert line is None or problem.line in (line, line + 1)
    assert problem.line != 0
    assert problem.message.startswith("this rule file does not compile: ")
    assert len(problem.message) > len("this rule file does not compile: ")


def test_nothing_of_a_broken_file_runs(engine: str) -> None:
    bad = "rule before { condition: true }\nrule broken { condition: $a }\nrule after { condition: true }"
    sources = [RuleText("bad", "bad.yar", bad), RuleText("good", "good.yar", "rule g { condition: true }")]
    compiled, _ = compile_rules(sources, engine=engine)
    assert [hit.rule for hit in compiled.scan(b"x", NONE, 20)] == ["g"]


def test_includes_are_refused(engine: str, tmp_path: Path) -> None:
    other = tmp_path / "other.yar"
    other.write_text("rule included { condition: true }", encoding="utf-8")
    with pytest.raises(SignatureError, match=r"(?i)include"):
        compile_rules([RuleText("n", "n.yar", f'include "{other.as_posix()}"')], engine=engine)


def test_an_include_does_not_leak_the_file_into_the_error(engine: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2 is the word", encoding="utf-8")
    with pytest.raises(SignatureError) as caught:
        compile_rules(
            [RuleText("n", "n.yar", f'include "{secret.as_posix()}"\nrule r {{ condition: true }}')], engine=engine
        )
    assert "hunter2" not in str(caught.value)


def test_no_rules_at_all_is_an_error(engine: str) -> None:
    with pytest.raises(SignatureError, match="no signature"):
        compile_rules([], engine=engine)
    with pytest.raises(SignatureError, match="does not compile: ") as caught:
        compile_rules([RuleText("b", "b.yar", "rule b {")], engine=engine)
    assert caught.value.path == "b.yar"


SLOW = "rule slow { condition: for all i in (1..2000000000) : (uint8(i % 10) != 300) }"


def test_a_scan_stops_at_its_timeout(engine: str) -> None:
    compiled = _compile(engine, SLOW)
    with pytest.raises(SignatureError, match="longer than 1 s"):
        compiled.scan(b"abcdefghij" * 10, NONE, 1)
    assert _compile(engine, "rule r { condition: true }").scan(b"x", NONE, 1)


def test_time_that_other_work_took_does_not_stop_a_scan(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = iter([0.0, 0.1, 0.0, 1.1])  # the first scan waited for the processor, the second one had it
    monkeypatch.setattr("webshellhunt.signatures.engine.thread_time", lambda: next(spent))
    with pytest.raises(SignatureError, match="longer than 1 s"):
        _compile(engine, SLOW).scan(b"abcdefghij" * 10, NONE, 1)
    assert next(spent, None) is None


def test_an_engine_may_be_shared_by_threads(engine: str) -> None:
    compiled = _compile(engine, 'rule named { condition: filename == "a" }')
    found: dict[str, set[int]] = {"a": set(), "b": set()}

    def work(name: str) -> None:
        found[name] |= {len(compiled.scan(b"x", Externals.of(name), 20)) for _ in range(200)}

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"a": {1}, "b": {0}}


def test_an_unknown_engine_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="yara-x"):
        engine_name("clamav")
    assert engine_name("yara-x") == "yara-x"


@pytest.mark.parametrize(("version", "name"), [((3, 13, 0), "yara"), ((3, 14, 0), "yara-x")])
def test_the_python_decides_the_engine(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], name: str) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert engine_name() == name


@pytest.mark.parametrize(("engine", "extra"), [("yara", "yara-python"), ("yara-x", r"webshellhunt\[yara-x\]")])
def test_a_missing_engine_names_what_to_install(monkeypatch: pytest.MonkeyPatch, engine: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, engine.replace("-", "_"), None)
    with pytest.raises(MissingDependencyError, match=extra):
        compile_rules([RuleText("n", "n.yar", "rule r { condition: true }")], engine=engine)
