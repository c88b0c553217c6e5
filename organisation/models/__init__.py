from organisation.models.access import AccessLog, Deputy, RoleAssignment, User
from organisation.models.municipality import DayOff, Municipality, MunicipalitySettings
from organisation.models.people import Employment, EmploymentTerms, OccupationalGroup, Person, RosterShift
from organisation.models.tokens import ApiToken
from organisation.models.units import Unit, UnitPlacement

__all__ = [
    "AccessLog",
    "ApiToken",
    "DayOff",
    "Deputy",
    "Employment",
    "EmploymentTerms",
    "Municipality",
    "MunicipalitySettings",
    "OccupationalGroup",
    "Person",
    "RoleAssignment",
    "RosterShift",
    "Unit",
    "UnitPlacement",
    "User",
]
