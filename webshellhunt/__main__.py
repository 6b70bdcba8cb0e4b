"""Lets ``python -m webshellhunt`` be the command ``webshellhunt``."""

import sys

from webshellhunt.cli import main

if __name__ == "__main__":  # a worker process imports this module again on Windows
    sys.exit(main())
