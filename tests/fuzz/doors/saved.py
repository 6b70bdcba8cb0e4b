"""What users bring: saved reports, baselines, lists of accepted findings; and view states."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.builders.baselines import ROWS, written
from tests.builders.view_states import KEY, PLAIN, forged, object_of, state_of
from tests.fuzz.door import Door
from webshellhunt.baselines.store import read_baseline
from webshellhunt.decoding.view_state.encoded_text import find_bare_state, find_states, iter_object_states
from webshellhunt.decoding.view_state.records import walk_records
from webshellhunt.decoding.view_state.signing import Budget, MachineKey, Sent, find_signature
from webshellhunt.decoding.view_state.structure import read_view_state
from webshellhunt.decoding.view_state.tokens import walk_tokens
from webshellhunt.errors import UsageError
from webshellhunt.knowledge.acceptance_file import parse_acceptances
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.saved_reports import parse_file
from webshellhunt.sources.memory import MemorySource


def _reports() -> Iterator[bytes]:
    report = hunt(MemorySource({"a.aspx": b"<p>", "b/web.config": b"<configuration"}))
    for form in ("json", "jsonl"):
        yield render(report, form, show_all=True).encode()


def _report(data: bytes) -> object:
    saved = parse_file(data)
    return [render(each.report, form) for each in saved.saved for form in ("jsonl", "text", "csv")]


def _baselines() -> Iterator[bytes]:
    yield written(ROWS)


def _baseline(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.baseline"
        path.write_bytes(data)
        try:
            read = read_baseline(path)
            found = [sorted(map(repr, read.contents(each.key))) for each in ROWS]
            return len(read), read.path_count, found, read.head
        except UsageError as error:
            return error.message


def _acceptances() -> Iterator[bytes]:
    entry = b'rule = "WSH1001"\npath = "C:\\\\inetpub\\\\*"\nreason = "ours"\nuntil = 2030-01-01\nby = "a"\n'
    yield b"[[accept]]\n" + entry + b'sha256 = "' + b"0" * 64 + b'"\n'
    yield b'[[accept]]\npath = "a.aspx"\nreason = """x\ny"""\n'


def _acceptance(data: bytes) -> object:
    return parse_acceptances(data, date(2026, 1, 1), file="x.toml")


def _states() -> Iterator[bytes]:
    yield from (PLAIN, forged(), state_of(object_of("A.B", {"c": "d"})))
    yield b'<input name="__VIEWSTATE" value="' + base64.b64encode(forged()) + b'" />__VIEWSTATE=%2FwEPDw'


def _state(data: bytes) -> object:
    state = read_view_state(data)
    text = data.decode("latin-1")
    budget = Budget(200_000)
    signature = find_signature(state, [MachineKey(bytes.fromhex(KEY))], Sent(("B97B4E27",)), budget)
    return (
        state.protection,
        state.contents,
        state.end,
        state.algorithms,
        signature,
        find_states(text),
        find_bare_state(data),
        list(iter_object_states(data)),
        walk_tokens(data),
        walk_records(data),
    )


_JSON_WORDS = [
    b"null",
    b"true",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\ud800",
    b"1e999",
    b"NaN",
    b'"kind": "verdict"',
    b'"findings": [',
]
DOORS = (
    Door(
        "report",
        _reports,
        _report,
        ("saved_reports", "reports.records"),
        _JSON_WORDS,
        (UsageError,),
        steps=40_000,
        first_steps=4_000_000,
        shown=1_000,
        first_shown=400_000,
        most_bytes=65_536,
    ),
    Door("baseline", _baselines, _baseline, ("baselines.store",), [b"PK\x01\x02"], most_bytes=8_192),
    Door(
        "acceptances",
        _acceptances,
        _acceptance,
        ("knowledge.acceptance_file",),
        [b"[[accept]]\n", b"reason = ", b'"""'],
        (UsageError,),
    ),
    Door(
        "view-state",
        _states,
        _state,
        ("decoding.view_state",),
        [b"\xff\x01", b"__VIEWSTATE=", b"AAEAAAD/////", b"\x32", b"\x16\x02"],
        steps=10_000,
        shown=2_000,
        most_bytes=8_192,
    ),
)
