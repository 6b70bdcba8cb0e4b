"""The cache of results: the results of examinations, for a later hunt of the same content.

A result is kept under everything that decides it, and it is authenticated, so that a changed row is never used.
"""
