"""The examination of artifacts one by one, in this process or in workers."""
