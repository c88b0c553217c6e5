"""The key of a new category out of its name, and payroll codes out of a line of text. Plain Python."""

import re

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ü": "u", "ö": "oe", "ä": "ae"})
KEY_LENGTH = 40


def key_of(name: str, taken: set[str]) -> str:
    """`Orlov uden løn` → `orlov_uden_loen`; a number follows when the key is taken."""
    base = re.sub(r"[^a-z0-9]+", "_", name.lower().translate(_LETTERS)).strip("_") or "kategori"
    base = base[: KEY_LENGTH - 4].strip("_")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def codes_of(text: str) -> list[str]:
    """`526, 790` → `["526", "790"]`: separated by comma, semicolon or space, each once, in the order written."""
    return list(dict.fromkeys(part for part in re.split(r"[,;\s]+", text) if part))
