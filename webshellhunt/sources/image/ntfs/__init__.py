"""NTFS, read from any disk: records of the file table, directories, streams; bounded, and without a dependency."""
