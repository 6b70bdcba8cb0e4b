"""A reader of Outlook personal stores, limited to the owner and the messages of a mailbox export.

Source: [MS-PST].
"""
