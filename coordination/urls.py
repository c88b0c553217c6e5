from django.urls import URLPattern, path

from coordination.views import start

urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
]
