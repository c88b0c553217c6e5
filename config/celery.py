"""The Celery application: three queues, so that people never wait behind figures.

Worker: `celery -A config worker -Q people,mail,figures`. Schedule: settings.CELERY_BEAT_SCHEDULE.
"""

import os

from celery import Celery
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("naervaer", task_cls="core.tenancy.tasks:TenantAwareTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue("people"), Queue("mail"), Queue("figures")]
app.autodiscover_tasks()
