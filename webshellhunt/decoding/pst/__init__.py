"""Outlook's personal store, as a mailbox export writes it, read just far enough to say whose it is and what it holds.

Source: [MS-PST].
"""
