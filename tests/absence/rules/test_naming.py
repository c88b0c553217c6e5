"""Keys out of names, and payroll codes out of a line of text."""

import pytest

from absence.rules.naming import KEY_LENGTH, codes_of, key_of


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Orlov uden løn", "orlov_uden_loen"),
        ("§ 56", "56"),
        ("Æble, Øl & Å", "aeble_oel_aa"),
        ("???", "kategori"),
    ],
)
def test_key(name: str, key: str) -> None:
    assert key_of(name, set()) == key


def test_a_taken_key_gets_a_number_and_none_is_too_long() -> None:
    assert key_of("Orlov", {"orlov"}) == "orlov_2"
    assert key_of("Orlov", {"orlov", "orlov_2"}) == "orlov_3"
    long = key_of("a" * 80, set())
    assert len(key_of("a" * 80, {long})) <= KEY_LENGTH


def test_codes() -> None:
    assert codes_of(" 526, 790;526  A1 ") == ["526", "790", "A1"]
    assert codes_of("  ") == []
