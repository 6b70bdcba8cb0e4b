"""What JScript has that the other languages do not: prototypes, functions as objects, scopes that objects are."""
