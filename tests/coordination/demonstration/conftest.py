from datetime import date

import pytest

from coordination.demonstration import DEMO_SEED, SPECS, Demonstration, generate

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def demonstrations() -> dict[str, Demonstration]:
    return {spec.slug: generate(spec, today=TODAY, seed=DEMO_SEED) for spec in SPECS}


@pytest.fixture(scope="session")
def large(demonstrations: dict[str, Demonstration]) -> Demonstration:
    return demonstrations["nordkoebing"]
