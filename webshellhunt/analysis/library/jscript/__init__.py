"""The library of JScript: texts, arrays, objects and patterns."""
