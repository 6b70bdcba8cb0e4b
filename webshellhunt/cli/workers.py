"""The end of worker processes after a signal."""

from __future__ import annotations

import sys
import threading


def end_workers() -> None:
    """End all worker processes at once."""
    if "multiprocessing" not in sys.modules:
        return
    from multiprocessing import active_children

    workers = active_children()
    if workers:
        threading.excepthook = lambda _: None  # the pool's thread may report its missing workers
    for worker in workers:
        worker.kill()
