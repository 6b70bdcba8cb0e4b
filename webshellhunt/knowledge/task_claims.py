r"""Claims about scheduled tasks: actions that no installer, no administrator and no Windows schedules.

The same claims count for a task in a file, in a hive and in an event. A task of Windows is known by its name and its
action together: the name of one with another action is an intruder's disguise. Administrators run scripts with
PowerShell by tasks, so that an interpreter alone is no claim, save among the tasks of Windows.

References:
    https://attack.mitre.org/techniques/T1053/005/
    https://www.microsoft.com/en-us/security/blog/2022/04/12/tarrask-malware-uses-scheduled-tasks-for-defense-evasion/
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.host.machine.scheduled_tasks import Action, Task
from webshellhunt.knowledge.products import find_product, find_product_at
from webshellhunt.knowledge.programs import Oddity, ProgramClaim, judge_command, program_of
from webshellhunt.knowledge.stock_tasks import (
    StockTask,
    find_stock_task,
    is_stock_action,
    is_stock_program,
    normal_action,
)
from webshellhunt.lazy_pattern import lazy_pattern

_WINDOWS: Final = "\\microsoft\\windows\\"
_MICROSOFT: Final = "\\microsoft\\"
_SHOWN: Final = 200
_SCHEDULED_JOB: Final = "import-module psscheduledjob"
"""The text that PowerShell itself writes into a task of ``Register-ScheduledJob``."""
_LOADERS: Final = frozenset(
    {"rundll32", "regsvr32", "odbcconf", "pcalua", "conhost", "msbuild", "installutil", "regasm", "regsvcs", "hh"}
    | {"msxsl", "bitsadmin", "mshta", "nc", "ncat", "netcat", "socat", "csc", "jsc"}
)
"""Programs that run other code, and that administrators don't schedule."""
_INSTALLED = lazy_pattern(r"(?i)(?:%programfiles(?:\(x86\))?%|%programw6432%|[a-z]:\\program files(?: \(x86\))?)\\")
_OFTEN = lazy_pattern(r"at each|every (?:\d+ )?(?:minute|second)|every hour")
"""Triggers of programs that have to run all the time; an updater runs once a day."""
_OF_PLA = lazy_pattern(r"(?:%windir%\\system32\\)?pla\.dll,plahost\b")
_SCRIPT_OF_WINDOWS = lazy_pattern(
    r"(?i)(?:%windir%|%systemroot%|[a-z]:\\windows)\\(?:(?:system32|syswow64)\\[^\s\"'|<>*?;,:%]{0,200}?)?"
    r"[^\s\\\"'|<>*?;,:%]{1,100}\.(?:ps1|bat|cmd|vbs|vbe|js|jse|wsf|hta)\b"
)
_STOCK_SCRIPTS: Final = frozenset({"silcollector.cmd", "calluxxprovider.vbs", "gathernetworkinfo.vbs", "slmgr.vbs"})
_ADDRESS = lazy_pattern(r"(?i)\\\\(?:\d{1,3}\.){3}\d{1,3}\\|\\\\[^\\]{1,100}@(?:ssl|\d{2,5})\\")
_WEB_ADDRESS = lazy_pattern(r"(?i)((?:https?|ftp)://)(?:[^\s/@\"'<>|]{0,200}@)?([^\s\"'<>|(),;?#]{1,200})")
_OWN_UPDATERS = lazy_pattern(r"(?i)\\appdata\\local\\(?:microsoft\\onedrive|microsoft\\teams|google\\update)\\")


class TaskClaim(NamedTuple):
    """A claim about one action of a task.

    ``words`` end a sentence that begins with the task. ``is_disguise`` is true if the task poses as one of Windows, or
    starts a COM class that Windows does not start by a task. ``sure`` is true if no legitimate software does so.
    """

    action: Action
    words: str
    sure: bool
    is_disguise: bool = False


def judge_task(task: Task) -> Iterator[TaskClaim]:
    """Yield the odd actions of a task; none for a stock task and an ordinary one."""
    stock = find_stock_task(task.name)
    for action in task.actions:
        if stock is not None and stock.has(action):
            continue
        claim = _judge_class(task, action, stock) if action.class_id else _judge_program(task, action, stock)
        if claim is not None:
            yield claim


def _judge_class(task: Task, action: Action, stock: StockTask | None) -> TaskClaim | None:
    known = is_stock_action(action.class_id)
    name = task.name.lower()
    if stock is not None:
        if not stock.actions:
            return None
        words = f"it has the name of a task of Windows, and starts another COM class, {action.class_id}"
        return TaskClaim(action, words, not known, is_disguise=True)
    which = "which a task of Windows starts" if known else "which no task of Windows starts"
    posing = (
        "is among the tasks of Windows, no known one of which has this name, and " if name.startswith(_WINDOWS) else ""
    )
    is_product = name.startswith(_MICROSOFT) or find_product("task", task.name.rpartition("\\")[2]) is not None
    sure = not known and (name.startswith(_WINDOWS) or not is_product)
    return TaskClaim(action, f"it {posing}starts the COM class {action.class_id}, {which}", sure, is_disguise=True)


def _judge_program(task: Task, action: Action, stock: StockTask | None) -> TaskClaim | None:
    text = normal_action(action)
    program = program_of(text)
    odd = judge_command(action.text)
    if _is_of_windows_itself(task, text):
        return None
    if stock is not None:
        return _judge_stock(task, action, program, odd, stock)
    claim = _judge_odd(task, action, odd)
    if not task.name.lower().startswith(_WINDOWS) or (claim is not None and claim.sure):
        return claim
    runs = odd is not None and odd.kind in (Oddity.INTERPRETER, Oddity.PROXY)
    words = f"it is among the tasks of Windows, no known one of which has this name, and runs {_program(action, odd)}"
    return TaskClaim(action, words, runs, is_disguise=True)


def _judge_stock(
    task: Task, action: Action, program: str, odd: ProgramClaim | None, stock: StockTask
) -> TaskClaim | None:
    """Return the claim about a task with a name of Windows and another action."""
    is_known = stock.has_program(program) or is_stock_program(program) or _is_of_product(action.command)
    if odd is None and (is_known or not stock.actions):
        return None
    if not stock.actions:
        return _judge_odd(task, action, odd)
    words = f"it has the name of a task of Windows, and runs {_program(action, odd)}"
    return TaskClaim(action, words, sure=True, is_disguise=True)


def _is_of_windows_itself(task: Task, text: str) -> bool:
    """Return True for a task that Windows makes itself: a job of PowerShell, a collector of data, an enrolment."""
    name = task.name.lower()
    if name.startswith(f"{_WINDOWS}powershell\\scheduledjobs\\"):
        return _SCHEDULED_JOB in text
    if name.startswith(f"{_WINDOWS}enterprisemgmt\\"):
        return text.startswith("%windir%\\system32\\deviceenroller.exe")
    return name.startswith(f"{_WINDOWS}pla\\") and _OF_PLA.search(text) is not None


def _judge_odd(task: Task, action: Action, odd: ProgramClaim | None) -> TaskClaim | None:
    """Return the claim about the program of a task that does not pose as one of Windows."""
    script = "" if odd is not None and odd.sure else _script_of_windows(action.text)
    if script:
        return TaskClaim(action, f"it runs {script} (a script in the folder of Windows, which has few)", sure=True)
    if odd is None:
        return None
    sure = odd.sure or _is_sure(task, action, odd)
    if not sure and odd.kind in (Oddity.INTERPRETER, Oddity.PROXY):
        return None
    if not odd.sure and not task.hidden and _is_of_product(odd.path):
        return None
    return TaskClaim(action, _words(odd, action), sure)


def _script_of_windows(text: str) -> str:
    """Return the script in the folder of Windows that a command line names, if Windows ships none of its name."""
    found = _SCRIPT_OF_WINDOWS.search(text)
    name = "" if found is None else found[0].lower().replace("/", "\\").rpartition("\\")[2]
    return "" if found is None or name in _STOCK_SCRIPTS else found[0]


def _is_of_product(path: str) -> bool:
    """Return True for a path in the folder of a known product, or of an updater in the profile of a user."""
    return find_product_at(path) is not None or _OWN_UPDATERS.search(path) is not None


def _words(odd: ProgramClaim, action: Action) -> str:
    address = address_of(action)
    source = f", from {address}" if address else ""
    if odd.kind is Oddity.COMMAND:
        return f"it runs {odd.words.removeprefix('the command has ')} with {odd.path[:_SHOWN]}{source}"
    if odd.kind is Oddity.PAGE:
        return f"it writes the page {odd.path[:_SHOWN]} into a web directory{source}"
    return f"it runs {_program(action, odd)} ({odd.words})"


def address_of(action: Action) -> str:
    """Return the first address in the arguments of an action, without what may have a password: user and query."""
    found = _WEB_ADDRESS.search(action.arguments)
    return "" if found is None else f"{found[1]}{found[2]}"


def _program(action: Action, odd: ProgramClaim | None) -> str:
    """Return the program that an action runs, or the odd path among its arguments; these may have passwords."""
    return (odd.path if odd is not None else "") or action.command[:_SHOWN]


def _is_sure(task: Task, action: Action, odd: ProgramClaim) -> bool:
    """Return True if the rest of a task removes the doubt about its program."""
    stem = program_of(action.text).replace("/", "\\").rpartition("\\")[2].lower().removesuffix(".exe")
    if odd.kind is Oddity.PLACE:
        is_often = task.is_of_system and _OFTEN.search(task.when) is not None
        return task.hidden or is_often or stem in _LOADERS or len(split_server_path(odd.path).names) <= 2
    if odd.kind is Oddity.SHARE:
        return _ADDRESS.search(odd.path) is not None
    if odd.kind is Oddity.PROFILE:
        return task.is_of_system
    if odd.kind is Oddity.PROXY:
        installed = _INSTALLED.search(action.arguments) is not None
        return stem in _LOADERS and not installed and not is_stock_action(normal_action(action))
    return False
