"""The format of NTFS records, for images and for files of records: the file table and the change journal of a drive.

::

    sectors ─▶ records ─▶ values

    $MFT ─▶ table_scan ─▶ listed files of pages ─┐
                       └▶ directories ─▶ paths ─▶ histories
    $UsnJrnl:$J ─▶ change_journal ─▶ changes ─┘
"""
