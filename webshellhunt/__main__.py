"""Lets ``python -m webshellhunt`` be the command ``webshellhunt``."""

from webshellhunt.cli import run

if __name__ == "__main__":  # a worker process imports this module again on Windows
    run()
