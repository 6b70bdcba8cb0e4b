"""The Celery application of the worker; its broker and its results are in the Redis server of OpenRelik."""

from __future__ import annotations

import os

from celery import Celery

REDIS_URL = os.getenv("REDIS_URL") or "redis://localhost:6379/0"
celery = Celery(broker=REDIS_URL, backend=REDIS_URL, include=[f"{__package__}.tasks"])
