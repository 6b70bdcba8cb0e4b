r"""A start-up folder or a start script of Windows runs an odd program.

What it finds:
    In the start-up folders of all users and of each user: programs, scripts of the Script Host, shortcuts to an
    interpreter or to an odd folder, and batch files with a suspicious command or an odd program. The same of the
    scripts that the local group policy runs at the start of Windows and at each sign-in, and of ``SetupComplete.cmd``.

Why it matters:
    The next administrator who signs in starts the program with all rights; a start script of the policy runs as SYSTEM.

Looks like:
    ``StartUp\update.vbs``; a shortcut to ``powershell.exe -w hidden …``; ``0CmdLine=C:\ProgramData\a.bat`` in
    ``scripts.ini``.

Benign look-alikes:
    Shortcuts to programs below Program Files are left out. Batch files of administrators are a question only.

Blind spots:
    Shortcuts to an ordinary program that was replaced. Scripts of a domain policy, which lie on a domain controller.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.products import find_product_at
from webshellhunt.knowledge.programs import Oddity, ProgramClaim, judge_command, program_of
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4083", "medium", "high", "T1547.001", "T1037.001", remedy=Remedy.STATED)
_STARTUP = lazy_pattern(r"(?i)[\\/]start menu[\\/]programs[\\/]startup[\\/][^\\/]{1,255}$")
_POLICY = lazy_pattern(r"(?i)[\\/]grouppolicy[\\/](?:machine|user)[\\/]scripts[\\/]")
_SETUP = lazy_pattern(r"(?i)[\\/]windows[\\/]setup[\\/]scripts[\\/](?:setupcomplete|oobe)\.cmd$")
_ENTRY = lazy_pattern(r"^\s*(\d{1,3})(cmdline|parameters)\s*=\s*(.{0,4000}?)\s*$", re.IGNORECASE | re.MULTILINE)
_PROGRAMS: Final = frozenset({"exe", "scr", "com", "pif", "cpl"})
_HOSTED: Final = frozenset({"vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "sct"})
_SHELL: Final = frozenset({"bat", "cmd", "ps1"})
_MOST_LINES: Final = 500
_LONGEST: Final = 64 * 1024


def _starts(sample: Sample) -> bool:
    path = sample.artifact.path
    lowered = path.lower()
    if "startup" in lowered and _STARTUP.search(path) is not None:
        return True
    return "scripts" in lowered and (_POLICY.search(path) is not None or _SETUP.search(path) is not None)


@detector(RULE, on=Sample, prefilter=_starts)
def find(sample: Sample) -> Findings:
    """Report the first odd program that a file starts."""
    if not _starts(sample):
        return
    path = sample.artifact.path
    extension = sample.artifact.name.lower().rpartition(".")[2]
    in_startup = _STARTUP.search(path) is not None
    when = "at each sign-in" if in_startup else "once, after the set-up of Windows"
    when = "at the start of Windows or at each sign-in, by the local policy" if _POLICY.search(path) else when
    told = next(_told(sample, extension, in_startup=in_startup), None)
    if told is None:
        return
    words, sure = told
    facts = {"undo": f"Remove {path}" if in_startup else f"Remove the entry from {path}"}
    severity = RULE.severity if sure else Severity.LOW
    yield claim(RULE, f"Windows runs {words} {when}", sample.raw_evidence(0, 1), severity=severity, facts=facts)


def _told(sample: Sample, extension: str, *, in_startup: bool) -> Iterator[tuple[str, bool]]:
    """Yield the program that a file starts, in words, and whether it is surely odd."""
    if in_startup and extension in _PROGRAMS:
        yield "this program", True
    elif extension in _HOSTED and _SETUP.search(sample.artifact.path) is None:
        yield "this script of the Script Host", True
    elif extension == "lnk":
        from webshellhunt.host.machine.shortcuts import read_shortcut  # here, for a quick start

        shortcut = read_shortcut(sample.data)
        command = "" if shortcut is None else f'"{shortcut.target}" {shortcut.arguments}'
        odd = judge_command(command)
        if odd is not None and find_product_at(odd.path) is None:
            yield _words(odd, command), odd.kind is Oddity.INTERPRETER or _is_sure(odd)
    elif extension == "ini":
        yield from _entries(_text(sample))
    elif extension in _SHELL:
        odd = next(filter(None, map(_odd_line, islice(_text(sample).splitlines(), _MOST_LINES))), None)
        if odd is not None:
            yield f"a script with {_words(odd, '')}", True
        elif in_startup:
            yield "this script", False


def _entries(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the scripts of a configuration of the policy, the sure ones first."""
    commands: dict[tuple[str, int], list[str]] = {}
    for section, block in enumerate(re.split(r"(?m)^\s*\[", text)):
        for entry in _ENTRY.finditer(block, 0, _LONGEST):
            commands.setdefault((entry[1], section), []).append(entry[3])
    odd = [(judge_command(" ".join(words)), " ".join(words)) for words in commands.values()]
    told = [(_words(each, command), _is_sure(each)) for each, command in odd if each is not None]
    told += [(program_of(command)[:200], False) for each, command in odd if each is None and command.strip()]
    yield from sorted(told, key=lambda each: not each[1])


def _odd_line(line: str) -> ProgramClaim | None:
    """Return the claim about a line of a batch file or a script; an interpreter alone is none."""
    odd = judge_command(re.sub(r"^\s*@?(?:start(?:\s+\"[^\"]*\")?(?:\s+/\w+)*|call)\s+", "", line, flags=re.IGNORECASE))
    return odd if odd is not None and (odd.sure or odd.kind in (Oddity.PLACE, Oddity.SHARE)) else None


def _is_sure(odd: ProgramClaim) -> bool:
    """Return True if nobody starts such a program with Windows; a share may be that of the domain."""
    return odd.sure or odd.kind in (Oddity.PLACE, Oddity.PROXY)


def _words(odd: ProgramClaim, command: str) -> str:
    if odd.kind is Oddity.COMMAND:
        return odd.words.removeprefix("the command has ")
    return f"{(odd.path or program_of(command))[:200]} ({odd.words})"


def _text(sample: Sample) -> str:
    return sample.layers[0].text[:_LONGEST] if sample.layers else ""
