from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from webshellhunt.errors import SignatureError, UsageError
from webshellhunt.model.rules import RuleOrigin, Severity
from webshellhunt.signatures import own as own_module
from webshellhunt.signatures.catalog import load_catalog
from webshellhunt.signatures.engine import Engine
from webshellhunt.signatures.groups import group_of
from webshellhunt.signatures.hits import Externals, RuleHead, RuleText, SignatureHit
from webshellhunt.signatures.own import OwnGroup, own_rules_folder, own_sources

TRUE = "rule %s { condition: true }\n"
CONTRACT = (
    'meta: id = "%s" severity = "low" confidence = "low" technique = "T1505.003" description = "d" '
    'reference = "https://example.org" date = "2026-11-24"'
)


def _installed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Pretend that the package lies in a folder; return where its own code is."""
    here = folder / "webshellhunt" / "signatures"
    here.mkdir(parents=True)
    monkeypatch.setattr(own_module, "_HERE", here)
    return here


def test_a_checkout_finds_its_rules() -> None:
    folder = own_rules_folder()
    assert folder is not None
    assert folder.name in {"signatures", "rules"}
    assert [source.namespace for source in own_sources()] == sorted(source.namespace for source in own_sources())
    assert all(source.path.startswith("signatures/") for source in own_sources())


def test_a_wheel_finds_its_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checkout = own_rules_folder()
    assert checkout is not None
    expected = [(source.namespace, source.path, source.text) for source in own_sources()]
    shutil.copytree(checkout, _installed(monkeypatch, tmp_path) / "rules")
    assert own_rules_folder() == tmp_path / "webshellhunt" / "signatures" / "rules"
    assert [(source.namespace, source.path, source.text) for source in own_sources()] == expected
    assert load_catalog().own_rules()


def test_a_folder_of_that_name_beside_a_wheel_is_not_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _installed(monkeypatch, tmp_path)
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "x.yar").write_text(TRUE % "stranger", encoding="utf-8")
    assert own_rules_folder() is None
    with pytest.raises(SignatureError, match="missing from this installation"):
        load_catalog()


def test_breaches_of_the_contract_are_told_and_the_rule_still_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = _installed(monkeypatch, tmp_path) / "rules"
    rules.mkdir()
    parts = [
        f"rule one {{ {CONTRACT % 'WSH9001'} condition: true }}",
        f"rule two {{ {CONTRACT % 'WSH9001'} condition: true }}",
    ]
    (rules / "a.yar").write_text("\n".join([*parts, TRUE % "bare"]), encoding="utf-8")
    (rules / "b.yar").write_text("rule broken {", encoding="utf-8")
    catalog = load_catalog()
    assert not catalog.problems
    catalog.compile()
    texts = [str(problem) for problem in catalog.problems]
    assert len(texts) == 3
    assert "WSH9001 of two is taken by one" in texts[0]
    assert "rule bare has no id" in texts[1]
    assert catalog.problems[2].path == "signatures/b.yar"
    assert {hit.rule for hit in catalog.scan(b"<%", path="x.aspx")} == {"one", "two", "bare"}


def test_only_a_detector_settles_a_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = _installed(monkeypatch, tmp_path) / "rules"
    rules.mkdir()
    settled = [f'{CONTRACT % f"WSH900{n}"} settled_by = "{by}"' for n, by in ((1, "WSH4002"), (2, "WSH9401"))]
    texts = [f"rule r{n} {{ {meta} condition: true }}" for n, meta in enumerate(settled)]
    (rules / "a.yar").write_text("\n".join(texts), encoding="utf-8")
    catalog = load_catalog()
    assert [rule.settled_by for rule in catalog.own_rules()] == ["WSH4002"]
    assert ["has an id in settled_by that is no detector" in str(problem) for problem in catalog.problems] == [True]


def test_a_rule_says_itself_that_it_is_what_tools_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = _installed(monkeypatch, tmp_path) / "rules"
    rules.mkdir()
    values = {"WSH9001": "is_tool = true", "WSH9002": "", "WSH9003": 'is_tool = "no"'}
    texts = [f"rule r{key} {{ {CONTRACT % key} {value} condition: true }}" for key, value in values.items()]
    (rules / "a.yar").write_text("\n".join(texts), encoding="utf-8")
    catalog = load_catalog()
    assert {rule.id: rule.is_tool for rule in catalog.own_rules()} == {"WSH9001": True, "WSH9002": False}
    assert ["is_tool that is not true" in str(problem) for problem in catalog.problems] == [True]


def test_a_group_of_which_nothing_compiles_costs_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = _installed(monkeypatch, tmp_path) / "rules"
    (rules / "php").mkdir(parents=True)
    (rules / "php" / "broken.yar").write_text("rule broken {", encoding="utf-8")
    with pytest.raises(SignatureError, match="does not compile"):
        load_catalog().compile()
    (rules / "a.yar").write_text(f"rule one {{ {CONTRACT % 'WSH9001'} condition: true }}", encoding="utf-8")
    catalog = load_catalog()
    assert {hit.rule for hit in catalog.scan(b"<?php ?>", path="x.php")} == {"one"}
    catalog.compile()
    assert [problem.path for problem in catalog.problems] == ["signatures/php/broken.yar"]


def test_users_files_and_folders_join_ours(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "one.yar").write_text(TRUE % "r", encoding="utf-8")
    (tmp_path / "deep" / "er" / "two.YARA").write_text("// other\n" + TRUE % "r", encoding="utf-8")
    (tmp_path / "deep" / "notes.txt").write_text("not a rule", encoding="utf-8")
    (tmp_path / "single.rule").write_text("// single\n" + TRUE % "r", encoding="utf-8")
    catalog = load_catalog([str(tmp_path), str(tmp_path / "single.rule")])
    hits = catalog.scan(b"x", path="x.aspx")
    assert [Path(hit.namespace).name for hit in hits] == ["two.YARA", "one.yar", "single.rule"]
    assert {catalog.rule_of(hit).origin for hit in hits} == {RuleOrigin.PUBLIC_SIGNATURE}
    assert catalog.own_rules() == load_catalog().own_rules()


def test_ours_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "one.yar").write_text(TRUE % "r", encoding="utf-8")
    catalog = load_catalog([str(tmp_path)], own=False)
    assert catalog.own_rules() == ()
    assert [hit.rule for hit in catalog.scan(b'GIF89a<% Response.Write "nothing but text" %>', path="x.asp")] == ["r"]
    with pytest.raises(SignatureError, match="no signature"):
        load_catalog([], own=False)


def test_our_own_folder_named_by_a_user_runs_once() -> None:
    folder = own_rules_folder()
    assert folder is not None
    image = b"GIF89a<" + b'%@ Page Language="C#" %' + b">"
    hits = load_catalog([str(folder)]).scan(image, path="x.gif")
    assert [hit.namespace for hit in hits] == ["own:carriers/carriers.yar"]


def test_a_broken_file_of_a_user_stops_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "bad.yar").write_text("rule good_until {\n condition: $a\n}", encoding="utf-8")
    (tmp_path / "good.yar").write_text(TRUE % "r", encoding="utf-8")
    catalog = load_catalog([str(tmp_path)])
    (problem,) = catalog.problems
    assert problem.path == str(tmp_path / "bad.yar")
    assert problem.line in (2, 3)
    assert "r" in {hit.rule for hit in catalog.scan(b"x", path="x.aspx")}
    assert catalog.own_rules()


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="no rule file or folder") as caught:
        load_catalog([str(tmp_path / "nowhere.yar")])
    assert caught.value.path == str(tmp_path / "nowhere.yar")
    with pytest.raises(SignatureError, match=r"\*\.yar"):
        load_catalog([str(tmp_path)])
    with pytest.raises(UsageError):
        load_catalog(engine="none")


@pytest.mark.parametrize("text", ["rule broken {", "\x00\x01\x02", TRUE % "r" + "\x00" + TRUE % "s"])
def test_one_broken_file_alone_is_an_error_that_promises_nothing(text: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yar"
    bad.write_text(text, encoding="utf-8")
    with pytest.raises(SignatureError, match="does not compile: ") as caught:
        load_catalog([str(bad)])
    assert caught.value.path == str(bad)
    assert "left out" not in str(caught.value)


def test_what_cannot_be_read_is_an_error_where_nothing_else_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.yar", "b.yar"):
        (tmp_path / name).write_text(TRUE % name[0], encoding="utf-8")
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path in refused:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    refused = {tmp_path / "a.yar"}
    assert [problem.path for problem in load_catalog([str(tmp_path)]).problems] == [str(tmp_path / "a.yar")]
    refused |= {tmp_path / "b.yar"}
    for path in (tmp_path, tmp_path / "a.yar"):
        with pytest.raises(SignatureError, match="can't be read: Permission denied"):
            load_catalog([str(path)])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes as files")
def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yar")
    with pytest.raises(SignatureError, match="neither a rule file nor a folder"):
        load_catalog([str(tmp_path / "pipe.yar")])
    with pytest.raises(SignatureError, match="not a regular file"):
        load_catalog([str(tmp_path)])


@pytest.mark.parametrize("engine", ["yara", "yara-x"])
def test_a_rule_file_in_another_charset_keeps_its_bytes(engine: str, tmp_path: Path) -> None:
    pytest.importorskip(engine.replace("-", "_"), reason=f"the engine {engine} is not installed")
    (tmp_path / "gbk.yar").write_bytes(b'// \xc4\xe3\nrule r { strings: $a = "\xc4\xe3" condition: $a }\n')
    (tmp_path / "bom.yar").write_bytes(b"\xef\xbb\xbfrule s { condition: filesize == 4 }\n")
    catalog = load_catalog([str(tmp_path)], own=False, engine=engine)
    assert catalog.problems == ()
    assert {hit.rule for hit in catalog.scan(b"..\xc4\xe3", path="x")} == {"r", "s"}


@pytest.mark.parametrize("engine", ["yara", "yara-x"])
def test_external_variables_are_set_for_each_file(engine: str, tmp_path: Path) -> None:
    pytest.importorskip(engine.replace("-", "_"), reason=f"the engine {engine} is not installed")
    condition = 'extension == ".aspx" and not filepath contains "\\\\Cache\\\\" and filename matches /^n.xe4/'
    (tmp_path / "x.yar").write_text(f"rule x {{ condition: {condition} }}", encoding="utf-8")
    catalog = load_catalog([str(tmp_path)], own=False, engine=engine)
    assert catalog.scan(b"", path="C:\\www\\n\udce4.ASPX")
    assert catalog.scan(b"", path="C:\\www\\n\udce4.asp") == []
    assert catalog.scan(b"", path="C:\\Cache\\www\\n\udce4.aspx") == []


def test_a_scan_that_takes_too_long_names_the_file(tmp_path: Path) -> None:
    slow = "rule s { condition: for all i in (1..2000000000) : (uint8(i % 10) != 300) }"
    (tmp_path / "slow.yar").write_text(slow, encoding="utf-8")
    with pytest.raises(SignatureError, match="longer than 1 s") as caught:
        load_catalog([str(tmp_path)], own=False).scan(b"abcdefghij", path="C:\\x.aspx", timeout_s=1)
    assert caught.value.path == "C:\\x.aspx"


def test_scores_become_severities(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text("rule a { meta: score = 80 condition: true }", encoding="utf-8")
    catalog = load_catalog([str(tmp_path)], own=False)
    (hit,) = catalog.scan(b"x", path="x")
    assert catalog.rule_of(hit).severity is Severity.HIGH
    assert catalog.rule_of(hit) is catalog.rule_of(hit)


@pytest.mark.parametrize(
    "data", [b"<% x %>", b"<?php", b"<SCRIPT RunAt=server>", b"<Configuration/>", b"MZ\0\0", b"\0" * 99 + b"<%"]
)
def test_our_own_rules_are_asked_where_something_may_run(data: bytes) -> None:
    catalog = load_catalog()
    catalog.own = (_Asked(group_of("own:x.yar"), [RuleText("own:x", "x", "")], "auto"),)
    assert [hit.rule for hit in catalog.scan(data, path="x.bin")] == ["asked"]


def test_our_own_rules_are_not_asked_of_what_no_server_runs(tmp_path: Path) -> None:
    (tmp_path / "all.yar").write_text("rule every { condition: true }", encoding="utf-8")
    catalog = load_catalog([str(tmp_path)])
    catalog.own = (_Asked(group_of("own:x.yar"), [RuleText("own:x", "x", "")], "auto"),)
    assert [hit.rule for hit in catalog.scan(b"a { color: red }", path="x.css")] == ["every"]
    assert [hit.rule for hit in catalog.scan(b"f(x)", path="x.cs", is_open=True)] == ["asked", "every"]


class _Asked(OwnGroup):
    """A group whose engine tells that it was asked."""

    @property
    def engine(self) -> Engine:
        return _Asking()


class _Asking:
    name = "asked"

    def scan(self, data: bytes, externals: Externals, timeout_s: int) -> list[SignatureHit]:
        return [SignatureHit("own:x", "asked")]

    def names(self, data: bytes, timeout_s: int) -> frozenset[str]:
        return frozenset({"asked"})

    def heads(self) -> tuple[RuleHead, ...]:
        return ()
