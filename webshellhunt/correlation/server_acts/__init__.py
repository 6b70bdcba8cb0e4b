"""Server acts: plants, administration and worker processes in event logs and the logs of cmdlets.

::

    record ─iter_acts▶ LoggedAct ─ActTally▶ per log ─examinations▶ plants with their stories, and the other ideas
"""
