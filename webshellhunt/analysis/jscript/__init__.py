"""JScript apart from the other languages: prototypes, functions as objects, scopes that objects are."""
