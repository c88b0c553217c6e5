"""Users for every role, the leaders of all units, and the units' rows with their leaders' addresses."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from coordination.demonstration.model import Persons, Texts, UnitRow, UserRow
from coordination.demonstration.organisation import FOUNDED, Tree
from coordination.demonstration.people import Staff
from coordination.demonstration.spec import MunicipalitySpec
from coordination.demonstration.team import SELF_DAY, staged_employments


@dataclass(frozen=True)
class Login:
    """A person who gets a login of the demonstration: which role, over which unit, held by which employment."""

    local: str
    role: str
    label: str
    unit: int
    include_subtree: bool
    employment: int


def unit_id(index: int) -> str:
    """Return the outside key of the unit at `index` of the tree."""
    return f"E{index + 1:04d}"


def leaders(staff: Staff) -> dict[int, int]:
    """Return unit -> employment of its leader."""
    leads = staff.slots.leads[staff.slot]
    return {int(leads[employment]): int(employment) for employment in np.flatnonzero(leads >= 0)}


def _employee_of(tree: Tree, staff: Staff, kind: str, taken: set[int]) -> int:
    """An employee now in a unit of `kind` who is nobody's leader and not taken, the first by number."""
    units = [index for index, node in enumerate(tree.nodes) if node.kind == kind and index != tree.demo_team]
    here = staff.current & np.isin(staff.slots.unit[staff.slot], units) & (staff.slots.leads[staff.slot] < 0)
    chosen = next(int(index) for index in np.flatnonzero(here) if int(index) not in taken)
    taken.add(chosen)
    return chosen


def _logins(spec: MunicipalitySpec, tree: Tree, staff: Staff, today: np.datetime64) -> list[Login]:
    lead = leaders(staff)
    team = tree.demo_team
    above = tree.nodes[team].parent
    area = above
    while tree.nodes[area].level != "forvaltning":
        area = tree.nodes[area].parent
    taken: set[int] = set()
    hr, coordinator = (_employee_of(tree, staff, "hr", taken) for _ in range(2))
    system = _employee_of(tree, staff, "it", taken)
    med = _employee_of(tree, staff, "hjemmepleje", taken)
    staged = staged_employments(spec, tree, staff, today)
    return [
        Login("leder", "leder", "leder af et team", team, False, lead[team]),
        Login("chef", "leder", "chef for hele institutionen", above, True, lead[above]),
        Login("hr", "hr", "HR", 0, True, hr),
        Login("koordinator", "koordinator", "sygefraværskoordinator", 0, True, coordinator),
        Login("med", "med", "medlem af MED-udvalget", area, True, med),
        Login("system", "systemansvarlig", "systemansvarlig", 0, True, system),
        Login("medarbejder", "medarbejder", "medarbejder", team, False, staged[SELF_DAY]),
    ]


def build_users(
    spec: MunicipalitySpec, tree: Tree, staff: Staff, today: np.datetime64
) -> tuple[tuple[UserRow, ...], Persons]:
    """Return the users (logins first, then all other leaders) and the persons with the logins' addresses."""
    logins = _logins(spec, tree, staff, today)
    email: Texts = staff.persons.email.copy()
    person = staff.employments.person
    for login in logins:
        email[person[login.employment]] = f"{login.local}@{spec.slug}.example"
    persons = Persons(staff.persons.number, staff.persons.name, email)

    def row(role: str, label: str, unit: int, subtree: bool, employment: int, login: bool) -> UserRow:
        who = int(person[employment])
        key = person_id(int(persons.number[who]))
        return UserRow(
            str(email[who]), str(persons.name[who]), role, label, unit_id(unit), subtree, key, login
        )

    first = [row(u.role, u.label, u.unit, u.include_subtree, u.employment, True) for u in logins]
    known = {(u.unit, u.employment) for u in logins}
    others = [
        row("leder", "leder", unit, bool(tree.nodes[unit].size == 0), employment, False)
        for unit, employment in sorted(leaders(staff).items())
        if (unit, employment) not in known
    ]
    return tuple(first + others), persons


def person_id(number: int) -> str:
    """Return the outside key of a person."""
    return f"P{number:06d}"


def unit_rows(tree: Tree, staff: Staff, persons: Persons) -> tuple[UnitRow, ...]:
    """Return the dated rows of all units, parents first; the moved unit has two, the closed one an end."""
    lead = leaders(staff)

    def row(index: int, parent: int, valid_from: date, valid_to: date | None) -> UnitRow:
        node = tree.nodes[index]
        leader = str(persons.email[staff.employments.person[lead[index]]]) if index in lead else ""
        above = "" if parent < 0 else unit_id(parent)
        return UnitRow(unit_id(index), node.name, node.level, above, leader, valid_from, valid_to)

    rows = []
    for index, node in enumerate(tree.nodes):
        if index == tree.moved:
            rows.append(row(index, tree.moved_from, FOUNDED, tree.moved_on - timedelta(days=1)))
            rows.append(row(index, node.parent, tree.moved_on, None))
        else:
            rows.append(row(index, node.parent, FOUNDED, node.valid_to))
    return tuple(rows)
