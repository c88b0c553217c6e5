from django.urls import URLPattern, path

from absence_statistics import views

urlpatterns: list[URLPattern] = [
    path("statistik/", views.figures, name="figures"),
    path("statistik/enhed/<int:unit_id>/", views.unit_figures, name="unit_figures"),
]
