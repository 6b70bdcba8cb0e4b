"""PHP: a lexer, folding of constants, and an interpreter that follows request values, for a few rules about PHP pages.

IIS also runs PHP, but it is second here: the interpreter reads a page as one sequence of expressions, without types and
without control flow. It works on bytes as Latin-1, because decoders of web shells compute with bytes.
"""
