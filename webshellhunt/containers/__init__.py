"""Containers: files with folders, disks or records in them; they are recognised and partly listed, never unpacked."""
