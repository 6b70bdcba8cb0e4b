"""Evaluation: what a page's own pure functions and loops make of constants, worked out by an interpreter of our own."""

from webshellhunt.code.evaluation.page import PageEvaluator
from webshellhunt.code.evaluation.rehearsal import texts_run

__all__ = ["PageEvaluator", "texts_run"]
