"""Lexing and parsing of ASP.NET, classic ASP and Razor pages."""
