"""The words for every job of CELERY_BEAT_SCHEDULE, by its key; the core that shows them knows no business."""

from core.jobs.overview import JobWords

SCHEDULED_JOBS = {
    "send_reminders": JobWords(
        "Påmindelser",
        "Hver morgen får ledere en mail om samtaler, der skal holdes.",
        "Påmindelserne har ikke kørt",
    ),
    "catch_up_reminders": JobWords(
        "Påmindelser, der mangler",
        "Sender resten af dagens påmindelser, hvis morgenens kørsel blev afbrudt.",
        "Opsamlingen af påmindelser har ikke kørt",
    ),
    "plan_deadlines": JobWords(
        "Frister",
        "Regner alle frister for samtaler ud igen og retter dem, der er flyttet.",
        "Fristerne er ikke regnet ud",
    ),
    "send_mail": JobWords("Afsendelse af mails", "Sender de mails, der venter.", "Mails er ikke sendt"),
    "heartbeat": JobWords(
        "Tidsplanen",
        "Viser, at tidsplanen og arbejderen er i gang.",
        "Tidsplanen står stille: ingen faste job har kørt",
    ),
}
