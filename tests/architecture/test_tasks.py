"""Every Celery task of ours says its queue and whether it belongs to a municipality; the schedule names real tasks."""

from django.conf import settings

from config.celery import app
from core.tenancy.tasks import TenantAwareTask

QUEUES = {"people", "mail", "figures"}


def _ours() -> list[TenantAwareTask]:
    app.loader.import_default_modules()
    return [task for name, task in app.tasks.items() if not name.startswith("celery.")]


def test_every_task_declares_its_queue() -> None:
    for task in _ours():
        assert task.lane in QUEUES, task.name
        assert app.amqp.router.route({}, task.name, task_type=task)["queue"].name == task.lane


def test_every_task_knows_tenants() -> None:
    for task in _ours():
        assert isinstance(task, TenantAwareTask), task.name


def test_the_schedule_names_tasks_that_exist() -> None:
    names = {task.name for task in _ours()}
    assert settings.CELERY_BEAT_SCHEDULE
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in names
