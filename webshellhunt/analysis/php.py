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
from webshellhunt.core.letters import lacks
from webshellhunt.core.run import World
from webshellhunt.core.text import parts_of
from webshellhunt.core.values import EMPTY, UNKNOWN, Label, Some, Value, labels_of, options
from webshellhunt.lang.php.lexer import MAX_TOKENS, Token, tokenize
from webshellhunt.lang.php.parser import parse
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.library.php_primitives import is_page_name
from webshellhunt.library.rows import library
from webshellhunt.lower.php import Page, TextScope, lower, lower_text

COMMANDS: Final = frozenset(
    {"system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "expect_popen"}
)
EVALUATES: Final = frozenset({"eval", "assert", "create_function", "replace"})
WRITES: Final = frozenset({"file_put_contents", "fwrite", "fputs"})
COPIES: Final = frozenset({"move_uploaded_file", "copy", "rename"})
STATEMENTS: Final = {
    "mysql_query": 0, "mysqli_query": 1, "mysqli_multi_query": 1, "pg_query": -1, "mssql_query": 0, "sqlsrv_query": 1,
    "odbc_exec": 1, "query": 0, "multi_query": 0,
}  # fmt: skip
"""Functions and methods that ask a database, with the argument that is the statement."""
SHOWS: Final = frozenset({"readfile", "highlight_file", "show_source"})
ARRIVING: Final = COMMANDS | EVALUATES | WRITES | COPIES | SHOWS | {"fopen", "run", "shellexecute", "mail", *STATEMENTS}
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
_OF_CODE = "(`'\"$"
_OF_COMMAND = " \t\r\n\"'&|<>%;`$()\\/^*?~{}[]#!"
_OF_PATH = "/\\:"
_OF_ENDING = "."
"""Characters without which a visitor's text does nothing: as code, in a command, as a file, as the end of its name."""
_ESCAPED = frozenset({"escaped", "encoded"})
_LONGEST_SHELL = 1000
_SHELL = lazy_pattern(
    r"(?:\S*[\\/])?(?:(?:ba|z|k|c)?sh(?: -\w+)*|cmd(?:\.exe)?(?: /\w.*)?|powershell(?:\.exe)?.*|nc(?:\.exe)? -.*"
    r")(?: 2>&1)?",
    2,
)
_HERE = lazy_pattern(r"\.?[\\/]?")
_REMOTE = lazy_pattern(r"(?:https?|ftp)://", 2)
_PAGE = lazy_pattern(r"<\?(?:php|=)|<%")
_PICTURE = lazy_pattern(r"\.(?:jpe?g|png|gif|ico|bmp|webp|css|zip|mp[34]|woff2?)\Z", re.IGNORECASE)
_KNOWN_ENDING = lazy_pattern(r"\.\w{1,5}\Z")
_PASSWORD = lazy_pattern(
    r"(?:txt|str|user|login|s|j|log)?_?-?(?:pass(?:word|wd|w|code)?|pswd|pwd|psw)\d?", re.IGNORECASE
)
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
    life = PhpLife(program, page, STEPS if steps is None else steps, len(text))
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

    def __init__(self, program: ir.Program, page: Page, steps: int, size: int) -> None:
        self._page = page
        self.called: frozenset[ir.Proc] = frozenset()
        """The functions that the page calls itself."""
        world = World(library("php"), ARRIVING, self._read, _unknown)
        super().__init__([program], world, {}, is_whole=not page.includes, steps=steps, size=size)

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
            if (label := _asked(arrival.arguments, _OF_COMMAND)) is not None:
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
            self._written(name, [first] if name == "file_put_contents" else self._opened, [*values, EMPTY][1], at)
        elif name in COPIES:
            self._copied(name, first, [*values, EMPTY, EMPTY][1], at)
        else:
            self._judge_request(name, first, values, at)

    def _judge_request(self, name: str, first: Value, values: Sequence[Value], at: int) -> None:
        """Report an act with a request value as it is: in a database, as objects, with files, elsewhere."""
        if name in STATEMENTS:
            asked = values[STATEMENTS[name] :][:1]
            if (label := _asked(asked, _OF_CODE)) is not None and all(_leads(x) for x in options(asked[0])):
                self._report("statement", f"has a database execute it ({name})", at, label)
        elif name in SHOWS and (label := _asked([first], _OF_PATH)) is not None and _leads(first):
            self._report("read", f"shows the file that it names ({name})", at, label)
        elif name == "objects" and (label := _asked(values, _OF_CODE)) is not None:
            self._report("object", "makes objects of it (unserialize)", at, label)
        elif name in ("sent", "mail") and _is_of_page(first):
            self._kept(f"sends it, a password, to a place of its own ({name})", values, at)

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
        asked = [each for each in options(value) if _asked([each], _OF_COMMAND) is not None]
        if asked and all(map(_is_found, asked)):
            label = _asked(asked, _OF_COMMAND)
            self._report("listed", f"runs a command that it chooses from a list ({name})", at, label)
        elif asked:
            words = "runs it as a command" if any(_leads(x) for x in asked) else "makes it a part of a command"
            self._report("command", f"{words} ({name})", at, _asked(asked, _OF_COMMAND))
        for each in options(value):
            if each.__class__ is str and _SHELL.fullmatch(each.strip()[:_LONGEST_SHELL]) is not None:
                self._report("shell", f"starts a shell ({name})", at)

    def _called(self, values: Sequence[Value], at: int) -> None:
        callee, *given = values
        label = _asked([callee], "_")
        if label is not None:
            if _asked([callee], _OF_CODE) is None or any(_is_found(each) for each in options(callee)):
                self._report("listed", "calls a function that it chooses from a list", at, label)
            elif any(_leads(each) for each in options(callee)):
                self._report("code", "calls the function that it names", at, label)
        elif (taint := _asked(given, _OF_CODE)) is not None and _has(callee, "decoded"):
            self._report("dispatch", "passes it to a function whose name the page decodes", at, taint)

    def _evaluated(self, name: str, value: Value, arrival: Arrival, at: int) -> None:
        label = _asked([value], _OF_CODE)
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
            label, leads = _asked([each], _OF_PATH), _leads(each)
            if label is not None and _is_found(parts_of(each)[0]):
                self._report("listed", "includes a file that it chooses from a list", at, label)
            elif label is not None and leads and label.kind in ("visitor", "upload"):
                self._report("code", "executes the file that it names (include)", at, label)
            head, last = parts_of(each)[0], parts_of(each)[-1]
            if head.__class__ is str and head.lower().startswith("php://input"):
                self._report("code", "executes the body of the request (include)", at, Label("visitor", "", None, at))
            elif (head.__class__ is str and _REMOTE.match(head) is not None) or _has(each, "remote"):
                self._report("fetched", "fetches a text and executes it (include)", at)
            elif last.__class__ is str and _PICTURE.search(last) is not None:
                self._report("plants", f"executes a file that is no page: {last[-60:]} (include)", at)
        for content in arrival.arguments[1:]:
            self._evaluated("include", content, arrival, at)
        if arrival.inner:
            self._evaluated("include", EMPTY, arrival, at)

    def _written(self, name: str, targets: Sequence[Value], content: Value, at: int) -> None:
        label = _asked([content], "<")
        for target in (each for found in targets for each in options(found)):
            if label is not None:
                self._stored(name, target, content, label, at)
            elif _has(content, "decoded") and _is_page_name(target):
                self._report("plants", f"writes a page that executes text ({name})", at)
        for each in options(content):
            if each.__class__ is str and _PAGE.search(each) is not None and self._is_shell(each):
                self._report("plants", f"writes a page that executes text ({name})", at)
        if not any(map(_is_page_name, targets)) and targets:
            self._kept(f"writes it, a password, into a file ({name})", [content], at)

    def _stored(self, name: str, target: Value, content: Value, label: Label, at: int) -> None:
        """Report a visitor's text or upload in a file, by who names it."""
        named = _asked([target], _OF_ENDING)
        is_upload = any(each.kind == "upload" for each in labels_of(content))
        if _is_page_name(target):
            is_value = not is_upload and _stands_in_code(content)
            if not is_value or _asked([content], _OF_CODE, quoted="'\"") is not None:
                words = f"writes it into a page ({name})"
                self._report("value" if is_value else "page", words, at, label)
        elif named is not None and not _is_found(target) and _ending_of(target) is None:
            is_whole = named.kind != "upload" and _leads(target)
            if is_upload:
                kind, where = ("upload", "beside itself ") if is_whole else ("kept", "")
                self._report(kind, f"stores an upload {where}under the visitor's name ({name})", at, named)
            elif named.kind != "upload":
                words = f"writes a file of the visitor's name and content ({name})"
                self._report("write" if is_whole else "store", words, at, named)

    def _kept(self, words: str, values: Sequence[Value], at: int) -> None:
        """Report a visitor's password that leaves the page, or stays on the server."""
        found = [each for value in values for each in labels_of(value) if each.kind == "visitor"]
        label = next((each for each in found if each.key is not None and _PASSWORD.fullmatch(str(each.key))), None)
        if label is not None:
            self._report("password", words, at, label)

    def _is_shell(self, content: str) -> bool:
        """True if a page that is written runs a visitor's text, or was packed."""
        if self._is_hidden(content):
            return True
        found = analyse(content[: 1 << 18], STEPS // 8).found
        return any(each.kind in ("code", "command") for each in found)

    def _copied(self, name: str, source: Value, target: Value, at: int) -> None:
        is_known = source.__class__ is str
        if is_known and _is_page_name(target) and not _is_page_name(source):
            kind = "fetched" if _REMOTE.match(source) is not None else "plants"
            self._report(kind, f"makes a page of {source[:60]} ({name})", at)
        label = next((each for each in labels_of(source) if each.kind in _VISITOR), None)
        for each in options(target):
            if label is not None:
                self._stored(name, each, source, label, at)

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


def _asked(values: Iterable[Value], needs: str, quoted: str = "'") -> Label | None:
    """Return the first label of a visitor's text in values that may have one of some characters, ``None`` for none.

    An escaped text does nothing after one of the signs ``quoted``.
    """
    for value in values:
        for each in options(value):
            before = ""
            for part in parts_of(each):
                if part.__class__ is str:
                    before = part[-1:]
                    continue
                is_kept = part.__class__ is Some and part.form in _ESCAPED and before in quoted and before
                if is_kept or (part.__class__ is Some and lacks(part.form, needs)):
                    continue
                found = [label for label in labels_of(part) if label.kind in _VISITOR]
                if found:
                    return min(found, key=lambda label: (label.at, label.origin, label.key or "", label.kind))
    return None


def _has(value: Value, kind: str) -> bool:
    return any(each.kind == kind for each in labels_of(value))


def _is_found(value: Value) -> bool:
    """True for a text that the visitor selects, and does not write."""
    his = [each for each in parts_of(value) if any(label.kind in _VISITOR for label in labels_of(each))]
    return bool(his) and all(each.__class__ is Some and each.form == "found" for each in his)


def _leads(value: Value) -> bool:
    """True if a visitor's text is the beginning of a text, or the name of something in the folder of the page."""
    before = ""
    for each in parts_of(value):
        if each.__class__ is str:
            before += each
        elif any(label.kind in _VISITOR for label in labels_of(each)):
            return not _is_found(value) and _HERE.fullmatch(before) is not None
        elif any(label.kind == "page-path" for label in labels_of(each)):
            before = ""
        else:
            return False
    return False


def _is_of_page(place: Value) -> bool:
    """True if the page itself says to whom something is sent."""
    head = parts_of(place)[0]
    return head.__class__ is str and len(head) > 3


def _stands_in_code(content: Value) -> bool:
    """True if a visitor's text comes after the begin of code in the page that is written."""
    for each in options(content):
        before = ""
        for part in parts_of(each):
            if part.__class__ is str:
                before += part
            elif _PAGE.search(before) is None and any(label.kind in _VISITOR for label in labels_of(part)):
                return False
    return True


def _is_written(arrival: Arrival) -> bool:
    """True if a file is opened to be written."""
    mode = arrival.arguments[1] if len(arrival.arguments) > 1 else "r"
    return mode.__class__ is str and mode[:1] in "waxc" and mode != ""


def _ending_of(target: Value) -> str | None:
    """Return the ending of a path that is known, ``None`` for another one."""
    last = parts_of(target)[-1]
    found = _KNOWN_ENDING.search(last) if last.__class__ is str else None
    return None if found is None else found[0]


def _is_page_name(target: Value) -> bool:
    return any(is_page_name(_ending_of(each) or "") for each in options(target))


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
