"""What a change to an absence says in its history: from one set of values to the next. Plain Python, Danish words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from absence.rules.states import ONE_DAY
from absence.rules.words import plain_date

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """One sentence of history: the short word in front, a title and a detail."""

    type_word: str
    title: str
    detail: str = ""


_DATES = {
    "first_day": "Første dag",
    "last_day": "Sidste dag",
    "expected_last_day": "Forventet sidste dag",
}


def registered(values: Values, *, category: str, today: date) -> Said:
    """The beginning: from when, what kind, what was agreed."""
    first, last = values["first_day"], values["last_day"]
    parts = [f"Fravær {'' if first == last else 'fra '}{plain_date(first, today)}"]
    if last not in (None, first):
        parts[0] += f" til {plain_date(last, today)}"
    parts[0] += f". {category}."
    if values["expected_last_day"] is not None:
        parts.append(f"Forventet sidste dag {plain_date(values['expected_last_day'], today)}.")
    if values["agreed_contact"]:
        parts.append(f"Aftalt om kontakt: {values['agreed_contact']}")
    return Said("Registreret", "Sygemelding registreret", " ".join(parts))


def changed(
    before: Values,
    after: Values,
    *,
    categories: Mapping[int, str],
    answers: Mapping[str, str],
    today: date,
) -> list[Said]:
    """What differs between two versions of an absence, most telling first. Keys are field names."""
    if before["withdrawn_at"] is None and after["withdrawn_at"] is not None:
        return [
            Said("Trukket tilbage", "Sygemeldingen er trukket tilbage", "Den tæller ikke med nogen steder.")
        ]
    if before["withdrawn_at"] is not None and after["withdrawn_at"] is None:
        return [Said("Fortrudt", "Sygemeldingen gælder igen")]
    found = _end(before, after, today)
    told = {"last_day"} if found else set()
    for field, name in _DATES.items():
        if before[field] != after[field] and field not in told:
            found.append(Said("Dato rettet", f"{name} rettet", _from_to(before[field], after[field], today)))
    if before["category_id"] != after["category_id"]:
        old, new = categories.get(before["category_id"], ""), categories.get(after["category_id"], "")
        found.append(Said("Rettet", "Fraværets art rettet", f"Fra {old} til {new}."))
    if before["work_related"] != after["work_related"]:
        old, new = answers[before["work_related"]], answers[after["work_related"]]
        found.append(Said("Rettet", "Svaret om arbejdet rettet", f"Fra {old} til {new}."))
    if before["agreed_contact"] != after["agreed_contact"]:
        found.append(
            Said("Aftale", "Aftalen om kontakt ændret", after["agreed_contact"] or "Aftalen er slettet.")
        )
    return found


def _end(before: Values, after: Values, today: date) -> list[Said]:
    """Ended and reopened are news of their own; moving the last day is a corrected date."""
    if before["last_day"] is None and after["last_day"] is not None:
        back = plain_date(after["last_day"] + ONE_DAY, today)
        last = plain_date(after["last_day"], today)
        return [Said("Status", f"Helt tilbage fra {back}", f"Sidste dag med fravær er {last}.")]
    if before["last_day"] is not None and after["last_day"] is None:
        detail = f"Den var afsluttet {plain_date(before['last_day'], today)}."
        return [Said("Genåbnet", "Sygemeldingen er genåbnet", detail)]
    return []


def _from_to(before: date | None, after: date | None, today: date) -> str:
    if before is None and after is not None:
        return f"Sat til {plain_date(after, today)}."
    if before is not None and after is None:
        return f"Var {plain_date(before, today)}, er nu tom."
    if before is None or after is None:
        return ""
    return f"Fra {plain_date(before, today)} til {plain_date(after, today)}."
