"""The content of a row: the result of an examination as JSON, with the dependencies that it asked for.

Excerpts quote the attacker, and antivirus would delete a file with such a text, so that a result with findings is
compressed. A row is read only after its authentication.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from webshellhunt.errors import UsageError
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.plain_data import from_plain, to_plain
from webshellhunt.model.rules import Rule
from webshellhunt.model.verdict import WorkerResult

MOST_BYTES: Final = 4 << 20
"""The largest content of a row, with and without compression."""

_NOTHING: Final = b"{}"
_RUN: Final = b'{"executable":true}'
_LEVEL: Final = 1


class Asked(NamedTuple):
    """The dependencies that an examination asked for: kind, target and the file that names it, and all answers.

    ``answers`` is the digest of the answers, in hexadecimal.
    """

    dependencies: tuple[tuple[str, str, str], ...] = ()
    answers: str = ""


class KeptResult(NamedTuple):
    """A result, and the dependencies whose answers it depends on."""

    outcome: WorkerResult
    asked: Asked = Asked()


def write_row(kept: KeptResult) -> bytes | None:
    """Return the content of a row, which `read_row` converts back exactly; ``None`` if it can't.

    A finding of a plug-in may have facts that JSON lacks. The digest of the content is left out: the key has it.
    """
    outcome, asked = kept
    if not (asked.dependencies or outcome.findings or outcome.gaps or outcome.quoted):
        return _RUN if outcome.executable else _NOTHING
    try:
        body = _packed(kept)
        read = read_row(body, outcome.sha256) if len(body) <= MOST_BYTES else None
        # The comparison of findings leaves out their acts, and the order of their facts.
        return body if read == kept and _packed(read) == body else None
    except (TypeError, ValueError, RecursionError, UsageError):
        return None


def read_row(body: bytes, sha256: str | None) -> KeptResult:
    """Return the result in the content of an authentic row.

    Raises:
        ValueError: It is no such content.
    """
    if body in (_NOTHING, _RUN):
        return KeptResult(WorkerResult(sha256, body == _RUN))
    if not body.startswith(b"{"):
        opened = zlib.decompressobj()
        try:
            body = opened.decompress(body, MOST_BYTES)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        if opened.unconsumed_tail:
            raise ValueError("the row is too large")
    plain = json.loads(body.decode("utf-8", "surrogatepass"))
    rules = plain.get("rules", [])
    findings = tuple(_finding(each, rules) for each in plain.get("findings", ()))
    gaps = tuple(from_plain(Gap, each) for each in plain.get("gaps", ()))
    quoted = tuple(_finding(each, rules) for each in plain.get("quoted", ()))
    outcome = WorkerResult(sha256, plain.get("executable", False), findings, gaps, quoted=quoted)
    asked = plain.get("asked", ())
    dependencies = tuple((kind, target, holder) for kind, target, holder in asked)
    return KeptResult(outcome, Asked(dependencies, plain.get("answers", "")))


def _packed(kept: KeptResult) -> bytes:
    outcome, asked = kept
    rules = list(dict.fromkeys(each.rule for each in (*outcome.findings, *outcome.quoted)))
    parts: dict[str, Any] = {
        "executable": outcome.executable,
        "rules": [to_plain(each) for each in rules],
        "findings": [_plain_finding(each, rules) for each in outcome.findings],
        "quoted": [_plain_finding(each, rules) for each in outcome.quoted],
        "gaps": [to_plain(each) for each in outcome.gaps],
        "asked": asked.dependencies,
        "answers": asked.answers,
    }
    text = json.dumps({name: part for name, part in parts.items() if part}, ensure_ascii=False, separators=(",", ":"))
    # Two halves of a surrogate pair, each by itself, stay two characters in this encoding.
    body = text.encode("utf-8", "surrogatepass")
    return zlib.compress(body, _LEVEL) if rules else body


def _plain_finding(finding: Finding, rules: list[Rule]) -> dict[str, Any]:
    """Return a finding as plain data, with the number of its rule, and its facts in their order."""
    facts = [[name, to_plain(value)] for name, value in finding.facts.items()]
    plain: dict[str, Any] = to_plain(finding)
    return {**plain, "rule": rules.index(finding.rule), "facts": facts}


def _finding(plain: Mapping[str, Any], rules: list[Any]) -> Finding:
    return from_plain(Finding, {**plain, "rule": rules[plain["rule"]], "facts": dict(plain["facts"])})
