"""Rule sets, deadlines and conversations (C1–C4)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from absence.models import SickNotification
from core.history import audited
from core.tenancy.models import TenantForeignKey, TenantModel
from organisation.models import Employment, Unit


@audited()
class RuleSet(TenantModel):
    """The rules of a municipality (no unit) or of a unit where they are stricter. The newest in force applies.

    `body` is the JSON of docs/rules-json.md, checked by conversations.rules.
    """

    unit = TenantForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="rule_sets", verbose_name="enhed"
    )
    version = models.PositiveIntegerField("udgave")
    body = models.JSONField("regler")
    adopted_on = models.DateField("vedtaget", null=True, blank=True)
    adopted_by = models.CharField("vedtaget af", max_length=120, blank=True)
    created_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "regelsæt"
        verbose_name_plural = "regelsæt"
        ordering = ["unit", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "unit", "version"], name="ruleset_version", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"udgave {self.version}"


@audited()
class Deadline(TenantModel):
    """One thing to do by a date, for one absence (or, by pattern, one employment). Re-planned when dates change.

    `occurrence` numbers a repeating step's turns; for a pattern rule `trigger_day` names the absence that set it off.
    """

    class State(models.TextChoices):
        OPEN = "open", "åben"
        HELD = "held", "holdt"
        WAIVED = "waived", "ikke relevant"
        LAPSED = "lapsed", "bortfaldet"  # the absence ended before it was held; kept for follow-up figures

    employment = TenantForeignKey(Employment, on_delete=models.PROTECT, related_name="deadlines")
    absence = TenantForeignKey(
        SickNotification, on_delete=models.CASCADE, null=True, blank=True, related_name="deadlines"
    )
    rule = models.CharField("regel", max_length=60)
    occurrence = models.PositiveSmallIntegerField(default=1)
    trigger_day = models.DateField(null=True, blank=True)
    kind = models.CharField("art", max_length=20)
    earliest = models.DateField("tidligst")
    due = models.DateField("frist")
    actor = models.CharField(max_length=20, default="leader")
    mandatory = models.BooleanField(default=True)
    statutory = models.BooleanField(default=False)
    reason = models.CharField("begrundelse", max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    settled_on = models.DateField(null=True, blank=True)
    waived_reason = models.CharField("hvorfor ikke relevant", max_length=200, blank=True)
    conversation = TenantForeignKey(
        "Conversation", on_delete=models.SET_NULL, null=True, blank=True, related_name="settles"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "frist"
        verbose_name_plural = "frister"
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "employment", "absence", "rule", "occurrence", "trigger_day"],
                name="deadline_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "lapsed"], settled_on__isnull=True)
                | models.Q(state__in=["held", "waived"], settled_on__isnull=False),
                name="deadline_settled_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waived") | ~models.Q(waived_reason=""),
                name="deadline_waived_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(absence__isnull=False) ^ models.Q(trigger_day__isnull=False),
                name="deadline_of_absence_or_pattern",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "due"], condition=models.Q(state="open"), name="deadline_open_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due:%d.%m.%Y}"


@audited()
class Conversation(TenantModel):
    """That a contact or conversation was held: when, how and by whom. Its content is not here."""

    class How(models.TextChoices):
        MEETING = "meeting", "ved et møde"
        PHONE = "phone", "over telefonen"
        VIDEO = "video", "på video"

    employment = TenantForeignKey(Employment, on_delete=models.PROTECT, related_name="conversations")
    absence = TenantForeignKey(
        SickNotification, on_delete=models.CASCADE, null=True, blank=True, related_name="conversations"
    )
    kind = models.CharField("art", max_length=20)
    held_on = models.DateField("holdt")
    how = models.CharField("hvordan", max_length=10, choices=How, default=How.MEETING)
    held_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "samtale"
        verbose_name_plural = "samtaler"
        ordering = ["-held_on"]
        indexes = [
            models.Index(fields=["municipality", "employment", "-held_on"], name="conversation_newest")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.held_on:%d.%m.%Y}"


class Reminder(TenantModel):
    """That one deadline, with one due date, was told to one recipient at one stage. Makes telling it twice impossible."""

    class Stage(models.TextChoices):
        COMING = "coming", "kommer"
        DUE = "due", "i dag"
        OVERDUE = "overdue", "over frist"
        ESCALATED = "escalated", "fortalt til chef og HR"

    deadline = TenantForeignKey(Deadline, on_delete=models.CASCADE, related_name="reminders")
    recipient = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage)
    due = models.DateField()
    mail = TenantForeignKey("core.OutboxMail", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "påmindelse"
        verbose_name_plural = "påmindelser"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "deadline", "recipient", "stage", "due"], name="reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return self.stage


class Digest(TenantModel):
    """Days for which a leader's morning digest has been made, so that a stopped worker knows where to go on."""

    recipient = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    mail = TenantForeignKey("core.OutboxMail", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "morgenmail"
        verbose_name_plural = "morgenmails"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "recipient", "day"], name="digest_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}"
