"""The timeline of one case: what happened, what is planned, and what was or is due. Plain Python.

The height is the share of working time that is absence, hatching means planned. The same data give
the picture, in two widths, and the list beside it, so neither can say something the other does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.charts.marks import MARKS
from core.formats import format_date_near

MilestoneState = Literal["held", "late", "coming", "overdue", "waived"]

LEGEND_WORDS = {
    "held": "Holdt",
    "late": "Holdt efter frist",
    "coming": "Kommer",
    "overdue": "Over frist",
    "waived": "Ikke relevant",
    "document": "Dokument modtaget",
    "document_expected": "Dokument ventes",
    "planned": "Planlagt",
}


@dataclass(frozen=True, kw_only=True)
class Share:
    """A stretch of days, both included, with one share (0-1) of the working time absent."""

    first: dt.date
    last: dt.date
    share: float
    label: str = ""  # `Fuldt syg`, `16 t. på arbejde`
    planned: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if self.last < self.first or not 0 <= self.share <= 1:
            raise ValueError("A stretch ends on or after its first day, and its share lies between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A conversation, call or agreement on the timeline. `note` is short (`dag 3`); `detail` is for the list."""

    day: dt.date
    state: MilestoneState
    title: str
    note: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document on the timeline, received or expected that day."""

    day: dt.date
    title: str
    received: bool = True
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Everything the picture shows. Raises ValueError without any stretch of absence."""

    today: dt.date
    shares: Sequence[Share]
    milestones: Sequence[Milestone] = ()
    documents: Sequence[Document] = ()

    def __post_init__(self) -> None:
        """An empty timeline has no beginning; the page shows an empty state instead."""
        if not self.shares:
            raise ValueError("A timeline needs at least one stretch of absence")

    def window(self) -> tuple[dt.date, dt.date]:
        """Return the Monday and the Sunday the picture spans; six weeks or more, and a week ahead of today."""
        days = [share.first for share in self.shares] + [share.last for share in self.shares]
        days += [item.day for item in self.milestones] + [item.day for item in self.documents]
        first = min(*days, self.today)
        last = max(*days, self.today + dt.timedelta(days=7), first + dt.timedelta(weeks=5))
        return first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=6 - last.weekday())


@dataclass(frozen=True)
class Entry:
    """One line of the list beside the picture."""

    day: dt.date
    mark: str
    text: str
    detail: str


def timeline_entries(timeline: Timeline) -> list[Entry]:
    """Return the picture's content as text, in order of time: stretches, milestones and documents."""
    entries = [
        Entry(
            share.first,
            "planned" if share.planned else "absent",
            f"{_day(share.first, timeline)}: {share.label or _share_words(share)}",
            f"Til og med {_day(share.last, timeline)}" + (", efter planen" if share.planned else ""),
        )
        for share in timeline.shares
    ]
    for item in timeline.milestones:
        note = f" ({item.note})" if item.note else ""
        text = f"{_day(item.day, timeline)}: {item.title}{note}"
        entries.append(Entry(item.day, item.state, text, item.detail or LEGEND_WORDS[item.state]))
    for paper in timeline.documents:
        mark = "document" if paper.received else "document_expected"
        entries.append(
            Entry(
                paper.day,
                mark,
                f"{_day(paper.day, timeline)}: {paper.title}",
                paper.detail or LEGEND_WORDS[mark],
            )
        )
    return sorted(entries, key=lambda entry: entry.day)


def timeline_legend(timeline: Timeline) -> list[tuple[str, str]]:
    """Return (mark, words) for the marks that occur in this picture."""
    used = {item.state for item in timeline.milestones}
    marks = {str(state) for state in used}
    marks |= {"document" if paper.received else "document_expected" for paper in timeline.documents}
    marks |= {"planned"} if any(share.planned for share in timeline.shares) else set()
    return [(mark, words) for mark, words in LEGEND_WORDS.items() if mark in marks and mark in MARKS]


def timeline_label(timeline: Timeline) -> str:
    """Return the picture in one or two sentences, for those who hear the page."""
    past = [share for share in timeline.shares if not share.planned]
    planned = [share for share in timeline.shares if share.planned]
    parts = [f"{share.label or _share_words(share)} fra {_day(share.first, timeline)}" for share in past]
    sentence = f"Tidslinje: {', derefter '.join(parts)}." if parts else "Tidslinje."
    if planned:
        plan = [
            f"{share.label or _share_words(share)} fra {_day(share.first, timeline)}" for share in planned
        ]
        sentence += f" Planen: {', derefter '.join(plan)}."
    return f"{sentence} Samtaler og dokumenter står på listen under billedet."


def _day(day: dt.date, timeline: Timeline) -> str:
    """Write a date as one says it on the timeline's today."""
    return format_date_near(day, timeline.today)


def _share_words(share: Share) -> str:
    """Name a stretch that has no label of its own."""
    return "Fuldt fravær" if share.share == 1 else f"{round(share.share * 100)} % fravær"
