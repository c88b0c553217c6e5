"""Where the apps above add to the pages of absence: milestones, history, next steps, what the rules will ask for.

Absence knows no conversations. An app above subclasses `Provider`, overrides what it can answer, and registers one
instance in its `AppConfig.ready`:

    from absence import timeline
    timeline.register_provider(Conversations())

Every method runs inside the tenant and its transaction, after the page has checked the reader's reach.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from absence.models import Category, SickNotification
from core.charts.timeline import Document, Milestone
from organisation.models import Employment, User

HistoryKind = Literal["status", "dates", "conversation", "document", "reminder", "note", "system"]


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One line of a case's history. `type_word` is the short word in front (`Status`, `Samtale`)."""

    at: datetime
    type_word: str
    title: str
    detail: str = ""
    kind: HistoryKind = "status"
    actor: str = ""
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """One duty under *Næste skridt*; the fields are those of the tag `task_row`. Soonest first by `day`."""

    day: date
    title: str
    why: str
    urgency: Literal["over", "now", "soon"] = "soon"
    state: str = ""
    state_text: str = ""
    url: str = ""
    actions: Sequence[Mapping[str, Any]] = ()
    menu: Sequence[Mapping[str, Any]] = ()
    element_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An absence that is being written: what the form knows so far."""

    employment: Employment
    category: Category
    first_day: date
    expected_last_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the rules will ask for: `when` (`Mandag 23. november`), `what` (`ring`), why, and a mark's name."""

    day: date
    when: str
    what: str
    why: str = ""
    mark: str = "coming"


@dataclass(frozen=True, kw_only=True)
class NextDeadline:
    """An employee's nearest duty, as a state word in a list: `state` as in the tag `state_word`."""

    day: date
    state: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A further panel on a page: a template and what it needs."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


class Provider:
    """What an app above may add. Override any; the others add nothing."""

    def milestones(self, absence: SickNotification, today: date) -> Sequence[Milestone]:
        """Marks on the timeline picture."""
        return ()

    def documents(self, absence: SickNotification, today: date) -> Sequence[Document]:
        """Papers on the timeline picture."""
        return ()

    def history(self, absence: SickNotification) -> Sequence[HistoryEntry]:
        """Entries of the case's history, in any order."""
        return ()

    def next_steps(self, absence: SickNotification, by: User, today: date) -> Sequence[NextStep]:
        """Duties that are open, in any order."""
        return ()

    def case_panels(self, absence: SickNotification, by: User, today: date) -> Sequence[Panel]:
        """Further panels beside the history of a case."""
        return ()

    def employee_panels(self, employment: Employment, by: User, today: date) -> Sequence[Panel]:
        """Further panels on an employee's page."""
        return ()

    def preview(self, draft: Draft, today: date) -> Sequence[Preview]:
        """What registering the draft would set off, in any order. Writes nothing."""
        return ()

    def remarks(self, draft: Draft, today: date) -> Sequence[str]:
        """Sentences under the latest absences of the form: `2 perioder i 12 måneder. Reglen gælder fra 5.`"""
        return ()

    def next_deadlines(self, employment_ids: Collection[int], today: date) -> Mapping[int, NextDeadline]:
        """Employment id → nearest duty. A constant number of queries, however many employments."""
        return {}

    def workdays_12(self, employment_ids: Collection[int], today: date) -> Mapping[int, float]:
        """Employment id → arbejdsdage absent in the rolling twelve months. A constant number of queries."""
        return {}


_providers: list[Provider] = []


def register_provider(provider: Provider) -> None:
    """Add an app's answers to the pages of absence; one instance of a class counts once."""
    if not any(type(known) is type(provider) for known in _providers):
        _providers.append(provider)


def unregister_provider(provider: Provider) -> None:
    """Take an app's answers away again (tests)."""
    _providers.remove(provider)


def milestones(absence: SickNotification, today: date) -> list[Milestone]:
    """Marks of all apps, by day."""
    found = [item for provider in _providers for item in provider.milestones(absence, today)]
    return sorted(found, key=lambda item: item.day)


def documents(absence: SickNotification, today: date) -> list[Document]:
    """Papers of all apps, by day."""
    found = [item for provider in _providers for item in provider.documents(absence, today)]
    return sorted(found, key=lambda item: item.day)


def history(absence: SickNotification) -> list[HistoryEntry]:
    """Entries of the apps above; the case page adds absence's own."""
    return [item for provider in _providers for item in provider.history(absence)]


def next_steps(absence: SickNotification, by: User, today: date) -> list[NextStep]:
    """Open duties, soonest first."""
    found = [item for provider in _providers for item in provider.next_steps(absence, by, today)]
    return sorted(found, key=lambda item: item.day)


def case_panels(absence: SickNotification, by: User, today: date) -> list[Panel]:
    """Further panels of a case."""
    return [item for provider in _providers for item in provider.case_panels(absence, by, today)]


def employee_panels(employment: Employment, by: User, today: date) -> list[Panel]:
    """Further panels of an employee's page."""
    return [item for provider in _providers for item in provider.employee_panels(employment, by, today)]


def preview(draft: Draft, today: date) -> list[Preview]:
    """What registering would set off, soonest first."""
    found = [item for provider in _providers for item in provider.preview(draft, today)]
    return sorted(found, key=lambda item: item.day)


def remarks(draft: Draft, today: date) -> list[str]:
    """Sentences about the latest absences."""
    return [item for provider in _providers for item in provider.remarks(draft, today)]


def next_deadlines(employment_ids: Collection[int], today: date) -> dict[int, NextDeadline]:
    """Employment id → the nearest duty of any app."""
    found: dict[int, NextDeadline] = {}
    for provider in _providers:
        for key, deadline in provider.next_deadlines(employment_ids, today).items():
            if key not in found or deadline.day < found[key].day:
                found[key] = deadline
    return found


def workdays_12(employment_ids: Collection[int], today: date) -> dict[int, float]:
    """Employment id → arbejdsdage in twelve months, from the one app that calculates figures."""
    found: dict[int, float] = {}
    for provider in _providers:
        found |= provider.workdays_12(employment_ids, today)
    return found
