r"""A scheduled task is hidden from the tools that list tasks.

What it finds:
    A task of the registry without a security descriptor (``SD``), with the index 0, without an entry in the tree of
    tasks, without its file below ``System32\Tasks``; and a file there that the registry does not know. Files are
    compared only if at least half of the tasks have both.

Why it matters:
    The scheduler runs the task as before, and neither the Task Scheduler nor ``schtasks`` shows it. HAFNIUM deleted the
    descriptor of its task on Exchange servers (Tarrask).

Looks like:
    ``TaskCache\Tree\WinUpdate`` with ``Id`` and ``Index``, and without ``SD``.

Benign look-alikes:
    Upgrades of Windows leave tasks of Windows without their file, or their files alone: a question. A hive with changes
    that only its log has may lack an entry.

Blind spots:
    A descriptor that denies everybody the right to read; a task that was hidden and is gone.

References:
    https://www.microsoft.com/en-us/security/blog/2022/04/12/tarrask-malware-uses-scheduled-tasks-for-defense-evasion/
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.host.machine.scheduled_tasks import task_name
from webshellhunt.host.machine.task_cache import NO_FILE, CachedTask, iter_ways_to_hide, scheduled_task
from webshellhunt.knowledge.stock_tasks import find_stock_task
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4054", "medium", "high", "T1053.005", "T1564", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(autostart: Autostart) -> Findings:
    """Report each hidden task."""
    if autostart.kind is AutostartKind.TASK_FILE:
        words = f"the file of the task {autostart.name} is there, and the registry has no task of this name"
        is_stock = find_stock_task(task_name(autostart.key) or "") is not None
        yield claim_autostart(RULE, words, autostart, weight="question" if is_stock else "accuse")
    elif autostart.task is not None:
        reasons = tuple(iter_ways_to_hide(autostart.task))
        if reasons:
            runs = f"; it runs {autostart.command}" if autostart.command else ""
            words = f"the task {autostart.name} is hidden: {', '.join(reasons)}{runs}"
            weight = "question" if reasons == (NO_FILE,) and _is_stock(autostart.task) else "accuse"
            yield claim_autostart(RULE, words, autostart, weight=weight)


def _is_stock(task: CachedTask) -> bool:
    """Return True for a task of Windows with its own actions: upgrades of Windows leave some without a file."""
    stock = find_stock_task(task.path)
    return stock is not None and all(map(stock.has, scheduled_task(task).actions))
