"""The machine: drives, registry, Exchange installations, and the witnesses of their builds."""
