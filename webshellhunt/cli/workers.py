"""Workers: the processes of this command, ended at once after a signal."""

from __future__ import annotations

import sys
import threading


def end_workers() -> None:
    """End all worker processes, whatever they examine."""
    if "multiprocessing" not in sys.modules:
        return
    from multiprocessing import active_children

    workers = active_children()
    if workers:
        threading.excepthook = lambda _: None  # the pool's own thread may complain that its workers are gone
    for worker in workers:
        worker.kill()
