"""What any import would insist on: no overlaps, no gaps, everything inside what it belongs to."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from coordination.demonstration import SPECS, Demonstration, MunicipalitySpec, benchmark_specs, generate
from coordination.demonstration.groups import PATTERNS
from coordination.demonstration.names import words
from tests.coordination.demonstration.conftest import TODAY
from tests.coordination.demonstration.figures import DAY, FAR

REAL = set(
    words(
        "København Frederiksberg Ballerup Brøndby Dragør Gentofte Gladsaxe Glostrup Herlev Albertslund Hvidovre "
        "Høje-Taastrup Lyngby-Taarbæk Rødovre Ishøj Tårnby Vallensbæk Furesø Allerød Fredensborg Helsingør Hillerød "
        "Hørsholm Rudersdal Egedal Frederikssund Greve Køge Halsnæs Roskilde Solrød Gribskov Odsherred Holbæk Faxe "
        "Kalundborg Ringsted Slagelse Stevns Sorø Lejre Lolland Næstved Guldborgsund Vordingborg Bornholm Middelfart "
        "Assens Faaborg-Midtfyn Kerteminde Nyborg Odense Svendborg Nordfyns Langeland Ærø Haderslev Billund Sønderborg "
        "Tønder Esbjerg Fanø Varde Vejen Aabenraa Fredericia Horsens Kolding Vejle Herning Holstebro Lemvig Struer "
        "Syddjurs Norddjurs Favrskov Odder Randers Silkeborg Samsø Skanderborg Aarhus Ikast-Brande Ringkøbing-Skjern "
        "Hedensted Morsø Skive Thisted Viborg Brønderslev Frederikshavn Vesthimmerlands Læsø Rebild Mariagerfjord "
        "Jammerbugt Aalborg Hjørring"
    )
)


def test_no_municipality_exists() -> None:
    assert len(REAL) == 98
    for spec in SPECS:
        assert spec.name.removesuffix(" Kommune") not in REAL


def test_cvr_numbers_pass_the_check_digit_and_differ() -> None:
    for spec in SPECS:
        assert sum(int(d) * w for d, w in zip(spec.cvr, (2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0
    assert len({spec.cvr for spec in SPECS}) == len({spec.slug for spec in SPECS}) == 3


@pytest.mark.parametrize("slug", [spec.slug for spec in SPECS])
class TestEachMunicipality:
    def test_headcount(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        demonstration = demonstrations[slug]
        current = np.isnat(demonstration.employments.end).sum()
        assert current == pytest.approx(demonstration.spec.employees, rel=0.05)

    def test_absences_do_not_overlap(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        absences = demonstrations[slug].absences
        same = absences.employment[1:] == absences.employment[:-1]
        last = np.where(np.isnat(absences.last), FAR, absences.last)
        assert (np.diff(absences.employment) >= 0).all()
        assert (absences.first[1:][same] > last[:-1][same]).all()

    def test_absences_lie_inside_their_employment(
        self, demonstrations: dict[str, Demonstration], slug: str
    ) -> None:
        demonstration = demonstrations[slug]
        absences, employments = demonstration.absences, demonstration.employments
        today = np.datetime64(TODAY, "D")
        last = np.where(np.isnat(absences.last), today, absences.last)
        end = np.where(np.isnat(employments.end), today, employments.end)[absences.employment]
        assert (absences.first <= last).all()
        assert (absences.first >= employments.start[absences.employment]).all()
        assert (last <= end).all()

    def test_terms_cover_each_employment_without_gaps(
        self, demonstrations: dict[str, Demonstration], slug: str
    ) -> None:
        terms, employments = demonstrations[slug].terms, demonstrations[slug].employments
        same = terms.employment[1:] == terms.employment[:-1]
        assert (terms.valid_from[1:][same] == terms.valid_to[:-1][same] + DAY).all()
        first = np.append(True, ~same)
        last = np.append(~same, True)
        assert (terms.employment[first] == np.arange(len(employments))).all()
        assert (terms.valid_from[first] == employments.start).all()
        np.testing.assert_array_equal(terms.valid_to[last], employments.end)
        assert (terms.valid_from <= np.where(np.isnat(terms.valid_to), FAR, terms.valid_to)).all()

    def test_terms_lie_inside_their_unit(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        demonstration = demonstrations[slug]
        ends = {unit.unit_id: unit.valid_to for unit in demonstration.units}
        ends_of = np.array(
            [ends[key] or date(2200, 1, 1) for key in demonstration.unit_ids], dtype="datetime64[D]"
        )
        terms = demonstration.terms
        last = np.where(np.isnat(terms.valid_to), FAR, terms.valid_to)
        assert (last <= ends_of[terms.unit]).all()
        assert terms.valid_from.min() >= np.datetime64("2007-01-01")

    def test_history_has_a_closed_unit_with_staff_and_a_moved_one(
        self, demonstrations: dict[str, Demonstration], slug: str
    ) -> None:
        demonstration = demonstrations[slug]
        rows: dict[str, list[tuple[date, date | None, str]]] = {}
        for unit in demonstration.units:
            rows.setdefault(unit.unit_id, []).append((unit.valid_from, unit.valid_to, unit.parent_id))
        moved = [dated for dated in rows.values() if len(dated) == 2]
        assert len(moved) == 1
        assert moved[0][0][2] != moved[0][1][2]
        assert (moved[0][1][0] - moved[0][0][1]).days == 1
        closed = [key for key, dated in rows.items() if dated[-1][1] is not None]
        assert len(closed) == 1
        assert (demonstration.terms.unit == demonstration.unit_ids.index(closed[0])).any()

    def test_units_form_a_tree_with_leaders_who_are_employed(
        self, demonstrations: dict[str, Demonstration], slug: str
    ) -> None:
        demonstration = demonstrations[slug]
        seen: set[str] = set()
        emails = set(demonstration.persons.email[demonstration.employments.person])
        for unit in demonstration.units:
            assert (unit.parent_id in seen) or unit.level == "kommune"
            seen.add(unit.unit_id)
            if unit.valid_to is None:
                assert unit.leader_email in emails
        assert len(emails) == len(demonstration.persons)

    def test_no_leader_works_in_the_unit_they_lead(
        self, demonstrations: dict[str, Demonstration], slug: str
    ) -> None:
        demonstration = demonstrations[slug]
        employments, terms = demonstration.employments, demonstration.terms
        works = set(
            zip(
                demonstration.persons.email[employments.person[terms.employment]],
                np.array(demonstration.unit_ids)[terms.unit],
                strict=True,
            )
        )
        for unit in demonstration.units:
            assert unit.level == "kommune" or (unit.leader_email, unit.unit_id) not in works

    def test_sizes_of_teams(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        demonstration = demonstrations[slug]
        now = np.isnat(demonstration.terms.valid_to)
        heads = np.bincount(demonstration.terms.unit[now], minlength=len(demonstration.unit_ids))
        teams = [u.unit_id for u in demonstration.units if u.level == "team" and u.valid_to is None]
        sizes = [heads[demonstration.unit_ids.index(key)] for key in teams]
        assert min(sizes) >= 6
        assert max(sizes) <= 35
        parents = {unit.parent_id for unit in demonstration.units}
        leaves = [u.unit_id for u in demonstration.units if u.unit_id not in parents and u.valid_to is None]
        assert sum(1 <= heads[demonstration.unit_ids.index(key)] < 5 for key in leaves) >= 2

    def test_partial_steps(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        demonstration = demonstrations[slug]
        partial, absences, terms = demonstration.partial, demonstration.absences, demonstration.terms
        assert len(partial) > 30
        last = np.where(np.isnat(absences.last), np.datetime64(TODAY, "D"), absences.last)
        assert (partial.valid_from >= absences.first[partial.absence]).all()
        assert (partial.valid_from <= last[partial.absence]).all()
        same = partial.absence[1:] == partial.absence[:-1]
        assert (partial.valid_from[1:][same] > partial.valid_from[:-1][same]).all()
        least = np.full(len(demonstration.employments), 99.0)
        np.minimum.at(least, terms.employment, terms.weekly_hours)
        weekly = least[absences.employment[partial.absence]]
        assert (partial.worked_hours_week <= weekly - 4).all()
        assert (partial.worked_hours_week > 0).all()

    def test_roster_plans_each_day_once_with_long_shifts(
        self, demonstrations: dict[str, Demonstration], slug: str
    ) -> None:
        demonstration = demonstrations[slug]
        roster = demonstration.roster
        keys = roster.employment * 100_000 + roster.day.astype(np.int64)
        assert len(np.unique(keys)) == len(keys)
        weekend = (roster.day.astype(np.int64) + 3) % 7 >= 5
        assert ((roster.planned_hours == 12) & weekend).any()
        assert (roster.planned_hours == 0).any()
        full_time = np.full(len(demonstration.employments), 0.0)
        full_time[demonstration.terms.employment] = demonstration.terms.weekly_hours
        weeks = 120 / 7
        planned = np.bincount(roster.employment, roster.planned_hours, len(full_time))
        rostered = np.bincount(roster.employment, minlength=len(full_time)) == 120
        assert np.median(planned[rostered] / full_time[rostered]) == pytest.approx(weeks, rel=0.06)

    def test_demo_team_shows_every_state(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        demonstration = demonstrations[slug]
        absences, today = demonstration.absences, np.datetime64(TODAY, "D")
        unit = demonstration.unit_ids.index(demonstration.demo_unit_id)
        terms = demonstration.terms
        team = terms.employment[(terms.unit == unit) & np.isnat(terms.valid_to)]
        assert len(team) == 24
        absent = np.flatnonzero(np.isnat(absences.last) & np.isin(absences.employment, team))
        days = sorted(((today - absences.first[absent]).astype(int) + 1).tolist())
        assert days == sorted(demonstration.spec.demo_days)
        assert 5 <= len(days) <= 7
        back_part_time = absent[np.isin(absent, demonstration.partial.absence)]
        assert len(back_part_time) == 1
        expected = np.isnat(absences.expected_last[absent])
        assert expected.any()
        assert not expected.all()
        self_user = next(user for user in demonstration.users if user.role == "medarbejder")
        holder = demonstration.employments.person[absences.employment[back_part_time[0]]]
        assert demonstration.persons.email[holder] == self_user.email
        planned = {
            (e, d): h
            for e, d, h in zip(
                demonstration.roster.employment.tolist(),
                demonstration.roster.day.tolist(),
                demonstration.roster.planned_hours.tolist(),
                strict=True,
            )
        }
        recent = absent[absences.first[absent] > today - 60 * DAY]
        for index in recent:
            assert planned[int(absences.employment[index]), absences.first[index].item()] > 0

    def test_users_of_every_role(self, demonstrations: dict[str, Demonstration], slug: str) -> None:
        demonstration = demonstrations[slug]
        logins = [user for user in demonstration.users if user.login]
        assert {user.email.split("@")[0] for user in logins} == {
            "leder", "chef", "hr", "koordinator", "med", "system", "medarbejder",
        }  # fmt: skip
        assert len({user.email for user in logins}) == len({user.person_id for user in logins}) == 7
        for user in demonstration.users:
            assert user.unit_id in demonstration.unit_ids
            assert user.email.endswith(f"@{slug}.example")
        leads = {(user.email, user.unit_id) for user in demonstration.users if user.role == "leder"}
        assert leads == {
            (unit.leader_email, unit.unit_id) for unit in demonstration.units if unit.leader_email
        }


def test_units_and_persons_of_the_large_municipality(large: Demonstration) -> None:
    assert 200 <= len(large.unit_ids) <= 320
    assert {unit.level for unit in large.units} == {"kommune", "forvaltning", "center", "institution", "team"}
    current = np.isnat(large.employments.end)
    held = np.bincount(large.employments.person[current])
    assert (held == 2).sum() > 40
    assert held.max() == 2
    left = (~current).sum() / large.spec.years / large.spec.employees
    assert 0.08 < left < 0.13
    assert (np.bincount(large.terms.employment) > 1).sum() > 1000
    assert (np.bincount(large.terms.pattern, minlength=len(PATTERNS)) > 0).all()


@pytest.mark.parametrize("employees", [150, 220, 400, 1000])
def test_small_sizes_work(employees: int) -> None:
    spec = MunicipalitySpec("miniby", "Miniby Kommune", "99000139", "skive", employees)
    demonstration = generate(spec, today=date(2026, 2, 28), seed=11)
    assert np.isnat(demonstration.employments.end).sum() == pytest.approx(employees, rel=0.15)


def test_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 150"):
        replace(SPECS[0], employees=20)


def test_benchmark_volume() -> None:
    specs = list(benchmark_specs())
    assert len({spec.slug for spec in specs}) == 98
    assert sum(spec.employees for spec in specs) == pytest.approx(600_000, rel=0.01)
    assert 20_000 < max(spec.employees for spec in specs) < 32_000
    demonstration = generate(specs[-1], today=TODAY, seed=1)
    assert len(demonstration.employments) == pytest.approx(specs[-1].employees, rel=0.05)
    assert len(demonstration.absences) / len(demonstration.employments) == pytest.approx(25, rel=0.08)
