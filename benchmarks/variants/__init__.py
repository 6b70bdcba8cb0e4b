"""Metamorphic variants of pages: the laws, and how a variant is judged. The tests use them as well."""
