"""What a group of rules needs before it is asked: never more than the rules themselves."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.shares import Share
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.signatures.catalog import Catalog, load_catalog
from webshellhunt.signatures.groups import GROUPS, group_of
from webshellhunt.signatures.hits import Externals
from webshellhunt.signatures.own import own_sources

_RULE = re.compile(r"^rule (\w+)\n\{.*?^    strings:\n(.*?)^    condition:\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_STRING = re.compile(
    r"^        \$\w+ = (?:\"(?P<text>.*)\"|/(?P<regex>.*)/|\{(?P<hex>.*)\})(?P<marks>[ a-z]*)$", re.MULTILINE
)
_ALSO = {
    "asp_administration_toolkit": "CreateObject(any)",
    "asp_script_control_runs_request": 'classid="clsid:"',
    "aspx_starts_program_from_request": "CreateObject(any)",
    "aspx_database_console": "new OracleConnection(text)",
    "aspx_socket_tunnel": "new Socket(any)",
    "page_spells_out_a_program": "Assembly.Load(program)",
}
"""What a page has to do besides, or it does nothing at all."""
_ENDINGS = ('Request("x")', 'runat="server" Request("x")', "request.getParameter(x)")
_BOUND = re.compile(r"\{(\d+),(\d+)\}")
_BEGINNINGS = ("<%", "MZ", "!BDN", "GIF89a<%", "0\x82\0\x000<%", "\x01\x02<%", "<configuration>", "<?php", "<jsp:x>")


_BEGINNING_OF = {
    "certificate_request_carries_server_code": "0\x82\0\x000<%",
    "image_carries_server_code": "GIF89a<%",
    "binary_file_carries_page_directive": "\x01\x02<%",
    "mail_store_carries_server_code": "!BDN",
}
"""What a file has to begin with, where one in nine would not do."""
_PATHS = {"asp_hands_evaluation_around": ("x.aspx",)}
"""Names of the page where not each will do: a directive that is not the first block leaves a classic page in VBScript,
in which an apostrophe begins a comment, so that quoted names are no code."""


@lru_cache(maxsize=1)
def _catalog() -> Catalog:
    return load_catalog()


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[st.SearchStrategy[str]]]:
    """Return what each string of each rule may match."""
    return {name: [_matching(string) for string in _STRING.finditer(strings)] for name, strings, _ in _texts()}


def _texts() -> list[tuple[str, str, str]]:
    """Return the name of each rule, its strings and its condition."""
    return [rule for source in own_sources() for rule in _RULE.findall(source.text)]


@lru_cache(maxsize=1)
def _programs() -> frozenset[str]:
    """Return the rules that match nothing but programs."""
    return frozenset(name for name, _, condition in _texts() if condition.strip().startswith("uint16(0) == 0x5A4D and"))


def _matching(string: re.Match[str]) -> st.SearchStrategy[str]:
    if string["text"] is not None:
        text = string["text"].encode().decode("unicode_escape")
        return st.sampled_from((text, text.upper()) if "nocase" in string["marks"] else (text,))
    if string["hex"] is not None:
        pattern = re.sub(r"([0-9A-F]{2})", r"\\x\1", string["hex"].replace(" ", ""))
        return st.from_regex(pattern, fullmatch=True)
    flags = re.ASCII | (re.IGNORECASE if "nocase" in string["marks"] else re.NOFLAG)
    ascii_only = st.characters(min_codepoint=0, max_codepoint=126)
    shorter = _BOUND.sub(lambda bound: f"{{{bound[1]},{min(int(bound[2]), int(bound[1]) + 3)}}}", string["regex"])
    return st.from_regex(re.compile(shorter, flags), fullmatch=True, alphabet=ascii_only)


def test_rules_and_their_strings_are_found_here() -> None:
    assert len(_rules()) == len(_catalog().own_rules())
    assert all(_rules().values())


def test_every_folder_of_rules_has_a_group_and_every_group_rules() -> None:
    folders = {source.namespace.removeprefix("own:").partition("/")[0] for source in own_sources()}
    assert folders == {folder for group in GROUPS for folder in group.folders}
    assert group_of("own:new.yar").opens(b"anything", b"anything")


@pytest.mark.parametrize("rule", _rules())
def test_whatever_a_rule_matches_is_shown_to_it(rule: str, share: Share) -> None:
    matched, whole = [], (rule, "examples") in share

    @settings(max_examples=max(25, settings().max_examples) if whole else 3, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def look(data: st.DataObject) -> None:
        file, path = _file(rule, data), data.draw(st.sampled_from(_PATHS.get(rule, ("x.aspx", "x.asp"))))
        found = examine_bytes(file, Artifact(path, path, Role.GIVEN, len(file)), Job(detectors=False)).findings
        engines = (own.engine for own in _catalog().own if own.engine is not None)
        if rule in {hit.rule for engine in engines for hit in engine.scan(file, Externals.of(path), 20)}:
            matched.append(file)
            assert rule in {finding.rule.slug.replace("-", "_") for finding in found}

    look()
    assert matched or not whole, "no text that was made up is one that the rule matches"


def _file(rule: str, data: st.DataObject) -> bytes:
    """Return a page that holds nearly all that the strings of a rule match, each where code stands."""
    left_out = data.draw(st.sets(st.integers(0, len(_rules()[rule]) - 1), max_size=2))
    parts = [data.draw(matching) for number, matching in enumerate(_rules()[rule]) if number not in left_out]
    own = "MZ" if rule in _programs() else _BEGINNING_OF.get(rule)
    beginning = own or data.draw(st.sampled_from(_BEGINNINGS))
    ending = data.draw(st.sampled_from(_ENDINGS))
    code = "\n".join([*data.draw(st.permutations(parts)), _ALSO.get(rule, ""), ending])
    return f"{beginning}\n<% {code} %>".encode("latin-1")
