r"""YARA rules: one for each family of shells, from the statements that convict it.

A rule is written only if both its statements are particular enough and it passes these checks: it compiles, it matches
the file (or the excerpts, if the file is not at hand), and it matches no honest file that ships with webshellhunt. The
text of a rule is no shell itself: words have one character as ``\xNN``, which the engine reads as the character.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.detectors import iter_rules
from webshellhunt.errors import SignatureError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Confidence
from webshellhunt.pivot.case import Case, Product
from webshellhunt.pivot.families import Family, Pattern, divided, with_other_statements
from webshellhunt.pivot.shells import Shell, convicting
from webshellhunt.pivot.statements import expression, weight
from webshellhunt.reports.printable import plain_text
from webshellhunt.reports.times import day
from webshellhunt.shipped import shipped_fixtures
from webshellhunt.signatures.catalog import Catalog, load_catalog
from webshellhunt.signatures.engine import Engine, compile_rules
from webshellhunt.signatures.hits import RuleText
from webshellhunt.sources.described import open_described
from webshellhunt.version import __version__

FILE: Final = "shells.yar"

LEAST_WEIGHT: Final = 36
"""The least sum of the weights of a rule's statements, unless one of them evaluates a request."""

LEAST_WITHOUT_REQUEST: Final = 100
"""The least sum if none of the statements reads a request."""

LEAST_OF_BEST: Final = 18
_LEAST_OF_STRING: Final = 5
_LEAST_FOR_MISSING: Final = 4
_SMALLEST_BOUND_KB: Final = 1024
_MOST_HASHES: Final = 50
_MOST_PATHS: Final = 10
_TIMEOUT_S: Final = 20
_EVALUATES = lazy_pattern(
    r"\b(?:eval|execute|executeglobal|addcode|executestatement)\b[\s(]{1,4}(?:[\w.]+\s*\(\s*){0,3}[\w.]{0,40}?\brequest\b"
)
_READS = lazy_pattern(r"\b(?:request|querystring|inputstream|binaryread|getpostdata|httplistener\w*)\b")
_PE_MAGIC: Final = b"MZ"
_HOST: Final = "exchange2019.host"
_PAGES: Final = "request_reaches_eval"


class _Candidate(NamedTuple):
    """A rule that has not been checked yet."""

    family: Family
    name: str
    text: str


def yara_rules(case: Case) -> Product:
    """Return the YARA rules of a case, and the reasons for families without one.

    Raises:
        MissingDependencyError: No YARA engine is installed.
    """
    left_out: list[str] = []
    texts: dict[str, str] = {}
    for family in case.families:
        for member, found in _rules(family, case):
            if isinstance(found, str):
                left_out.append(f"{_words(member)}: {found}")
            else:
                texts[found.name] = found.text
    if not texts:
        return Product({}, 0, "YARA rules", tuple(left_out))
    head = (
        f"// {case.origin}\n// Words have one character as \\xNN, so that no antivirus takes this file for a shell.\n"
    )
    return Product({FILE: head + "\n" + "\n".join(texts.values())}, len(texts), "YARA rules", tuple(left_out))


def _rules(family: Family, case: Case) -> Iterator[tuple[Family, _Candidate | str]]:
    """Yield the checked rule of a family, else those of its parts, each with a reason if there is none."""
    found = _rule(family, case)
    parts = divided(family)
    if isinstance(found, str) and len(parts) > 1:
        for part in parts:
            yield part, _rule(part, case)
    else:
        yield family, found


def _rule(family: Family, case: Case) -> _Candidate | str:
    """Return the checked rule of a family, with statements from all of its files if those of the report don't do."""
    if not any(shell.has_content for shell in family.shells):
        return "it is an element of a configuration, or known only by a trace without the digest of a content"
    if not any(map(_is_shell_anywhere, family.shells)):
        return "it is convicted together with its place: the same page elsewhere may be a tool of an administrator"
    found = _rule_of(family, case)
    if isinstance(found, str):
        wider = with_other_statements(family)
        again = _rule_of(wider, case) if wider.patterns != family.patterns else found
        found = again if isinstance(again, _Candidate) or not family.patterns else found
    return found


def _is_shell_anywhere(shell: Shell) -> bool:
    """Return True if a finding convicts it that is certain, or that is no tool of honest administration pages."""
    findings = convicting(shell.verdict)
    return any(each.confidence is Confidence.HIGH or each.rule.id not in _tools() for each in findings)


@lru_cache(maxsize=1)
def _tools() -> frozenset[str]:
    """Return the ids of rules whose findings honest administration pages have, too; saved reports don't say so."""
    return frozenset(rule.id for rule in iter_rules() if rule.is_tool)


def _rule_of(family: Family, case: Case) -> _Candidate | str:
    """Return the checked rule from the patterns of a family, or the reason that there is none."""
    if not family.patterns:
        return _no_statement(family)
    patterns = _useful(family.patterns)
    if not is_particular(patterns, (key for shell in family.shells for key in shell.keys)):
        return "its statements are too common for a rule: honest pages may have them, too"
    candidate = _Candidate(family, f"webshell_{family.name}", _text(family, patterns, case))
    return _checked(candidate, patterns)


def _no_statement(family: Family) -> str:
    if all(shell.content is None for shell in family.shells):
        return (
            "the report has no excerpt of its own text (it is encoded, binary, in another file, or known by its digest "
            "alone); name its files with --files"
        )
    return "its file has no text that a rule could use"


def is_particular(patterns: Sequence[Pattern], keys: Iterable[str] = ()) -> bool:
    """Return True if honest pages hardly have all of these statements.

    A call alone needs more: without the statement that reads the request, an honest page may have the same call. In a
    program, the key itself stands for that statement.
    """
    if any(evaluates_request(pattern) for pattern in patterns):
        return True
    names = {key.lower() for key in keys}
    reads = any(_READS.search(pattern.text) or pattern.text in names for pattern in patterns)
    least = LEAST_WEIGHT if reads else LEAST_WITHOUT_REQUEST
    weights = [weight(pattern.tokens) for pattern in patterns]
    return sum(weights) >= least and max(weights, default=0) >= LEAST_OF_BEST


def evaluates_request(pattern: Pattern) -> bool:
    """Return True if the statement evaluates text of a request, so that it is a back door by itself."""
    return _EVALUATES.search(pattern.text) is not None


def _useful(patterns: Sequence[Pattern]) -> tuple[Pattern, ...]:
    return tuple(each for each in patterns if weight(each.tokens) >= _LEAST_OF_STRING or evaluates_request(each))


def _text(family: Family, patterns: Sequence[Pattern], case: Case) -> str:
    lines = [f"rule webshell_{family.name}", "{", "    meta:"]
    lines += [f"        {name} = {_quoted(value)}" for name, value in _meta(family, case)]
    lines.append("    strings:")
    for number, pattern in enumerate(patterns, 1):
        lines.append(f"        $s{number} = /{expression(pattern.tokens, pattern.spaced)}/ ascii wide nocase")
    lines += ["    condition:", f"        {_condition(family, patterns)}", "}", ""]
    return "\n".join(lines)


def _condition(family: Family, patterns: Sequence[Pattern]) -> str:
    """Return the condition: a bound of the size, the form of the file, and all or all but one of the statements."""
    sizes = [shell.verdict.subject.size_bytes or 0 for shell in family.shells]
    bound = max(_SMALLEST_BOUND_KB, -(-4 * max(sizes) // 1024))
    without_best = sorted(weight(each.tokens) for each in patterns)[:-1]
    spare = not family.needs_all and len(patterns) >= _LEAST_FOR_MISSING and sum(without_best) >= LEAST_WEIGHT
    strings = f"{len(patterns) - 1} of ($s*)" if spare else "all of ($s*)"
    is_program = all((shell.content or b"").startswith(_PE_MAGIC) for shell in family.shells)
    form = "uint16(0) == 0x5A4D and " if is_program else ""
    return f"{form}filesize < {bound}KB and {strings}"


def _meta(family: Family, case: Case) -> Iterator[tuple[str, str]]:
    first = family.shells[0]
    title = next((finding.rule.title for finding in first.verdict.counted), "a web shell")
    yield "description", f"Web shell that webshellhunt convicted: {plain_text(title, 150)}"
    yield "date", _date(first.report) or f"{case.made_utc:%Y-%m-%d}"
    yield "generated_by", f"webshellhunt {__version__}"
    yield "report", case.origin
    yield "webshellhunt_rules", plain_text(" ".join(family.rules), 300)
    yield "checked_against", "file" if all(shell.content is not None for shell in family.shells) else "excerpts"
    for path in dict.fromkeys(plain_text(shell.path, 200) for shell in family.shells[:_MOST_PATHS]):
        yield "found_at", path
    for digest in family.hashes[:_MOST_HASHES]:
        yield "hash", digest


def _date(report: Report) -> str | None:
    started = report.run.started_utc
    return None if started is None else day(started.date())


def _quoted(text: str) -> str:
    plain = plain_text(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _checked(candidate: _Candidate, patterns: Sequence[Pattern]) -> _Candidate | str:
    """Return a rule that passes all checks, or the reason that it does not."""
    try:
        engine, _ = compile_rules([RuleText("pivot", "pivot", candidate.text)])
        for shell in candidate.family.shells:
            if not engine.names(_sample(shell, patterns), _TIMEOUT_S):
                matched = "the file" if shell.content is not None else "the excerpts"
                return f"a rule from its statements does not match {matched} again"
        if any(engine.names(content, _TIMEOUT_S) for content in honest_contents()):
            return "a rule from its statements also matches an honest page that ships with webshellhunt"
        if not _is_inert(candidate.text, engine):
            return "a rule from its statements would itself be taken for a shell"
    except SignatureError as error:
        return f"a rule from its statements was refused by the engine: {plain_text(error.message, 100)}"
    return candidate


def _sample(shell: Shell, patterns: Sequence[Pattern]) -> bytes:
    """Return the file, or the excerpts of the report if it is not at hand."""
    if shell.content is not None:
        return shell.content
    excerpts = (e.excerpt for finding in shell.verdict.findings for e in finding.evidence)
    return "\n".join(dict.fromkeys(excerpts)).encode("utf-8", "replace")


@lru_cache(maxsize=1)
def _catalog() -> Catalog:
    return load_catalog()


def _is_inert(text: str, engine: Engine) -> bool:
    """Return True if neither our own rules nor the rule itself match the rule's text."""
    content = text.encode()
    return not _catalog().scan(content, path="shells.yar") and not engine.names(content, _TIMEOUT_S)


def _words(family: Family) -> str:
    more = f" and {len(family.shells) - 1} more" if len(family.shells) > 1 else ""
    return f"{plain_text(family.shells[0].path, 120)}{more}"


@lru_cache(maxsize=1)
def honest_contents() -> tuple[bytes, ...]:
    """Return the contents of the files of a clean Exchange server, and of honest pages that resemble shells.

    Raises:
        SourceNotFoundError: The installation is incomplete.
    """
    host = open_described(shipped_fixtures("hosts") / _HOST)
    fixtures = [load_fixture(path) for path in sorted(shipped_fixtures(_PAGES).glob("*.defanged"))]
    twins = [each.data for each in fixtures if each.fixture_class is FixtureClass.BENIGN]
    return (*(file.data for file in host.files), *twins)
