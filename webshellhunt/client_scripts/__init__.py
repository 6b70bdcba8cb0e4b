"""Analysis of a page's client side: its sign-in forms, its scripts, and the flow of passwords in them.

Import its modules one by one: few files are sign-in pages, and the others need only `prefilter`.
"""
