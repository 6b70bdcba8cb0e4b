"""The catalog: which rule files there are, compiled, and the metadata of the rules in them.

Our own rules live in the checkout's folder `signatures` and, in a wheel, in `signatures/rules` of this package.
Rule files of a user are taken as they are; a file that does not compile is left out and told as a problem.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from webshellhunt.errors import SignatureError
from webshellhunt.late import late_pattern
from webshellhunt.model.rules import Rule, RuleOrigin
from webshellhunt.signatures.engine import Engine, compile_rules
from webshellhunt.signatures.hits import Externals, RuleHead, RuleText, SignatureHit
from webshellhunt.signatures.metadata import own_rule, public_rule

SUFFIXES = (".yar", ".yara")

_HERE = Path(__file__).resolve().parent
_RULE = late_pattern(r"^rule\s+(\w+)", re.MULTILINE)
_PROGRAM = b"MZ"
_OPENING = re.compile(  # It begins with one literal, to which a search skips.
    rb"<(?:[%?]|\x00[%sS]|[cC](?:[oO][nN][fF][iI][gG][uU][rR][aA][tT][iI][oO][nN]|[fF][eE][xX][eE][cC][uU][tT][eE])|[jJ][sS][pP]:)"
)
_SCRIPT_IN_A_MAIL_STORE = re.compile(rb"\x95[\xd6\x67]")  # what <s is there, in either case


@dataclass(slots=True)
class Catalog:
    """Compiled rules and what is known of each.

    ``rules`` holds our own from the start, by namespace and rule name; a public rule joins them when it first
    matches, so that a set of thousands starts fast. ``problems`` are the files, and the breaches of our own metadata
    contract, that were left out. A catalog does not pickle: each worker loads its own.
    """

    own: Engine | None
    public: Engine | None
    rules: dict[tuple[str, str], Rule] = field(default_factory=dict)
    problems: tuple[SignatureError, ...] = ()

    def scan(self, data: bytes, *, path: str, timeout_s: int = 20, is_code: bool = False) -> list[SignatureHit]:
        """Return the rules that match these bytes, our own first, each sorted by namespace and name.

        Args:
            data: what to scan: a file as it is, or its decoded text as UTF-8.
            path: the file's path as a report shows it; rules see it through their external variables.
            timeout_s: seconds after which the scan is given up.
            is_code: whether it is known to be server code. Else our own rules, all of which are about what a server
                runs or is told to run, are asked only where something opens such a thing.

        Raises:
            SignatureError: the scan took too long, or the engine gave up; its ``path`` is the file's.
        """
        asked = [self.public]
        if self.own is not None and (is_code or _may_open(data)):
            asked.insert(0, self.own)
        try:
            return [
                hit
                for engine in asked
                if engine is not None
                for hit in engine.scan(data, Externals.of(path), timeout_s)
            ]
        except SignatureError as error:
            raise SignatureError(error.message, path=path) from error

    def rule_of(self, hit: SignatureHit) -> Rule:
        """Return the metadata of the rule that matched."""
        key = (hit.namespace, hit.rule)
        rule = self.rules.get(key)
        if rule is None:
            rule = self.rules[key] = public_rule(hit)
        return rule

    def own_rules(self) -> tuple[Rule, ...]:
        """Return our own rules, sorted by id."""
        own = (rule for rule in self.rules.values() if rule.origin is RuleOrigin.SIGNATURE)
        return tuple(sorted(own, key=lambda rule: rule.id))


def load_catalog(paths: Sequence[str] = (), *, own: bool = True, engine: str = "auto") -> Catalog:
    """Find, read and compile rule files.

    Args:
        paths: rule files, or folders that are searched for ``*.yar`` and ``*.yara``.
        own: whether our own rules are among them.
        engine: ``auto``, ``yara`` or ``yara-x``.

    Raises:
        SignatureError: a path does not exist or holds no rule file, or no rule at all compiles.
        UsageError: there is no engine of that name.
        MissingDependencyError: the engine is not installed.
    """
    problems: list[SignatureError] = []
    catalog = Catalog(None, None)
    ours = own_sources() if own else []
    if own:
        catalog.own, broken = compile_rules(ours, engine=engine)
        catalog.rules = _read_own_metadata(catalog.own.heads(), ours, problems)
        problems += broken
    theirs = _distinct([source for path in paths for source in _sources_at(path, problems)], ours)
    if theirs or not own:
        catalog.public, broken = compile_rules(theirs, engine=engine)
        problems += broken
    catalog.problems = tuple(problems)
    return catalog


def own_rules_folder() -> Path | None:
    """Return where our own rules are: inside the installed package, else beside it in a checkout."""
    packaged, checkout = _HERE / "rules", _HERE.parent.parent / "signatures"
    if packaged.is_dir():
        return packaged
    # Beside an installed package a folder of this name would be somebody else's.
    return checkout if (checkout.parent / "pyproject.toml").is_file() and checkout.is_dir() else None


def own_sources() -> list[RuleText]:
    """Return the texts of our own rule files, sorted by name.

    Raises:
        SignatureError: there are none, so that this installation is damaged.
    """
    folder = own_rules_folder()
    files = _rule_files(folder) if folder is not None else []
    if folder is None or not files:
        raise SignatureError("our own rules are missing from this installation; install webshellhunt again")
    names = {file: file.relative_to(folder).as_posix() for file in files}
    return [RuleText(f"own:{names[file]}", f"signatures/{names[file]}", _text_of(file.read_bytes())) for file in files]


def _read_own_metadata(
    heads: Iterable[RuleHead], sources: Sequence[RuleText], problems: list[SignatureError]
) -> dict[tuple[str, str], Rule]:
    # A compiled rule tells neither its file nor, in yara-x, that it is private. Ours begin a line, the private ones
    # with that word, and each has a name of its own.
    home = {match[1]: source for source in sources for match in _RULE.finditer(source.text)}
    rules: dict[tuple[str, str], Rule] = {}
    ids: dict[str, str] = {}
    for head in heads:
        source = home.get(head.name)
        if source is None:
            continue
        try:
            rule = own_rule(head, source.path)
        except SignatureError as error:
            problems.append(error)
            continue
        if rule.id in ids:
            problems.append(SignatureError(f"{rule.id} of {rule.slug} is taken by {ids[rule.id]}", path=source.path))
        ids.setdefault(rule.id, rule.slug)
        rules[source.namespace, head.name] = rule
    return rules


def _sources_at(path: str, problems: list[SignatureError]) -> Iterator[RuleText]:
    place = Path(path)
    if not place.exists():
        raise SignatureError("there is no rule file or folder of this name", path=path)
    files = _rule_files(place) if place.is_dir() else [place]
    if not files:
        raise SignatureError(f"this folder holds no rule file ({', '.join('*' + s for s in SUFFIXES)})", path=path)
    for file in files:
        try:
            yield RuleText(str(file), str(file), _text_of(file.read_bytes()))
        except OSError as error:
            words = error.strerror or str(error)
            problems.append(SignatureError(f"this rule file can't be read and is left out: {words}", path=str(file)))


def _rule_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for top, folders, names in os.walk(folder):
        folders.sort()
        found.extend(Path(top, name) for name in names if name.lower().endswith(SUFFIXES))
    return sorted(found)


def _may_open(data: bytes) -> bool:
    """Tell whether a page, a configuration or a program may begin somewhere in these bytes."""
    if data.startswith(_PROGRAM) or _OPENING.search(data) is not None or _SCRIPT_IN_A_MAIL_STORE.search(data):
        return True
    return b"runat" in data.lower()


def _distinct(sources: Sequence[RuleText], others: Sequence[RuleText]) -> list[RuleText]:
    # The same file named twice, or our own folder named as well, is one file: the first place wins.
    by_text = {source.text: source for source in reversed([*others, *sources])}
    return [source for source in sources if by_text[source.text] is source]


def _text_of(data: bytes) -> str:
    # A rule file in another charset keeps its bytes: \xNN means the same byte to YARA.
    return data.decode("utf-8-sig", "backslashreplace")
