"""The functions of Visual Basic."""
