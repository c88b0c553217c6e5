"""One fictitious municipality from a specification, a day and a seed: the same three give the same rows."""

from datetime import date
from zlib import crc32

import numpy as np

from coordination.demonstration.illness import build_calendar, draft_absences
from coordination.demonstration.model import Demonstration
from coordination.demonstration.organisation import build_tree
from coordination.demonstration.people import build_staff
from coordination.demonstration.returning import partial_returns, register
from coordination.demonstration.roster import build_roster
from coordination.demonstration.spec import MunicipalitySpec
from coordination.demonstration.team import stage
from coordination.demonstration.users import build_users, unit_id, unit_rows


def generate(spec: MunicipalitySpec, *, today: date, seed: int) -> Demonstration:
    """Make a municipality with `spec.years` of history up to and including `today`.

    Deterministic in (`spec`, `today`, `seed`). Raises ValueError if the specification leaves the demo team
    with too few settled employees for its staged absences.
    """
    streams = [np.random.default_rng([seed, crc32(spec.slug.encode()), step]) for step in range(5)]
    tree = build_tree(spec, today, streams[0])
    staff = build_staff(spec, tree, today, streams[1])
    calendar = build_calendar(spec, today)
    now = calendar.today
    draft = stage(draft_absences(spec, tree, staff, calendar, streams[2]), spec, tree, staff, now)
    users, persons = build_users(spec, tree, staff, now)
    return Demonstration(
        spec=spec,
        today=today,
        unit_ids=tuple(unit_id(index) for index in range(len(tree.nodes))),
        units=unit_rows(tree, staff, persons),
        persons=persons,
        employments=staff.employments,
        terms=staff.terms,
        absences=register(draft, now, streams[3]),
        partial=partial_returns(draft, staff, now, streams[4]),
        roster=build_roster(draft, tree, staff, now),
        users=users,
        demo_unit_id=unit_id(tree.demo_team),
    )
