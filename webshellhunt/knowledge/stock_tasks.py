r"""Stock tasks: the scheduled tasks that Windows ships, with their actions.

``stock_tasks.tsv`` has one line for each action: the name of the task, its action (a command line, or the class of a
COM handler; empty if only the name is known), and the source. In names, a SID of a user is ``s-1-5-21``, a GUID ``{}``.
"""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.host.machine.scheduled_tasks import Action
from webshellhunt.knowledge.programs import program_of
from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.lazy_pattern import lazy_pattern

_SID = lazy_pattern(r"s-1-5-21(?:-\d{1,10}){1,8}")
_GUID = lazy_pattern(r"\{[0-9a-f-]{36}\}")
_WINDOWS = lazy_pattern(r"(?:%(?:windir|systemroot)%|[a-z]:\\windows)(?=\\)")
_SPACES = lazy_pattern(r"[\s\"]+")
_LONGEST = 8 * 1024


class StockTask(NamedTuple):
    """A task that Windows ships; ``actions`` are those of all versions, none if they are not known."""

    name: str
    actions: frozenset[str]

    def has(self, action: Action) -> bool:
        """Return True if Windows ships a task of this name with an action."""
        return normal_action(action) in self.actions

    def has_program(self, program: str) -> bool:
        """Return True if Windows ships a task of this name with a program, with any arguments."""
        return program in {program_of(each) for each in self.actions if not each.startswith("{")}


def find_stock_task(name: str) -> StockTask | None:
    r"""Return the task of Windows with a name such as ``\Microsoft\Windows\Defrag\ScheduledDefrag``, or ``None``."""
    key = _normal_name(name)
    actions = _stock().get(key)
    return None if actions is None else StockTask(key, actions)


def is_stock_action(action: str) -> bool:
    """Return True if some task of Windows has an action, which is written as in ``normal_action``."""
    return action in _all_actions()


def is_stock_program(program: str) -> bool:
    """Return True if some task of Windows starts a program, which is written as in ``normal_action``."""
    return program in _all_programs()


def normal_action(action: Action) -> str:
    r"""Return an action as the table has it: a class, or a command line in lower case with ``%windir%``.

    Examples:
        >>> normal_action(Action('"C:\\Windows\\System32\\sc.exe"', " start  wuauserv"))
        '%windir%\\system32\\sc.exe start wuauserv'
    """
    if action.class_id:
        return action.class_id
    text = _SPACES.sub(" ", action.text[:_LONGEST].lower()).strip()
    return _WINDOWS.sub("%windir%", text)


def _normal_name(name: str) -> str:
    return _GUID.sub("{}", _SID.sub("s-1-5-21", name[:_LONGEST].lower()))


@lru_cache(maxsize=1)
def _stock() -> dict[str, frozenset[str]]:
    actions: defaultdict[str, set[str]] = defaultdict(set)
    for name, action, _ in read_table(data_file("stock_tasks.tsv")).rows:
        actions[name] |= {action} if action else set()
    return {name: frozenset(each) for name, each in actions.items()}


@lru_cache(maxsize=1)
def _all_actions() -> frozenset[str]:
    return frozenset(action for actions in _stock().values() for action in actions)


@lru_cache(maxsize=1)
def _all_programs() -> frozenset[str]:
    return frozenset(program_of(each) for each in _all_actions() if not each.startswith("{"))
