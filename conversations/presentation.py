"""Deadlines in words for pages: what, why, how urgent, and what can be done. Plain functions over rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from conversations.models import Deadline
from conversations.rules import labels
from conversations.rules.model import Kind
from core.formats import format_date_near

TITLES = {
    Kind.KONTAKT: "ring og hør, hvordan det går",
    Kind.SAMTALE: "sygefraværssamtale",
    Kind.RUNDBORDSSAMTALE: "rundbordssamtale",
    Kind.HANDLEPLAN: "handleplan",
    Kind.DOKUMENTATION: "bed om dokumentation",
    Kind.REFUSION: "anmeld refusion",
    Kind.TRIVSELSSAMTALE: "trivselssamtale",
}
NOTE_LABELS = {
    Kind.KONTAKT: "Notér opkaldet",
    Kind.HANDLEPLAN: "Den er lavet",
    Kind.DOKUMENTATION: "Den er modtaget",
    Kind.REFUSION: "Det er anmeldt",
}
NOTED = {
    Kind.KONTAKT: "Opkaldet er noteret.",
    Kind.HANDLEPLAN: "Handleplanen er noteret.",
    Kind.DOKUMENTATION: "Dokumentationen er noteret som modtaget.",
    Kind.REFUSION: "Refusionen er noteret som anmeldt.",
}


@dataclass(frozen=True)
class Task:
    """One deadline as a row of duties (templates/components/task_row.html)."""

    deadline: Deadline
    person: str
    title: str
    why: str
    url: str
    urgency: str
    actions: list[dict[str, Any]] = field(default_factory=list)
    menu: list[dict[str, Any]] = field(default_factory=list)

    @property
    def element_id(self) -> str:
        """The row's id in the page."""
        return f"opgave-{self.deadline.pk}"


def urgency_of(due: date, on: date) -> str:
    """`over`, `now` or `soon`, the style sheet's words."""
    if due < on:
        return "over"
    return "now" if due == on else "soon"


def title_of(kind: str) -> str:
    """What is to be done, as it stands after the person's name."""
    return TITLES[Kind(kind)]


def note_label(kind: str) -> str:
    """What the button says that settles the deadline."""
    return NOTE_LABELS.get(Kind(kind), "Den er holdt")


def noted(kind: str) -> str:
    """What is said when the deadline has been settled as done."""
    return NOTED.get(Kind(kind), f"{labels.sentence_case(title_of(kind))} er noteret som holdt.")


def why(deadline: Deadline, on: date) -> str:
    """When it is due and by which rule, in a sentence or two."""
    near = format_date_near(deadline.due, on)
    if deadline.due < on:
        text = f"Skulle være gjort senest {near}."
    elif deadline.due == on:
        text = "Frist i dag."
    elif deadline.earliest > on and deadline.earliest == deadline.due:
        text = f"{labels.sentence_case(near)}."
    else:
        text = f"Senest {near}."
    if not deadline.mandatory:
        text += " Anbefalet."
    return f"{text} {deadline.reason}"


def as_task(deadline: Deadline, on: date, place: str = "") -> Task:
    """A row with its link and buttons. The deadline comes with `employment.person`; `place` is the unit, if told."""
    url = reverse("task", args=[deadline.pk])
    return Task(
        deadline=deadline,
        person=deadline.employment.person.name,
        title=title_of(deadline.kind),
        why=" ".join(text for text in (why(deadline, on), f"{place}." if place else "") if text),
        url=url,
        urgency=urgency_of(deadline.due, on),
        actions=[
            {
                "label": note_label(deadline.kind),
                "url": url,
                "kind": "primary" if deadline.due <= on else "secondary",
            }
        ],
        menu=[{"label": "Ikke relevant, skriv hvorfor", "url": f"{url}#ikke-relevant"}],
    )


@dataclass(frozen=True)
class TaskGroup:
    """Tasks under one heading."""

    state: str
    text: str
    tasks: list[Task]
    count: int  # of all there are, also those on other pages


def urgency_counts(deadlines: QuerySet[Deadline], on: date) -> dict[str, int]:
    """How many there are of each urgency. One query."""
    return deadlines.aggregate(
        over=Count("pk", filter=Q(due__lt=on)),
        now=Count("pk", filter=Q(due=on)),
        soon=Count("pk", filter=Q(due__gt=on)),
    )


def grouped(
    deadlines: Iterable[Deadline],
    on: date,
    *,
    counts: Mapping[str, int] | None = None,
    places: Mapping[int, str] | None = None,
) -> list[TaskGroup]:
    """Over frist, i dag, kommer; groups without tasks are left out.

    `counts` (`over`, `now`, `soon`) says how many there are when `deadlines` is only a page of them;
    `places` (employment id → unit) is for readers who follow many units.
    """
    tasks = [as_task(deadline, on, (places or {}).get(deadline.employment_id, "")) for deadline in deadlines]
    week_ends = on + timedelta(days=6 - on.weekday())
    soon = "Senere denne uge og næste" if week_ends > on else "Næste uge"
    found = [
        TaskGroup(state, text, chosen, (counts or {}).get(urgency, len(chosen)))
        for state, text, urgency in (
            ("overdue", "Over frist", "over"),
            ("due", "I dag", "now"),
            ("coming", soon, "soon"),
        )
        if (chosen := [task for task in tasks if task.urgency == urgency])
    ]
    return found
