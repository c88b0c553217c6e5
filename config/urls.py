"""Every address of Nærvær. The first parts of the paths are fixed by the contract."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("core.urls")),
    path("", include("config.job_urls")),
    path("", include("config.api")),
    path("", include("organisation.urls")),
    path("", include("organisation.urls_tokens")),
    path("", include("absence.urls")),
    path("", include("absence.urls_categories")),
    path("", include("absence_statistics.urls")),
    path("", include("conversations.urls")),
    path("", include("coordination.urls")),
]
