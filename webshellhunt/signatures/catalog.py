"""The catalog: which rules are asked about what, and the metadata of those that match.

Rule files of a user are taken as they are; a file that does not compile is left out and told as a problem.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from time import monotonic

from webshellhunt.errors import SignatureError
from webshellhunt.model.rules import Rule
from webshellhunt.signatures.engine import Engine, compile_rules, require_engine
from webshellhunt.signatures.groups import may_open
from webshellhunt.signatures.hits import Externals, RuleText, SignatureHit
from webshellhunt.signatures.metadata import public_rule
from webshellhunt.signatures.own import SUFFIXES, OwnGroup, own_groups, own_sources, rule_files, text_of


@dataclass(slots=True)
class Catalog:
    """Rules, and what is known of each.

    ``own`` are ours, by group; ``public`` and ``broken`` are those of the user, compiled, and his files that were left
    out. A set of thousands starts fast: nothing is known of a public rule until it matches. A catalog does not
    pickle: each worker loads its own.
    """

    own: tuple[OwnGroup, ...] = ()
    public: Engine | None = None
    broken: tuple[SignatureError, ...] = ()
    _met: dict[tuple[str, str], Rule] = field(default_factory=dict)

    def scan(
        self,
        data: bytes,
        *,
        path: str,
        timeout_s: int = 20,
        folded: bytes | None = None,
        is_open: bool | None = None,
        may_act: Callable[[], bool] = lambda: True,
    ) -> list[SignatureHit]:
        """Return the rules that match these bytes, our own first, each sorted by namespace and name.

        Args:
            data: what to scan: a file as it is, or its decoded text as UTF-8.
            path: the file's path as a report shows it; rules see it through their external variables.
            timeout_s: seconds after which the scan is given up.
            folded: the same with its ASCII letters lower-case, where somebody has it already.
            is_open: whether something in it opens what a server runs, or is told to run, of which all of our own rules
                are; looked for, where nobody says.
            may_act: tells, where it is asked, whether there is a word from which a page could make a crime. Else our
                rules about what code does are not asked: each of them needs one.

        Raises:
            SignatureError: the scan took too long, or the engine gave up; its ``path`` is the file's.
        """
        folded = data.lower() if folded is None else folded
        if not (may_open(data, folded) if is_open is None else is_open):
            return self._scan(data, (), path, timeout_s)
        opened = (own for own in self.own if own.group.opens(data, folded))
        return self._scan(data, (own for own in opened if not own.group.of_code or may_act()), path, timeout_s)

    def scan_code(self, data: bytes, *, path: str, timeout_s: int = 20) -> list[SignatureHit]:
        """Return the rules that match, as ``scan`` does, in code that is there in another form already."""
        folded = data.lower()
        return self._scan(data, (own for own in self.own if own.group.opens(data, folded)), path, timeout_s)

    def _scan(self, data: bytes, asked: Iterable[OwnGroup], path: str, timeout_s: int) -> list[SignatureHit]:
        ours = [group.engine for group in asked if group.engine is not None]
        if not ours and self.public is None:
            return []
        externals, end = Externals.of(path), monotonic() + timeout_s
        try:
            own = [hit for engine in ours for hit in engine.scan(data, externals, _left(end))]
            public = [] if self.public is None else self.public.scan(data, externals, _left(end))
        except SignatureError as error:
            raise SignatureError(error.message, path=path) from error
        return [*sorted(own, key=lambda hit: (hit.namespace, hit.rule)), *public]

    def rule_of(self, hit: SignatureHit) -> Rule:
        """Return the metadata of the rule that matched."""
        key = (hit.namespace, hit.rule)
        for own in self.own:
            if own.holds(hit.namespace):
                return own.rules.get(key) or public_rule(hit)
        if key not in self._met:
            self._met[key] = public_rule(hit)
        return self._met[key]

    def own_rules(self) -> tuple[Rule, ...]:
        """Return our own rules, sorted by id."""
        return tuple(sorted((rule for own in self.own for rule in own.rules.values()), key=lambda rule: rule.id))

    def compile(self) -> None:
        """Compile all rules now, so that each problem is known; processes that begin as a copy of this one need not.

        Raises:
            SignatureError: not one of our own rules compiles.
        """
        self.own_rules()
        if self.own and all(own.engine is None for own in self.own):
            raise self.problems[0]

    @property
    def problems(self) -> tuple[SignatureError, ...]:
        """The files that were left out, and breaches of our own metadata contract; of our rules, those compiled yet."""
        return (*(problem for own in self.own for problem in own.problems), *self.broken)


def load_catalog(paths: Sequence[str] = (), *, own: bool = True, engine: str = "auto") -> Catalog:
    """Find and read rule files, and compile those of a user; ours are compiled when they are first asked.

    Args:
        paths: rule files, or folders that are searched for ``*.yar`` and ``*.yara``.
        own: whether our own rules are among them.
        engine: ``auto``, ``yara`` or ``yara-x``.

    Raises:
        SignatureError: a path does not exist or holds no rule file, or none of a user's files can be read or compiles.
        UsageError: there is no engine of that name.
        MissingDependencyError: the engine is not installed.
    """
    require_engine(engine)
    ours = own_sources() if own else []
    catalog = Catalog(own_groups(ours, engine))
    problems: list[SignatureError] = []
    named = [source for path in paths for source in _sources_at(path, problems)]
    if paths and not named:
        raise problems[0]
    theirs = _distinct(named, ours)
    if theirs or not own:
        catalog.public, broken = compile_rules(theirs, engine=engine)
        problems += broken
    catalog.broken = tuple(problems)
    return catalog


def _left(end: float) -> int:
    """Return the seconds left until a moment of the monotonic clock, one at least: engines count whole ones."""
    return max(1, ceil(end - monotonic()))


def _sources_at(path: str, problems: list[SignatureError]) -> Iterator[RuleText]:
    place = Path(path)
    try:
        mode = place.stat().st_mode
    except FileNotFoundError as error:
        raise SignatureError("there is no rule file or folder of this name", path=path) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise SignatureError("this is neither a rule file nor a folder of them", path=path)
    files = rule_files(place, problems) if stat.S_ISDIR(mode) else [place]
    if not files and not problems:
        raise SignatureError(f"this folder holds no rule file ({', '.join('*' + s for s in SUFFIXES)})", path=path)
    for file in files:
        try:
            data = _content(file)
        except OSError as error:
            problems.append(_unreadable(str(file), error))
            continue
        if b"\0" in data:  # where one engine stops reading without a word
            words = "this rule file does not compile: it has NUL bytes, as no text in UTF-8 has; save it as UTF-8"
            problems.append(SignatureError(words, path=str(file)))
            continue
        yield RuleText(str(file), str(file), text_of(data))


def _content(file: Path) -> bytes:
    """Return the bytes of a plain file, links followed: a folder may hold a pipe of this name, which never ends."""
    if not file.is_file():
        raise OSError("it is no plain file")
    return file.read_bytes()


def _unreadable(path: str, error: Exception) -> SignatureError:
    words = getattr(error, "strerror", None) or str(error)
    return SignatureError(f"these signatures can't be read: {words}", path=path)


def _distinct(sources: Sequence[RuleText], others: Sequence[RuleText]) -> list[RuleText]:
    # The same file named twice, or our own folder named as well, is one file: the first place wins.
    by_text = {source.text: source for source in reversed([*others, *sources])}
    return [source for source in sources if by_text[source.text] is source]
