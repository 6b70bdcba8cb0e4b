from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from tests.builders.inert import live
from tests.builders.tables import each_row
from webshellhunt.defang import refang
from webshellhunt.model.rules import Confidence
from webshellhunt.signatures.catalog import Catalog, load_catalog
from webshellhunt.signatures.metadata import REQUIRED
from webshellhunt.signatures.own import own_sources

Sample = tuple[str, str, bytes]


def _samples(kind: str) -> dict[str, Sample]:
    """Read ``=== rule kind extension`` and what follows; the texts are live in memory only."""
    data = refang(Path(__file__).with_name("own_rules.defanged").read_text(encoding="utf-8"))
    found: dict[str, Sample] = {}
    for part in re.split(rb"(?m)^=== ", data)[1:]:
        head, _, body = part.partition(b"\n")
        rule, of_kind, extension = head.decode().split()
        if of_kind == kind:
            assert rule not in found
            found[rule] = (rule, extension, body)
    return found


POSITIVES, TWINS = _samples("positive"), _samples("twin")


@pytest.fixture(scope="module", params=["yara", "yara-x"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    pytest.importorskip(str(request.param).replace("-", "_"), reason=f"the engine {request.param} is not installed")
    return load_catalog(engine=request.param)


def _names(catalog: Catalog, sample: Sample) -> set[str]:
    _, extension, data = sample
    return {hit.rule for hit in catalog.scan(data, path=f"C:\\inetpub\\wwwroot\\page{extension}")}


def test_every_own_rule_keeps_the_contract(catalog: Catalog) -> None:
    rules = catalog.own_rules()
    assert catalog.problems == ()
    assert len(rules) > 40
    assert len({rule.id for rule in rules}) == len({rule.slug for rule in rules}) == len(rules)
    assert all(re.fullmatch(r"WSH9\d{3}", rule.id) for rule in rules)


def test_rules_are_written_as_the_catalog_reads_them() -> None:
    for source in own_sources():
        public = re.findall(r"^rule (\w+)$", source.text, re.MULTILINE)
        assert len(re.findall(r"\brule\s+\w+\s*\n?\{", source.text)) == len(
            re.findall(r"^(?:private )?rule \w+\n\{", source.text, re.MULTILINE)
        )
        for key in (*REQUIRED, "benign", "blind"):
            assert len(re.findall(rf"^        {key} = \"", source.text, re.MULTILINE)) == len(public), source.path


def test_every_own_rule_has_a_positive_and_a_twin(catalog: Catalog) -> None:
    names = {name for own in catalog.own for _, name in own.rules}
    assert names == set(POSITIVES) == set(TWINS)


@each_row("sample", POSITIVES.values())
def test_a_positive_matches_with_a_place(catalog: Catalog, sample: Sample) -> None:
    hits = [h for h in catalog.scan(sample[2], path=f"/srv/page{sample[1]}") if h.rule == sample[0]]
    assert hits
    assert hits[0].strings, "a finding needs evidence"
    assert all(0 <= at <= at + length <= len(sample[2]) for _, at, length in hits[0].strings)


@each_row("sample", TWINS.values())
def test_a_twin_is_left_alone_by_all_rules(catalog: Catalog, sample: Sample) -> None:
    assert _names(catalog, sample) == set()


@each_row("rule", [name for name in POSITIVES if name.startswith(("aspx_", "asp_"))])
def test_padding_and_another_parameter_name_change_nothing(catalog: Catalog, rule: str) -> None:
    _, extension, data = POSITIVES[rule]
    renamed = re.sub(rb'(\bRequest(?:\.\w+)?[\[(]")\w+(")', rb"\1another\2", data)
    # Padding stays clear of the first bytes, which say what a carrier is.
    padded = renamed + b"\r\n" + b" " * 200_000
    assert rule in _names(catalog, (rule, extension, padded))


@pytest.mark.parametrize("sample", POSITIVES.values(), ids=POSITIVES)
def test_both_engines_say_the_same(sample: Sample) -> None:
    pytest.importorskip("yara", reason="yara-python is not installed")
    pytest.importorskip("yara_x", reason="yara-x is not installed")
    _, extension, data = sample
    first, second = (_both()[name].scan(data, path=f"x{extension}") for name in ("yara", "yara-x"))
    assert first == second


_COMPILED: dict[str, Catalog] = {}


def _both() -> dict[str, Catalog]:
    if not _COMPILED:
        _COMPILED.update({name: load_catalog(engine=name) for name in ("yara", "yara-x")})
    return _COMPILED


def test_a_hint_alone_is_never_said_with_confidence(catalog: Catalog) -> None:
    hints = {rule.slug for rule in catalog.own_rules() if rule.confidence is Confidence.LOW}
    assert {"asp-script-encoder-blob", "asp-file-manager"} <= hints


def _png(palette: bytes, behind: bytes = b"") -> bytes:
    chunks = ((b"IHDR", bytes(13)), (b"PLTE", palette), (b"IDAT", b"x\x9c" + bytes(30)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(c)) + k + c + bytes(4) for k, c in chunks) + behind


@each_row(
    "palette",
    [
        b"<%K>1m3&N;&f33H<![1#b. R2#J1" + bytes(2),
        b"<?==6>)333," + bytes(1),
        b"<%$$$$$$$$$$$$$$$$$$$$$$$$$$$$",
        b'abc<%(a=b)"c".d[e]f(ghi)=jkl"mno"',
    ],
)
def test_a_palette_is_printable_and_no_page(catalog: Catalog, palette: bytes) -> None:
    assert catalog.scan(_png(palette), path="a.png") == []


@each_row(
    "page",
    [
        "<·% Response.Write(1) %·>",
        '<·%@ Page Language="C#" %·>',
        "<·%  a = 1 %·>",
        "<·% Exe·cute Req·uest(1)",
        "<·?p·hp echo 1234567; ?·>",
        "<·?= phpinfo() ?·>",
        "<·?=$name; echo 1",
    ],
)
def test_a_page_behind_a_picture_is_found(catalog: Catalog, page: str) -> None:
    data = _png(bytes(9), live(page).encode())
    assert "image_carries_server_code" in {hit.rule for hit in catalog.scan(data, path="a.png")}
