"""Records of NTFS: the file table and the change journal of a drive, read in pieces and without a file system.

::

    $MFT ─▶ file_table ─▶ records of pages ─┐
                       └▶ directories ─▶ paths ─▶ histories
    $UsnJrnl:$J ─▶ change_journal ─▶ changes ─┘
"""
