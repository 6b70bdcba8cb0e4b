"""Lets ``python -m webshellhunt`` be the command ``webshellhunt``.

``python -m`` puts the current folder first in the path of modules. It may be evidence with a ``yara.py`` in it, so it
is removed before anything else is imported. What Python itself has imported until then is only safe by ``python -P``.
"""

import os
import sys


def _leave_current_folder() -> None:
    """Remove the current folder from the path of modules, unless the package itself is in it."""
    try:
        here = os.getcwd()  # noqa: PTH109 - pathlib is not loaded yet
    except OSError:  # the folder was deleted
        return
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    if sys.path[:1] in ([""], [here]) and not sys.flags.safe_path and here != package:
        del sys.path[0]


if __name__ == "__main__":  # a worker process imports this module again on Windows
    _leave_current_folder()
    from webshellhunt.cli import run

    run()
