"""Strict reading of JSON objects: right types, no unknown fields, every error naming its place in Danish."""

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Self, TypeVar

from conversations.rules.errors import RuleError

E = TypeVar("E", bound=StrEnum)
TEXT_LENGTH = 80
_UNSTORABLE = (
    "Cc",
    "Cs",
)  # control characters and half surrogates: PostgreSQL's jsonb holds neither NUL nor the halves


class Reader:
    """One JSON object at `path`. Ask for its fields, then `close()`, which refuses what nobody asked for."""

    def __init__(self, data: Mapping[str, Any], path: str) -> None:
        self._data = data
        self._path = path
        self._asked: set[str] = set()

    @classmethod
    def of(cls, data: object, path: str) -> Self:
        """A reader on `data`, which must be an object with text keys."""
        if not isinstance(data, Mapping):
            raise RuleError(path, "Her skal stå et objekt i { }.")
        return cls(data, path)

    def at(self, name: str) -> str:
        """The full path of a field."""
        return f"{self._path}.{name}" if self._path else name

    def close(self) -> None:
        """Raise on the first field that is not part of the form."""
        for name in self._data:
            if name not in self._asked:
                raise RuleError(self.at(str(name)), "Feltet kendes ikke her. Ret navnet eller slet det.")

    def _take(self, name: str) -> Any:
        self._asked.add(name)
        return self._data.get(name)

    def _required(self, name: str) -> Any:
        value = self._take(name)
        if value is None:
            raise RuleError(self.at(name), "Feltet mangler og skal udfyldes.")
        return value

    def _has(self, name: str) -> bool:
        value = self._take(name)
        # null would be a second way to say "left out", and then a written file would not read back the same.
        if value is None and name in self._data:
            raise RuleError(self.at(name), "Feltet må ikke være null. Udelad det i stedet.")
        return value is not None

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number; `default` if left out, an error if there is none."""
        if default is not None and not self._has(name):
            return default
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise RuleError(self.at(name), "Her skal stå et helt tal.")
        return value

    def optional_integer(self, name: str) -> int | None:
        """A whole number, or None if left out."""
        return self.integer(name) if self._has(name) else None

    def text(self, name: str, default: str | None = None) -> str:
        """A short text; `default` if left out, an error if there is none."""
        if default is not None and not self._has(name):
            return default
        return self._text(self._required(name), self.at(name))

    def optional_text(self, name: str) -> str | None:
        """A short text, or None if left out."""
        return self.text(name) if self._has(name) else None

    @staticmethod
    def _text(value: object, path: str) -> str:
        if not isinstance(value, str):
            raise RuleError(path, "Her skal stå en tekst i anførselstegn.")
        if len(value) > TEXT_LENGTH:
            raise RuleError(path, f"Teksten må højst være {TEXT_LENGTH} tegn.")
        if any(unicodedata.category(sign) in _UNSTORABLE for sign in value):
            raise RuleError(path, "Teksten har tegn, der ikke kan vises. Slet dem.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """true or false."""
        if not self._has(name):
            return default
        value = self._required(name)
        if not isinstance(value, bool):
            raise RuleError(self.at(name), "Her skal stå true eller false.")
        return value

    def choice(self, name: str, choices: type[E], default: E | None = None) -> E:
        """One of the words of an enum; `default` if left out, an error if there is none."""
        if default is not None and not self._has(name):
            return default
        return self._choice(self._required(name), choices, self.at(name))

    def optional_choice(self, name: str, choices: type[E]) -> E | None:
        """One of the words of an enum, or None if left out."""
        return self.choice(name, choices) if self._has(name) else None

    @staticmethod
    def _choice(value: object, choices: type[E], path: str) -> E:
        words = [choice.value for choice in choices]
        if not isinstance(value, str) or value not in words:
            raise RuleError(path, f"Her skal stå et af ordene {', '.join(words)}.")
        return choices(value)

    def choices(self, name: str, choices: type[E], default: tuple[E, ...] | None = None) -> tuple[E, ...]:
        """A list of words of an enum."""
        if default is not None and not self._has(name):
            return default
        self._required(name)
        return tuple(self._choice(item, choices, path) for item, path in read_list(self, name))

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts, or None if left out."""
        if not self._has(name):
            return None
        return tuple(self._text(item, path) for item, path in read_list(self, name))

    def child(self, name: str) -> "Reader | None":
        """A reader on a nested object, or None if left out."""
        return Reader.of(self._required(name), self.at(name)) if self._has(name) else None

    def required_child(self, name: str) -> "Reader":
        """A reader on a nested object that must be there."""
        return Reader.of(self._required(name), self.at(name))

    def one_of(self, names: Sequence[str]) -> str:
        """The only one of several fields that is there; an error if none or several are."""
        present = [name for name in names if name in self._data]
        if len(present) != 1:
            place = self.at(present[1]) if present else self._path
            raise RuleError(place, f"Angiv netop ét af felterne {', '.join(names)}.")
        return present[0]


def read_list(reader: Reader, name: str) -> list[tuple[object, str]]:
    """The items of a list field, each with its path; an empty list if left out."""
    if not reader._has(name):
        return []
    value = reader._required(name)
    if not isinstance(value, list):
        raise RuleError(reader.at(name), "Her skal stå en liste i [ ].")
    return [(item, f"{reader.at(name)}[{index}]") for index, item in enumerate(value)]
