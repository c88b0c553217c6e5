from django.contrib.auth.views import LogoutView
from django.urls import path

from organisation.views.login import LoginView

urlpatterns = [
    path("log-ind/", LoginView.as_view(), name="login"),
    path("log-af/", LogoutView.as_view(), name="logout"),
]
