"""Long work as rows, and the pulse of the scheduled jobs.

`start` makes a job in the caller's transaction, `run` carries it out in a worker, `heartbeat` wraps a scheduled task.
"""

from core.jobs.heartbeats import Beat, heartbeat
from core.jobs.overview import ScheduledJob, heartbeat_warnings, scheduled_jobs
from core.jobs.runs import JobFailed, Progress, end_dead_jobs, run, start

__all__ = [
    "Beat",
    "JobFailed",
    "Progress",
    "ScheduledJob",
    "end_dead_jobs",
    "heartbeat",
    "heartbeat_warnings",
    "run",
    "scheduled_jobs",
    "start",
]
