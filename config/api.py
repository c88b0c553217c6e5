"""The API's addresses: every endpoint under /api/v1/, its description, and the page that shows it."""

from django.urls import path, re_path

from absence.api import AbsenceDetail, Absences
from absence_statistics.api import FiguresList
from conversations.api import Deadlines
from core.api.docs import docs, schema
from core.api.unknown import UnknownAddress
from organisation.api import EmploymentDetail, Employments, UnitDetail, Units

urlpatterns = [
    path("api/v1/units/", Units.as_view(), name="api_units"),
    path("api/v1/units/<int:unit_id>/", UnitDetail.as_view(), name="api_unit"),
    path("api/v1/employments/", Employments.as_view(), name="api_employments"),
    path("api/v1/employments/<int:employment_id>/", EmploymentDetail.as_view(), name="api_employment"),
    path("api/v1/absences/", Absences.as_view(), name="api_absences"),
    path("api/v1/absences/<int:absence_id>/", AbsenceDetail.as_view(), name="api_absence"),
    path("api/v1/deadlines/", Deadlines.as_view(), name="api_deadlines"),
    path("api/v1/figures/", FiguresList.as_view(), name="api_figures"),
    path("api/schema/", schema, name="api_schema"),
    path("api/docs/", docs, name="api_docs"),
    re_path(r"^api/v1/", UnknownAddress.as_view(), name="api_unknown"),
]
