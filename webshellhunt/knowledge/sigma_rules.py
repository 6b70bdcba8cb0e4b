"""Sigma rules for web servers as patterns of exploitation: the only module that uses pySigma.

pySigma reads the rules and parses their conditions; this module turns its tree into conditions on a record. A rule
needs a text that each of its rows has, since rows are searched for words first. A rule for another kind of log, and one
that uses other parts of the language, is refused with the reason.

References:
    https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html
    https://github.com/SigmaHQ/pySigma
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.knowledge.users_files import read_file
from webshellhunt.model.exploitation import Answer, Exploit, Grade, Pattern, Terms
from webshellhunt.model.record_conditions import (
    ADDRESS,
    AllOf,
    AnyOf,
    Compares,
    Condition,
    InNetwork,
    Matches,
    NotThis,
    Order,
    Present,
    words_of,
)
from webshellhunt.model.traffic import LogKind

if TYPE_CHECKING:
    from sigma.rule import SigmaRule

MOST_RULES: Final = 500
SIGMA_ENDINGS: Final = (".yml", ".yaml")
PRODUCT: Final = "a Sigma rule"

_SHORTEST_WORD = 4
_MOST_WORDS = 50
_COLUMNS = {
    "cs-method": "method",
    "cs-uri-stem": "path",
    "cs-uri-query": "query",
    "c-uri-query": "query",
    "cs-uri": ADDRESS,
    "c-uri": ADDRESS,
    "cs-referer": "referer",
    "cs-referrer": "referer",
    "c-useragent": "agent",
    "cs-user-agent": "agent",
    "cs-username": "user",
    "cs-host": "host",
    "c-ip": "client",
    "sc-status": "status",
    "sc-substatus": "substatus",
    "sc-bytes": "sent_bytes",
    "cs-bytes": "received_bytes",
    "time-taken": "taken_ms",
}
_QUIET = frozenset({"INFORMATIONAL", "LOW"})


class SigmaRules(NamedTuple):
    """The exploits of some rules, and the refused rules: each with its file, its title and the reason."""

    exploits: tuple[Exploit, ...] = ()
    refused: tuple[str, ...] = ()


class _RefusedError(Exception):
    """A rule uses something that has no counterpart here; the text is the reason."""


def load_sigma_rules(files: Sequence[tuple[Path, bool]]) -> SigmaRules:
    """Return the rules of files, each with True if the user named it, and False if it was found in a folder.

    Raises:
        MissingDependencyError: pySigma is not installed.
        UsageError: A named file can't be read or is not Sigma, or there are too many rules. Such a file in a folder is
            refused.
    """
    if not files:
        return SigmaRules()
    if find_spec("sigma") is None:
        raise MissingDependencyError("Sigma rules need pySigma: pip install 'webshellhunt[sigma]'")
    exploits: dict[str, Exploit] = {}
    refused: list[str] = []
    for file, is_named in files:
        try:
            rules = _rules(file)
        except UsageError as error:
            if is_named:
                raise
            refused.append(str(error))
            continue
        for rule in rules:
            try:
                exploit = _exploit(rule, file)
            except _RefusedError as reason:
                refused.append(f"{file}: {getattr(rule, 'title', None) or 'a rule'}: {reason}")
                continue
            exploits[exploit.slug] = exploit
    if len(exploits) > MOST_RULES:
        raise UsageError(f"{len(exploits):,} Sigma rules are too many; {MOST_RULES} are the most")
    return SigmaRules(tuple(exploits.values()), tuple(refused))


def _rules(file: Path) -> Sequence[Any]:
    """Return the rules of a file, as pySigma reads them."""
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError
    from yaml import YAMLError  # of PyYAML, by which pySigma reads

    content = read_file(file)
    try:
        read = SigmaCollection.from_yaml(content.decode("utf-8-sig"), collect_errors=True)
    except (SigmaError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"this is no Sigma rule: {_first_line(error)}", path=str(file)) from error
    except YAMLError as error:
        raise UsageError(f"this is not YAML: {_first_line(error)}", path=str(file)) from error
    return read.rules


def _exploit(rule: Any, file: Path) -> Exploit:  # noqa: ANN401 - a rule, a correlation or a filter of pySigma
    from sigma.rule import SigmaRule

    if not isinstance(rule, SigmaRule):
        raise _RefusedError("only rules are read, no correlations and filters")
    if rule.errors:
        raise _RefusedError(_first_line(rule.errors[0]))
    condition = _condition_of(rule)
    words = words_of(condition, _SHORTEST_WORD)
    if words is None:
        raise _RefusedError(f"it has no text of {_SHORTEST_WORD} or more characters that each of its rows has")
    if len(words) > _MOST_WORDS:
        raise _RefusedError(f"its rows have one of {len(words)} texts; {_MOST_WORDS} are the most")
    source = f"Sigma rule {rule.id or file.stem}" + (f" by {rule.author}"[:100] if rule.author else "")
    pattern = Pattern(
        "rule",
        f"the Sigma rule '{rule.title[:100]}' matches",
        source,
        frozenset({LogKind.IIS}),
        words=tuple(sorted(words)),
        terms=Terms(condition=condition),
        answers=_answers(rule),
    )
    alarms = tuple(str(each)[:200] for each in rule.falsepositives[:10])
    slug, title = f"sigma-{rule.id or file.stem}", rule.title[:100]
    return Exploit(slug, title, PRODUCT, source, patterns=(pattern,), false_alarms=alarms, file=str(file))


def _answers(rule: SigmaRule) -> tuple[Answer, ...]:
    """Return the answer of a possible success; none for a rule of a low level."""
    level = "MEDIUM" if rule.level is None else rule.level.name
    if level in _QUIET:
        return ()
    because = f"the server answered, and the level of the rule is {level.lower()}"
    answered = Terms(numbers=(("status", ((200, 299),)),))
    return (Answer(Grade.POSSIBLE, answered, because, Grade.SUCCEEDED),)


def _condition_of(rule: SigmaRule) -> Condition:
    """Return the condition of a rule about the log of a web server."""
    from sigma.exceptions import SigmaError

    source = rule.logsource
    if source.category != "webserver" and source.service != "iis" and source.product not in ("iis", "exchange"):
        raise _RefusedError("its log source is no web server")
    if source.service not in (None, "iis", "webserver"):
        raise _RefusedError(f"its log source is the service {source.service!r}, not the log of IIS")
    try:
        parsed = [each.parsed for each in rule.detection.parsed_condition]
    except (SigmaError, RecursionError) as error:
        raise _RefusedError(_first_line(error)) from error
    parts = tuple(_condition(each) for each in parsed)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _condition(node: Any) -> Condition:  # noqa: ANN401 - a node of pySigma's tree
    """Return the condition of a node."""
    from sigma import conditions

    if isinstance(node, conditions.ConditionAND):
        return AllOf(tuple(_condition(each) for each in node.args))
    if isinstance(node, conditions.ConditionOR):
        return AnyOf(tuple(_condition(each) for each in node.args))
    if isinstance(node, conditions.ConditionNOT):
        return NotThis(_condition(node.args[0]))
    if isinstance(node, conditions.ConditionFieldEqualsValueExpression):
        field = node.field.lower()
        return _test(_COLUMNS.get(field, field), node.value)
    if isinstance(node, conditions.ConditionValueExpression):
        return _keyword(node.value)
    raise _RefusedError(f"its condition has a part that is not read: {type(node).__name__}")


def _test(column: str, value: Any) -> Condition:  # noqa: ANN401 - a value of pySigma
    """Return the condition on a column."""
    from sigma import types

    if isinstance(value, types.SigmaString):
        return Matches(column, re.compile(rf"\A{_expression(value)}\Z", _flags(value)), _literal(value, column))
    if isinstance(value, types.SigmaRegularExpression):
        return Matches(column, _regular(value))
    if isinstance(value, types.SigmaNumber):
        return Compares(column, Order.EQUAL, value.number)
    if isinstance(value, types.SigmaCompareExpression):
        return Compares(column, _order(value), value.number.number)
    if isinstance(value, types.SigmaCIDRExpression):
        return InNetwork(column, value.network)
    if isinstance(value, types.SigmaNull):
        return NotThis(Present(column))
    if isinstance(value, types.SigmaExists):
        return Present(column) if value.exists else NotThis(Present(column))
    raise _RefusedError(f"it has a value that is not read: {type(value).__name__}")


def _keyword(value: Any) -> Condition:  # noqa: ANN401 - a value of pySigma
    """Return the condition of a text anywhere in the row."""
    from sigma import types

    if isinstance(value, types.SigmaString):
        return Matches(None, re.compile(_expression(value), _flags(value)), _literal(value, ""))
    if isinstance(value, types.SigmaRegularExpression):
        return Matches(None, _regular(value))
    if isinstance(value, types.SigmaNumber):
        return Matches(None, re.compile(rf"\b{value.number}\b"))
    raise _RefusedError(f"it has a keyword that is not read: {type(value).__name__}")


def _expression(value: Any) -> str:  # noqa: ANN401 - a text of pySigma
    """Return the expression for a text with wildcards."""
    from sigma.types import SpecialChars

    wild: Mapping[object, str] = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    if any(not isinstance(part, str | SpecialChars) for part in value.s):
        raise _RefusedError("it has a placeholder")
    return "".join(re.escape(part) if isinstance(part, str) else wild[part] for part in value.s)


def _literal(value: Any, column: str) -> str:  # noqa: ANN401 - a text of pySigma
    """Return the longest part that a row has as it is; not a method, which each second row may have.

    A log may write plus signs for spaces, and has the address and its query in two columns.
    """
    parts = (part for part in value.s if isinstance(part, str))
    words = (word for part in parts for word in part.lower().replace("?", " ").split())
    return "" if column == "method" else max(words, key=len, default="")


def _flags(value: Any) -> int:  # noqa: ANN401 - a text of pySigma
    from sigma.types import SigmaCasedString

    return re.DOTALL if isinstance(value, SigmaCasedString) else re.DOTALL | re.IGNORECASE


def _regular(value: Any) -> re.Pattern[str]:  # noqa: ANN401 - an expression of pySigma
    flags = 0
    for flag in value.flags:
        flags |= value.sigma_to_python_flags[flag]
    try:
        return re.compile(str(value.regexp), flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise _RefusedError(f"this is no regular expression of Python: {error}") from error


def _order(value: Any) -> Order:  # noqa: ANN401 - a comparison of pySigma
    from sigma.types import CompareOperators

    orders: Mapping[object, Order] = {
        CompareOperators.LT: Order.LESS,
        CompareOperators.LTE: Order.LESS_OR_EQUAL,
        CompareOperators.GT: Order.GREATER,
        CompareOperators.GTE: Order.GREATER_OR_EQUAL,
    }
    if value.op not in orders:
        raise _RefusedError(f"it has a comparison that is not read: {value.op}")
    return orders[value.op]


def _first_line(error: object) -> str:
    return (str(error).splitlines() or ["it can't be parsed"])[0][:200]
