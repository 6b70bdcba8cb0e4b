"""The languages of server code: tokens, one syntax tree for all of them, and the symbols in it."""
