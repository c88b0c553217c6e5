from django.urls import URLPattern, path

from coordination.views import min_side, reports, start

urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path("forside/kurve/<int:unit_id>/", start.unit_curve, name="unit_curve"),
    path("min-side/", min_side.my_page_view, name="my_page"),
    path("min-side/opslag/", min_side.my_looks, name="my_looks"),
    path("koordinering/rapporter/", reports.reports, name="reports"),
    path("koordinering/rapporter/<int:job_id>/", reports.report_progress, name="report_progress"),
    path("koordinering/rapporter/<int:job_id>/pdf/", reports.report_file, name="report_file"),
]
