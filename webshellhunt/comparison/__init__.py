"""Comparison of two reports of the same hosts: is what was found gone?"""

from webshellhunt.comparison.compare import compare

__all__ = ["compare"]
