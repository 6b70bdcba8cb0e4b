"""What a visitor's browser makes of a page: its sign-in forms, its scripts, and what these do with a password.

Its modules are imported one by one: nearly no file is a sign-in page, and the others need only `prefilter`.
"""
