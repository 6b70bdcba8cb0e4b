"""Acts of PHP code: a text is executed, a command runs, a file is included, replaced or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.php.folding import fold
from webshellhunt.php.lexer import tokenize
from webshellhunt.php.state import Place, Ref, Run, Scope, declare
from webshellhunt.php.values import UNKNOWN, Value, known
from webshellhunt.php.vocabulary import WRITES

_PAGE = lazy_pattern(r"<\?(?:php|=)|<%")
_LONGEST_SHELL = 1000
_REMOTE = lazy_pattern(r"(?:https?|ftp)://", 2)
_SHELL = lazy_pattern(
    r"(?:\S*[\\/])?(?:(?:ba|z|k|c)?sh(?: -\w+)*|cmd(?:\.exe)?(?: /\w.*)?|powershell(?:\.exe)?.*|nc(?:\.exe)? -.*"
    r")(?: 2>&1)?",
    2,
)


class Call(NamedTuple):
    """A call: its name in lower case, its arguments, and the variables of those that are plain variables."""

    name: str
    values: list[Value]
    refs: list[Ref | None]
    run: Run
    scope: Scope
    place: Place
    assign: Callable[[Ref, Value], None]

    def value(self, index: int) -> Value:
        """Return an argument, or an unknown value if it is missing."""
        return self.values[index] if -len(self.values) <= index < len(self.values) else UNKNOWN

    @property
    def tainted(self) -> Value | None:
        """The first argument that contains a request value."""
        return next((each for each in self.values if each.is_tainted), None)


def source_of(value: Value) -> int | None:
    """Return the place of the request value in a value or in its elements."""
    return next((each.source for each in (value, *value.items.values()) if each.source is not None), None)


def execute_text(text: str, run: Run, scope: Scope, place: Place) -> None:
    """Analyse a known text that the page executes."""
    if run.budget.may_nest(len(text)):
        run.budget.level += 1
        run.budget.depth += 4
        tokens = tokenize(text, in_code=not text.lstrip().startswith(("?>", "<?")))
        declare(tokens, run)
        run.read(tokens, run, scope, place, (0, len(tokens)))
        run.budget.level -= 1
        run.budget.depth -= 4


def execute(name: str, values: list[Value], run: Run, scope: Scope, place: Place) -> None:
    """Report a text that is executed as PHP, and analyse it if it is known."""
    value = values[-1] if values and name == "create_function" else values[0] if values else UNKNOWN
    run.used[name] = run.used.get(name, 0) + 1
    if value.is_tainted:
        run.report("code", f"executes it as PHP ({name})", place, source_of(value))
    elif value.text is not None:
        if value.decoded:
            run.report("unpacked", f"unpacks a text and executes it ({name})", place)
        if name != "assert" or value.decoded or "(" in value.text:
            execute_text(value.text if name != "assert" else f"{value.text};", run, scope, place)
    elif value.fetched:
        run.report("fetched", f"fetches a text and executes it ({name})", place)
    elif value.decoded:
        run.report("unpacked", f"unpacks a text and executes it ({name})", place)


def run_command(name: str, values: list[Value], run: Run, place: Place) -> None:
    """Report a command that contains a request value, or that starts a shell."""
    value = values[0] if values else UNKNOWN
    run.used[name] = run.used.get(name, 0) + 1
    if value.is_tainted:
        is_whole = value.leads or value.source is None
        words = f"runs it as a command ({name})" if is_whole else f"makes it a part of a command ({name})"
        run.report("command" if is_whole else "part", words, place, source_of(value))
    elif value.text is not None and _SHELL.fullmatch(value.text.strip()[:_LONGEST_SHELL]) is not None:
        run.report("shell", f"starts a shell ({name})", place)


def include(path: Value, run: Run, scope: Scope, place: Place) -> None:
    """Report a path that a request value begins, or that names data or another server."""
    text = path.text or ""
    if path.listed:
        run.report("listed", "includes a file that it chooses from a list", place, path.source)
        for each in path.listed:
            include(known(each), run, scope, place)
    elif path.source is not None and path.leads and not path.uploaded:
        run.report("code", "executes the file that it names (include)", place, path.source)
    elif text.lower().startswith("php://input"):
        run.report("code", "executes the body of the request (include)", place, place[0])
    elif _REMOTE.match(text) is not None:
        run.report("fetched", "fetches a text and executes it (include)", place)
    elif text.startswith("data:") and "," in text:
        execute("include", [fold("base64_decode", [known(text.partition(",")[2])])], run, scope, place)


def _is_shell(content: Value, run: Run) -> bool:
    """Return True if a page that is written was packed, or executes a request value."""
    text = content.text or ""
    if content.decoded or not run.budget.may_nest(len(text)):
        return content.decoded
    inner = Run(run.read, budget=run.budget)
    execute_text(text, inner, inner.top, (0, 1))
    return any(act.kind in ("code", "command") for act in inner.found.values())


def replace(call: Call) -> None:
    """Report a replacement that is executed, since its pattern has the modifier e."""
    pattern, new, subject = call.value(0), call.value(1), call.value(2)
    place, run = call.place, call.run
    if pattern.source is not None and pattern.leads and (new.is_tainted or subject.is_tainted):
        run.report("code", f"executes it as PHP ({call.name}, whose pattern it sets)", place, pattern.source)
        return
    is_mb = call.name.startswith("mb_")
    modifiers = (call.value(3).text or "") if is_mb else _modifiers(pattern)
    if "e" not in modifiers:
        return
    if new.is_tainted:
        run.report("code", f"executes it as PHP ({call.name} with modifier e)", place, source_of(new))
    elif new.text is not None and new.text.strip("\"'{};@") in ("\\1", "\\0", "$1", "$0", "\\\\1", "\\\\0"):
        execute("eval", [subject], run, call.scope, place)
    elif new.text is not None:
        execute_text(new.text, run, call.scope, place)


def _modifiers(pattern: Value) -> str:
    text = (pattern.text or "").strip()
    if len(text) < 3:
        return ""
    closing = {"(": ")", "[": "]", "{": "}", "<": ">"}.get(text[0], text[0])
    return text.rpartition(closing)[2]


def write(call: Call) -> None:
    """Report a file whose name and content are the visitor's."""
    name, run = call.name, call.run
    if name == "fopen":
        if (call.value(1).text or "r")[:1] in "waxc" and call.value(0).source is not None and call.value(0).leads:
            run.constants["<opened>"] = call.value(0)
        return
    if name in WRITES:
        target = call.value(0) if name == "file_put_contents" else run.constants.get("<opened>", UNKNOWN)
        content = call.value(1)
        is_named = target.source is not None and target.leads and target.uploaded != "content"
        if is_named and content.is_tainted:
            run.report("write", f"writes a file of the visitor's name and content ({name})", call.place, target.source)
        elif content.text is not None and _PAGE.search(content.text) is not None and _is_shell(content, run):
            run.report("plants", f"writes a page that executes text ({name})", call.place)
        return
    source, target = call.value(0), call.value(1)
    if name == "copy" and _REMOTE.match(source.text or "") is not None and (target.text or "").lower().endswith(".php"):
        run.report("fetched", "fetches a page from another server and stores it (copy)", call.place)
    if name != "rename" and source.uploaded == "content" and target.source is not None and target.leads:
        words = f"stores an upload beside itself under the visitor's name ({name})"
        run.report("upload", words, call.place, target.source)
