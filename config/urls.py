"""Every address of Nærvær. The first parts of the paths are fixed by the contract."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
