"""Calendar entries for deadlines (RFC 5545): a kind, a date and a link, never a name or anything about health."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from conversations.rules.model import Kind

# Shorter and more neutral than on the pages: an entry may be seen over a shoulder.
TITLES = {
    Kind.KONTAKT: "opkald",
    Kind.SAMTALE: "samtale",
    Kind.RUNDBORDSSAMTALE: "rundbordssamtale",
    Kind.HANDLEPLAN: "handleplan",
    Kind.DOKUMENTATION: "dokumentation",
    Kind.REFUSION: "anmeldelse",
    Kind.TRIVSELSSAMTALE: "trivselssamtale",
}


def deadline_calendar(*, uid: str, kind: str, due: date, link: str, stamp: datetime) -> str:
    """One all-day entry on the due date, published (nothing to answer), as iCalendar text.

    The same `uid` later moves the entry instead of adding another. `stamp` is a time with a zone.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Naervaer//Frister//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", int(stamp.timestamp()) // 60)
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", f"Nærvær: {TITLES[Kind(kind)]}")
    event.add("description", f"Åbn opgaven i Nærvær: {link}")
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
