"""PHP: the life of a page of PHP on the core, and the acts of its code.

A page runs from top to bottom, twice where a session has something of the visitor; then all functions that nothing
called. An act is an arrival with a visitor's text, or with a text that the page hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.analysis.life import Life
from webshellhunt.core import ir
from webshellhunt.core.arrivals import Arrival
from webshellhunt.core.ending import ExhaustedError
from webshellhunt.core.run import World
from webshellhunt.core.values import EMPTY, UNKNOWN, Label, Parts, Some, Value, labels_of, options
from webshellhunt.lang.php.lexer import MAX_TOKENS, Token, tokenize
from webshellhunt.lang.php.parser import parse
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.library.rows import library
from webshellhunt.lower.php import Page, TextScope, lower, lower_text

COMMANDS: Final = frozenset(
    {"system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "expect_popen"}
)
EVALUATES: Final = frozenset({"eval", "assert", "create_function", "replace"})
WRITES: Final = frozenset({"file_put_contents", "fwrite", "fputs"})
COPIES: Final = frozenset({"move_uploaded_file", "copy", "rename"})
ARRIVING: Final = COMMANDS | EVALUATES | WRITES | COPIES | {"fopen", "run", "shellexecute"}
"""The last names of the functions and methods that act."""
GROUPS: Final = {
    "runs commands": COMMANDS,
    "evaluates code": EVALUATES,
    "names the system": frozenset(
        {"php_uname", "posix_getpwuid", "posix_getgrgid", "posix_getuid", "posix_geteuid", "get_current_user",
         "getmyuid"}
    ),
    "lists folders": frozenset({"opendir", "scandir", "readdir", "glob", "dir"}),
    "changes access rights": frozenset({"chmod", "fileperms", "chown", "touch", "fileowner"}),
    "deletes files": frozenset({"unlink", "rmdir", "rename"}),
    "writes files": frozenset({"fwrite", "fputs", "file_put_contents"}),
    "takes uploads": frozenset({"move_uploaded_file"}),
    "opens sockets": frozenset({"fsockopen", "socket_create", "pfsockopen", "stream_socket_client"}),
    "queries databases": frozenset(
        {"mysql_query", "mysqli_query", "mysql_connect", "mysqli_connect", "mssql_connect", "pg_connect", "ocilogon"}
    ),
    "reads limits": frozenset({"ini_get", "ini_restore", "get_cfg_var"}),
    "lists drives": frozenset({"disk_free_space", "disk_total_space", "diskfreespace", "is_executable"}),
    "shows settings": frozenset({"phpinfo", "highlight_file", "show_source"}),
}  # fmt: skip
"""Groups of functions that a toolkit of intruders uses together."""
MANY: Final = 8
"""The number of groups of functions that only a toolkit uses in one page."""
_VISITOR = frozenset({"visitor", "upload", "uploaded"})
_HARMLESS = frozenset({"digits", "name-only"})
_LONGEST_SHELL = 1000
_SHELL = lazy_pattern(
    r"(?:\S*[\\/])?(?:(?:ba|z|k|c)?sh(?: -\w+)*|cmd(?:\.exe)?(?: /\w.*)?|powershell(?:\.exe)?.*|nc(?:\.exe)? -.*"
    r")(?: 2>&1)?",
    2,
)
_BEFORE_COMMAND = lazy_pattern(
    r"(?:\b(?:sh|cmd(?:\.exe)?|powershell(?:\.exe)?|sudo|su|cd|c|command)\b[^|]*|[;|&`(]\s*|[\"'])\Z", re.IGNORECASE
)
_HERE = lazy_pattern(r"\.?[\\/]?")
_REMOTE = lazy_pattern(r"(?:https?|ftp)://", 2)
_PAGE = lazy_pattern(r"<\?(?:php|=)|<%")
STEPS: Final = 60_000
"""Steps of a page, besides those of functions that nothing calls."""
_STEPS_OF_FUNCTIONS = 50_000
"""Steps for all functions that nothing calls, and for one of them."""
_STEPS_OF_FUNCTION = 6_000
_RUNNING: Final = {
    "eval": "eval", "asserted": "assert", "create": "create_function", "replace": "preg_replace with modifier e",
    "set-pattern": "preg_replace, whose pattern it sets",
}  # fmt: skip
"""How code that runs a text arrives, and its name."""
_MOST_INNER = 8
_SHORTEST_HIDDEN = 12


class Found(NamedTuple):
    """An act of the page: its kind, the words of it, its place, and that of the request value."""

    kind: str
    words: str
    start: int
    end: int
    source: int | None


class Acts(NamedTuple):
    """The acts of a page, and whether a limit was reached before its end."""

    found: tuple[Found, ...] = ()
    exhausted: bool = False


def analyse(text: str, steps: int | None = None) -> Acts:
    """Analyse the code in a file, decoded as Latin-1; it has the steps of `STEPS`, unless the caller sets others."""
    tokens = tokenize(text)
    page = Page()
    top = parse(tokens)
    page.collect(top)
    program = lower(top, page)
    del top
    life = PhpLife(program, page, STEPS if steps is None else steps)
    try:
        life.run(is_part=True, acts=True)
        found = _Judge(tokens, page, life.called).acts(life.machine.arrivals)
        is_cut = life.is_cut or len(tokens) >= MAX_TOKENS
    finally:
        life.close()
    return Acts(tuple(sorted(found, key=lambda act: (act.start, act.kind))), is_cut)


class PhpLife(Life):
    """The requests that a page of PHP serves."""

    kept: tuple[str, ...] = ("_session",)

    def __init__(self, program: ir.Program, page: Page, steps: int) -> None:
        self._page = page
        self.called: frozenset[ir.Proc] = frozenset()
        """The functions that the page calls itself."""
        world = World(library("php"), ARRIVING, self._read, _unknown)
        super().__init__([program], world, {}, is_whole=not page.includes, steps=steps)

    def _read(
        self, text: str, scope: TextScope | None, at: int, *, is_expression: bool = False
    ) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
        """Lower a text that code runs."""
        tokens = tokenize(text, in_code=not text.lstrip().startswith(("?>", "<?")))
        top = parse(tokens)
        self._page.place = at
        program = lower_text(top, scope, self._page, at)
        for symbol in program.classes.values():
            for name, proc in symbol.methods.items():
                program.procs.setdefault(f"{symbol.name}::{name}", proc)
        return program.main, [*program.procs.values()], program.classes

    def procedures(self) -> Iterator[tuple[ir.Proc, ir.Class | None]]:
        """Yield the functions of the page, and its methods with their classes."""
        methods: dict[ir.Proc, ir.Class] = {}
        for symbol in self.machine.classes.values():
            for proc in symbol.methods.values():
                methods.setdefault(proc, symbol)
        for proc in self.machine.procs:
            if "\0" not in proc.name and proc not in methods:
                yield proc, None
        yield from methods.items()

    def request(self) -> None:
        """Serve one request; where it asks for too much, its effects until then count."""
        try:
            super().request()
        except ExhaustedError:
            self.is_cut = True

    def enter_all(self) -> None:
        """Enter the functions that nothing in the file calls, and that read a request or act, readers first."""
        scopes = self._page.scopes
        self.called = frozenset(self.machine.reached)
        left = [each for each in self.procedures() if each[0] not in self.machine.reached and each[0] in scopes]
        asking = [each for each in left if scopes[each[0]].asks]
        acting = [each for each in left if scopes[each[0]].acts and not scopes[each[0]].asks]
        steps = min(self.machine.budget.left, _STEPS_OF_FUNCTIONS)
        for proc, symbol in (*asking, *acting):
            if proc in self.machine.reached or steps <= 0:
                continue
            self.machine.restart(min(steps, _STEPS_OF_FUNCTION))
            try:
                self.enter(proc, self.object_of(symbol))
            except ExhaustedError:
                self.is_cut: bool = True
            steps -= self.machine.budget.total - self.machine.budget.left


def _unknown(unit: int, name: str, subject: Value, values: Sequence[Value]) -> Value:
    """Return the result of a function that nobody knows: a page converts values with it."""
    return UNKNOWN


class _Judge:
    """Says which arrivals are acts."""

    def __init__(self, tokens: Sequence[Token], page: Page, called: frozenset[ir.Proc]) -> None:
        self._tokens = tokens
        self._called_by_page = called
        self._page = page
        self._found: dict[tuple[str, int], Found] = {}
        self._opened: list[Value] = []

    def acts(self, arrivals: Iterable[Arrival]) -> list[Found]:
        """Return the acts of a page."""
        found = [*arrivals]
        self._opened = [each.arguments[0] for each in found if each.names == ("fopen",) and _is_written(each)]
        for each in found:
            self._judge(each, 0)
        self._toolkit()
        return [*self._found.values()]

    def _judge(self, arrival: Arrival, depth: int) -> None:
        """Report the finding of an arrival, and those of the texts that it ran."""
        if arrival.names[0] == "com":
            if (label := _asked(arrival.arguments)) is not None:
                self._report("command", f"runs it as a command (COM {arrival.names[-1]})", arrival.at, label)
        else:
            self._judge_function(arrival.names[-1], arrival, arrival.at)
        if depth < _MOST_INNER:
            for inner in arrival.inner.values():
                for each in inner:
                    self._judge(each, depth + 1)

    def _judge_function(self, name: str, arrival: Arrival, at: int) -> None:
        values = arrival.arguments
        first = values[0] if values else EMPTY
        if name in COMMANDS:
            self._command(name, first, at)
        elif name == "call":
            self._called(values, at)
        elif name in _RUNNING:
            self._evaluated(_RUNNING[name], first, arrival, at)
        elif name == "include":
            self._included(first, arrival, at)
        elif name in WRITES:
            self._written(name, [first, *values[1:]], at)
        elif name in COPIES:
            self._copied(name, values, at)

    def _report(self, kind: str, words: str, at: int, label: Label | None = None) -> None:
        """Report an act once for each place."""
        if not 0 <= at < len(self._tokens):
            at = 0
        token = self._tokens[at] if self._tokens else Token("end", "", 0, 0)
        source = self._tokens[label.at].start if label is not None and 0 <= label.at < len(self._tokens) else None
        if label is not None and source is None:
            source = token.start
        self._found.setdefault((kind, token.start), Found(kind, words, token.start, token.end, source))

    def _command(self, name: str, value: Value, at: int) -> None:
        label = _asked([value])
        asked = [each for each in options(value) if _asked([each]) is not None]
        if label is not None and all(map(_is_found, asked)):
            self._report("listed", f"runs a command that it chooses from a list ({name})", at, label)
        elif label is not None:
            is_whole = any(_leads(each, _BEFORE_COMMAND) for each in options(value))
            words = f"runs it as a command ({name})" if is_whole else f"makes it a part of a command ({name})"
            self._report("command" if is_whole else "part", words, at, label)
        for each in options(value):
            if each.__class__ is str and _SHELL.fullmatch(each.strip()[:_LONGEST_SHELL]) is not None:
                self._report("shell", f"starts a shell ({name})", at)

    def _called(self, values: Sequence[Value], at: int) -> None:
        callee, *given = values
        label = _asked([callee])
        if label is not None:
            if any(_is_found(each) for each in options(callee)):
                self._report("listed", "calls a function that it chooses from a list", at, label)
            elif any(_leads(each, _HERE) for each in options(callee)):
                self._report("code", "calls the function that it names", at, label)
        elif (taint := _asked(given)) is not None and _has(callee, "decoded"):
            self._report("dispatch", "passes it to a function whose name the page decodes", at, taint)

    def _evaluated(self, name: str, value: Value, arrival: Arrival, at: int) -> None:
        label = _asked([value])
        if label is not None:
            self._report("code", f"executes it as PHP ({name})", at, label)
        elif _has(value, "remote"):
            self._report("fetched", f"fetches a text and executes it ({name})", at)
        elif _has(value, "decoded") or any(map(self._is_hidden, _texts(value, arrival))):
            self._report("unpacked", f"unpacks a text and executes it ({name})", at)

    def _is_hidden(self, text: str) -> bool:
        """True if a text that was run is none that stands in the code, nor several of them."""
        if len(text) < _SHORTEST_HIDDEN:
            return False
        body = re.sub(r"^return (?:function\([^)]*\)\{)?|\}?;$", "", text)
        if text in self._page.texts or body in self._page.texts:
            return False
        return not _is_made_of(body, [each for each in self._page.texts if len(each) > 2])

    def _included(self, path: Value, arrival: Arrival, at: int) -> None:
        for each in options(path):
            label = _asked([each])
            if label is not None and _is_found(each):
                self._report("listed", "includes a file that it chooses from a list", at, label)
            elif label is not None and _leads(each, _HERE) and label.kind == "visitor":
                self._report("code", "executes the file that it names (include)", at, label)
            head = each.parts[0] if each.__class__ is Parts else each
            if head.__class__ is str and head.lower().startswith("php://input"):
                self._report("code", "executes the body of the request (include)", at, Label("visitor", "", None, at))
            elif (head.__class__ is str and _REMOTE.match(head) is not None) or _has(each, "remote"):
                self._report("fetched", "fetches a text and executes it (include)", at)
        if arrival.inner:
            self._evaluated("include", EMPTY, arrival, at)

    def _written(self, name: str, values: Sequence[Value], at: int) -> None:
        content = values[1] if len(values) > 1 else EMPTY
        targets = [values[0]] if name == "file_put_contents" else self._opened
        named = next((each for each in targets if _is_named(each)), None)
        if named is not None and _asked([content]) is not None:
            label = _asked([named])
            self._report("write", f"writes a file of the visitor's name and content ({name})", at, label)
            return
        for each in options(content):
            if each.__class__ is str and _PAGE.search(each) is not None and self._is_shell(each):
                self._report("plants", f"writes a page that executes text ({name})", at)
        if _has(content, "decoded") and _asked([content]) is None and any(map(_is_page_name, targets)):
            self._report("plants", f"writes a page that executes text ({name})", at)

    def _is_shell(self, content: str) -> bool:
        """True if a page that is written runs a visitor's text, or was packed."""
        if self._is_hidden(content):
            return True
        found = analyse(content[: 1 << 18], STEPS // 8).found
        return any(each.kind in ("code", "command") for each in found)

    def _copied(self, name: str, values: Sequence[Value], at: int) -> None:
        source, target = [*values, EMPTY, EMPTY][:2]
        is_page = any(each.__class__ is str and each.lower().endswith(".php") for each in options(target))
        if name == "copy" and source.__class__ is str and _REMOTE.match(source) is not None and is_page:
            self._report("fetched", "fetches a page from another server and stores it (copy)", at)
        label = _asked([target])
        is_upload = any(each.kind == "upload" for each in labels_of(source))
        if name != "rename" and is_upload and label is not None and any(_leads(x, _HERE) for x in options(target)):
            words = f"stores an upload beside itself under the visitor's name ({name})"
            self._report("upload", words, at, label)

    def _toolkit(self) -> None:
        """Report calls of many groups of functions, among them a command or an evaluated text."""
        called = (scope.used for proc, scope in self._page.scopes.items() if proc in self._called_by_page)
        used = self._page.used.union(*called)
        groups = [words for words, names in GROUPS.items() if not used.isdisjoint(names)]
        if self._page.asks and len(groups) >= MANY and not used.isdisjoint(COMMANDS | EVALUATES):
            running = COMMANDS | EVALUATES
            first = next((n for n, each in enumerate(self._tokens) if each.text.lower() in running), 0)
            self._report("toolkit", f"uses functions that {', '.join(groups[:-1])} and {groups[-1]}", first)


def _texts(value: Value, arrival: Arrival) -> Iterator[str]:
    """Yield the texts that were run, and those that were too long for that."""
    yield from arrival.inner
    yield from (each for each in options(value) if each.__class__ is str)


def _asked(values: Iterable[Value]) -> Label | None:
    """Return the first label of a visitor's text in values, ``None`` where there is none."""
    for value in values:
        for each in options(value):
            if each.__class__ is Some and each.form in _HARMLESS:
                continue
            found = [label for label in labels_of(each) if label.kind in _VISITOR]
            if found:
                return min(found, key=lambda label: (label.at, label.origin, label.key or "", label.kind))
    return None


def _has(value: Value, kind: str) -> bool:
    return any(each.kind == kind for each in labels_of(value))


def _is_found(value: Value) -> bool:
    """True for a text that the visitor selects, and does not write."""
    parts = value.parts if value.__class__ is Parts else (value,)
    return any(each.__class__ is Some and each.form == "found" and labels_of(each) for each in parts) and all(
        each.__class__ is not Some or each.form == "found" or not labels_of(each) for each in parts
    )


def _leads(value: Value, front: re.Pattern[str]) -> bool:
    """True if a visitor's text is the beginning of a text, or stands right after a text of a form."""
    if value.__class__ is not Parts:
        return bool(labels_of(value)) and not _is_found(value)
    before = ""
    for each in value.parts:
        if each.__class__ is str:
            before += each
        elif any(label.kind in _VISITOR for label in labels_of(each)):
            return not before or (len(before) < 60 and _matches(front, before))
        elif any(label.kind == "page-path" for label in labels_of(each)):
            before = ""
        else:
            return False
    return False


def _matches(front: re.Pattern[str], before: str) -> bool:
    return (front.fullmatch(before) if front is _HERE else front.search(before)) is not None


def _is_named(target: Value) -> bool:
    """True if a visitor names a file, and not only its content is one that he sent."""
    label = _asked([target])
    return label is not None and label.kind != "upload" and any(_leads(each, _HERE) for each in options(target))


def _is_written(arrival: Arrival) -> bool:
    """True if a file is opened to be written."""
    mode = arrival.arguments[1] if len(arrival.arguments) > 1 else "r"
    return mode.__class__ is str and mode[:1] in "waxc" and mode != ""


def _is_page_name(target: Value) -> bool:
    last = target.parts[-1] if target.__class__ is Parts else target
    return last.__class__ is str and last.lower().endswith((".php", ".phtml", ".php5", ".inc"))


_MOST_PIECES = 4000


def _is_made_of(text: str, pieces: Sequence[str]) -> bool:
    """True if most of a text are long pieces of the code, one after the other."""
    if len(text) > 1 << 16 or len(pieces) > _MOST_PIECES:
        return False
    covered = bytearray(len(text))
    for each in pieces:
        at = text.find(each)
        while at >= 0:
            covered[at : at + len(each)] = b"\1" * len(each)
            at = text.find(each, at + len(each))
    return sum(covered) * 10 >= len(text) * 6
