"""The records of Microsoft Defender: its quarantine, detection history and protection log, read from bytes."""
