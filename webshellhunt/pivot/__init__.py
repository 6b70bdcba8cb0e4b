"""Pivot: the convicted findings of saved reports in the forms in which hunters search other machines."""
