"""The Celery application: three queues, so that people never wait behind figures.

Worker: `celery -A config worker -Q people,mail,figures`. Schedule: settings.CELERY_BEAT_SCHEDULE.
"""

import os

from celery import Celery, Task
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("naervaer", task_cls="core.tenancy.tasks:TenantAwareTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue("people"), Queue("mail"), Queue("figures")]


def by_lane(
    name: str, args: object, kwargs: object, options: object, task: Task | None = None, **more: object
) -> dict[str, str] | None:
    """Each task says its queue itself (`lane`)."""
    lane = getattr(task or app.tasks.get(name), "lane", "")
    return {"queue": lane} if lane else None


app.conf.task_routes = [by_lane]
app.autodiscover_tasks()
