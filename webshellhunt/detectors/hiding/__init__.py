"""WSH3xxx: hiding."""

VIEWS = frozenset({"Layer", "Sample"})
OTHER_VIEWS = {"names_written_in_escapes": "Code", "object_name_put_together": "Code"}
