from django.urls import URLPattern, path

from coordination.views import min_side, start

urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path("forside/kurve/<int:unit_id>/", start.unit_curve, name="unit_curve"),
    path("min-side/", min_side.my_page_view, name="my_page"),
    path("min-side/opslag/", min_side.my_looks, name="my_looks"),
]
