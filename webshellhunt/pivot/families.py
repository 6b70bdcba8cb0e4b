"""Families: shells with the same content, or with the same statements up to their keys."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from webshellhunt.pivot.shells import Shell
from webshellhunt.pivot.statements import Statement, merged, skeleton

MOST_STRINGS: Final = 6
"""The most statements of a rule that findings point at."""

MOST_OF_FILE: Final = 12
"""The most statements of a rule that also has others of the file."""


_MOST_OF_FINDINGS: Final = 3
_LONGEST_SLUG: Final = 50
"""The longest part of a name from a rule: a file name of a Sigma rule has at most 90 characters."""


class Pattern(NamedTuple):
    """A statement of a family: its tokens, ``None`` for one that differs between copies."""

    tokens: tuple[str | None, ...]
    spaced: tuple[bool, ...]

    @property
    def text(self) -> str:
        """The common tokens in lower case, with spaces between them."""
        return " ".join(token or "" for token in self.tokens).lower()


class Family(NamedTuple):
    """Shells that are the same, up to their keys; ``patterns`` are their common statements.

    ``needs_all`` is true if some of them are statements of the file that no finding points at.
    """

    name: str
    shells: tuple[Shell, ...]
    patterns: tuple[Pattern, ...]
    needs_all: bool = False

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 digests of the contents, sorted."""
        return tuple(sorted({each.verdict.subject.sha256 for each in self.shells if each.verdict.subject.sha256}))

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that convict the shells, sorted."""
        return tuple(sorted({rule for shell in self.shells for rule in shell.rules}))


Statements = tuple[Statement, ...]


def families_of(shells: Iterable[Shell]) -> tuple[Family, ...]:
    """Return the families of shells, in the order of their first shells."""
    groups: dict[object, list[Shell]] = {}
    by_content: dict[tuple[str, bool], object] = {}
    for shell in shells:
        sha256 = shell.verdict.subject.sha256
        key: object = _key(shell)
        if sha256 is not None:
            key = by_content.setdefault((sha256, shell.has_content), key)
        groups.setdefault(key, []).append(shell)
    return tuple(_family(tuple(group), lambda shell: shell.statements[:MOST_STRINGS]) for group in groups.values())


def divided(family: Family) -> tuple[Family, ...]:
    """Return a family as families of shells with exactly the same statements; itself if it is one already."""
    groups: dict[object, list[Shell]] = {}
    for shell in family.shells:
        groups.setdefault(tuple(each.text for each in shell.statements), []).append(shell)
    if len(groups) < 2:
        return (family,)
    return tuple(_family(tuple(group), lambda shell: shell.statements[:MOST_STRINGS]) for group in groups.values())


def with_other_statements(family: Family) -> Family:
    """Return a family with statements from the rest of its files, too; the same one if they are not at hand."""
    if any(shell.content is None for shell in family.shells):
        return family
    wider = _family(family.shells, lambda shell: (*shell.statements[:_MOST_OF_FINDINGS], *shell.others))
    return wider._replace(needs_all=True)


def _key(shell: Shell) -> object:
    if not shell.statements or not shell.has_content:
        subject = shell.verdict.subject
        return (subject.sha256 or subject.path, subject.kind)
    return frozenset(skeleton(each, shell.keys) for each in shell.statements[:MOST_STRINGS])


def _family(shells: tuple[Shell, ...], statements_of: Callable[[Shell], Statements]) -> Family:
    patterns = tuple(_patterns(shells, statements_of))
    first = shells[0]
    stem = next((finding.rule.slug for finding in first.verdict.counted), "finding")
    slug = "".join(each if each.isascii() and each.isalnum() else "_" for each in stem.lower())
    slug = slug[:_LONGEST_SLUG].strip("_")
    identity = repr([each.tokens for each in patterns] or (first.path, first.verdict.subject.sha256))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return Family(f"{slug or 'finding'}_{digest}", shells, patterns)


def _patterns(shells: tuple[Shell, ...], statements_of: Callable[[Shell], Statements]) -> Iterable[Pattern]:
    """Yield the statements that all shells of a family have."""
    tables = [{skeleton(each, shell.keys): each for each in statements_of(shell)} for shell in shells]
    for key, statement in list(tables[0].items())[:MOST_OF_FILE]:
        copies = [table[key] for table in tables if key in table]
        if len(copies) == len(shells):
            yield Pattern(merged(copies), statement.spaced)
