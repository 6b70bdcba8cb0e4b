"""Evaluation: what a page's own pure functions and loops make of constants, worked out by an interpreter of our own."""

from webshellhunt.code.evaluation.page import PageEvaluator

__all__ = ["PageEvaluator"]
