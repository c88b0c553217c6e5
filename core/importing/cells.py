"""What one cell means. Each parser takes the trimmed text of a non-empty cell and returns PostgreSQL's spelling of it.

Parsers are called once for each *different* text in a column, never once per row.
"""

import calendar
import re
from collections.abc import Callable
from functools import partial

Parser = Callable[[str], str | None]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_DANISH = re.compile(r"(\d{1,2})[.-](\d{1,2})[.-](\d{4})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
OPEN_ENDED_YEAR = 9999  # payroll systems write 31.12.9999 for "no end"


class CellError(ValueError):
    """The cell cannot be understood; the message is Danish and says what to do."""


def day(text: str) -> str:
    """A date, ISO or Danish. Raises CellError."""
    year, month, number = _date_parts(text)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise CellError(f"Året {year} ser forkert ud. Ret årstallet.")
    return f"{year:04d}-{month:02d}-{number:02d}"


def last_day(text: str) -> str | None:
    """As `day`, but 31.12.9999 means open-ended."""
    year, _, _ = _date_parts(text)
    return None if year == OPEN_ENDED_YEAR else day(text)


def _date_parts(text: str) -> tuple[int, int, int]:
    if match := _ISO.fullmatch(text):
        year, month, number = (int(part) for part in match.groups()[:3])
    elif match := _DANISH.fullmatch(text):
        number, month, year = (int(part) for part in match.groups()[:3])
    else:
        raise CellError("Det er ikke en dato. Skriv den som 01.02.2026 eller 2026-02-01.")
    if not 1 <= month <= 12:
        raise CellError(f"Datoen findes ikke: der er ingen måned {month}. Skriv dag, måned og år.")
    days = calendar.monthrange(year, month)[1] if 1 <= year <= 9999 else 31
    if not 1 <= number <= days:
        raise CellError(f"Datoen findes ikke. {_MONTHS[month - 1].capitalize()} {year} har {days} dage.")
    return year, month, number


def decimal(text: str) -> float:
    """A number with decimal comma or point. Raises CellError."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace("−", "-")
    if _CLOCK.fullmatch(plain):
        raise CellError("Skriv timer som et tal, for eksempel 7,4 og ikke 7:24.")
    if plain.endswith("%"):
        raise CellError("Skriv et antal timer og ikke procent.")
    if plain.count(",") > 1:
        raise CellError("Der er to kommaer i tallet. Skriv det for eksempel som 37,5.")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise CellError("Det er ikke et tal. Skriv det for eksempel som 37,5.")
    return float(plain)


def _hours(text: str, *, most: float, too_many: str) -> str:
    value = decimal(text)
    if value < 0:
        raise CellError("Timer kan ikke være under 0. Ret tallet.")
    if value > most:
        raise CellError(too_many)
    return repr(value)


hours_of_day: Parser = partial(_hours, most=24, too_many="En dag har højst 24 timer. Ret tallet.")
hours_of_week: Parser = partial(_hours, most=80, too_many="Der kan højst stå 80 timer om ugen. Ret tallet.")


def share(text: str) -> str:
    """A part of the whole: 0,4 or 40 %. Raises CellError outside 0–1."""
    plain = text.strip()
    percent = plain.endswith("%")
    value = decimal(plain[:-1].strip()) / 100 if percent else decimal(plain)
    if value < 0:
        raise CellError("Andelen kan ikke være under 0. Ret tallet.")
    if value > 1:
        hint = "" if percent else " Skriv den som 0,4 eller 40 %."
        raise CellError(f"Andelen syg kan ikke være over 100 %.{hint or ' Ret tallet.'}")
    return repr(value)


def email(text: str) -> str:
    """An address in lower case. Raises CellError."""
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise CellError(
            "Det er ikke en e-mailadresse. Skriv den som navn@kommune.dk, eller lad feltet være tomt."
        )
    return text.lower()


# What stands in such a cell is not shown or kept with the error.
LOOKS_LIKE_CPR = "Det ligner et CPR-nummer. Brug medarbejderens nummer i lønsystemet."
_CPR = re.compile(r"(\d{2})(\d{2})(\d{2})(-?)(\d{4})")
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def no_cpr(text: str) -> str:
    """A number of one's own; raises CellError for what can hardly be anything but a CPR number, written with or without dash.

    Without a dash the check digit decides, so that ordinary ten-digit numbers are let through.
    """
    match = _CPR.fullmatch(text)
    if match is not None and 1 <= int(match[1]) <= 31 and 1 <= int(match[2]) <= 12:
        digits = [int(digit) for digit in text if digit.isdecimal()]
        checks = sum(a * b for a, b in zip(digits, _CPR_WEIGHTS, strict=True)) % 11 == 0
        if match[4] or checks:
            raise CellError(LOOKS_LIKE_CPR)
    if len(text) > 60:
        raise CellError("Teksten er for lang. Der er plads til 60 tegn.")
    return text


_YES_NO = {
    "ja": "yes", "yes": "yes", "j": "yes", "y": "yes", "1": "yes", "sand": "yes", "true": "yes",
    "nej": "no", "no": "no", "n": "no", "0": "no", "falsk": "no", "false": "no",
    "ved ikke": "unknown", "vedikke": "unknown", "unknown": "unknown", "ukendt": "unknown", "?": "unknown",
}  # fmt: skip


def yes_no(text: str) -> str:
    """`yes`, `no` or `unknown`. Raises CellError."""
    found = _YES_NO.get(" ".join(text.lower().split()))
    if found is None:
        raise CellError("Skriv ja, nej eller ved ikke, eller lad feltet være tomt.")
    return found
