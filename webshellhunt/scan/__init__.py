"""The examination of one artifact at a time, in this process or in workers."""
