"""Jobs, their heartbeats, the mail outbox, and the API's answers to repeated writes."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.tenancy.models import TenantForeignKey, TenantModel


class Job(TenantModel):
    """A long piece of work as a row: what, who asked, how far, and how it ended.

    *Failed* means that the work said no (a bad file); *errored* that the program broke. A terminal status is
    committed before anything that depends on it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "venter"
        RUNNING = "running", "i gang"
        DONE = "done", "færdig"
        FAILED = "failed", "ikke gennemført"
        ERRORED = "errored", "gik i stykker"

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    step = models.CharField(max_length=200, blank=True)
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["municipality", "kind", "-created_at"], name="job_kind_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True)
                ^ models.Q(status__in=["done", "failed", "errored"]),
                name="job_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Heartbeat(models.Model):
    """The newest run of a scheduled job, for the whole installation. Holds counts only, no tenant data."""

    class Status(models.TextChoices):
        RUNNING = "running", "i gang"
        DONE = "done", "gik godt"
        ERRORED = "errored", "gik i stykker"

    name = models.CharField(max_length=60, unique=True)
    status = models.CharField(max_length=10, choices=Status)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OutboxMail(TenantModel):
    """A mail that is to go out exactly once. `key` says what it is, so that a second run finds the first one's row."""

    class Status(models.TextChoices):
        WAITING = "waiting", "venter"
        SENDING = "sending", "sendes"
        SENT = "sent", "sendt"
        FAILED = "failed", "kunne ikke sendes"

    key = models.CharField(max_length=200)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list)  # [{name, type, content}], text only
    message_id = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key"], name="mail_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) ^ models.Q(status="sent"), name="mail_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "created_at"],
                condition=models.Q(status__in=["waiting", "sending"]),
                name="mail_to_send",
            )
        ]

    def __str__(self) -> str:
        return self.key


class ApiAnswer(TenantModel):
    """What a write through the API was answered, so that the same call sent again is answered the same (a day long).

    `caller`: `token:<id>` or `user:<id>`; `request`: a hash of what was asked. Without `status` the call is running.
    """

    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "caller", "key"], name="api_answer_once")
        ]
        indexes = [models.Index(fields=["municipality", "created_at"], name="api_answer_age")]

    def __str__(self) -> str:
        return self.caller
