from django.contrib.auth.views import LogoutView
from django.urls import path

from organisation.views import about, deputies, municipality, passwords, setup, units, users
from organisation.views.login import LoginView

urlpatterns = [
    path("log-ind/", LoginView.as_view(), name="login"),
    path("log-ind/glemt/", passwords.password_forgotten, name="password_forgotten"),
    path(
        "log-ind/ny-adgangskode/<str:uidb64>/<str:token>/",
        passwords.NewPasswordView.as_view(),
        name="password_new",
    ),
    path("log-af/", LogoutView.as_view(), name="logout"),
    path("min-side/adgangskode/", passwords.password_change, name="password_change"),
    path("om/oplysninger/", about.privacy, name="privacy"),
    path("om/tilgaengelighed/", about.accessibility, name="accessibility"),
    path("opsaetning/", setup.setup, name="setup"),
    path("opsaetning/brugere/", users.users, name="users"),
    path("opsaetning/brugere/ny/", users.user_new, name="user_new"),
    path("opsaetning/brugere/<int:user_id>/", users.user_page, name="user_page"),
    path("opsaetning/brugere/<int:user_id>/link/", users.user_link, name="user_link"),
    path("opsaetning/brugere/<int:user_id>/roller/", users.user_role_add, name="user_role_add"),
    path("opsaetning/brugere/<int:user_id>/roller/<int:role_id>/", users.user_role, name="user_role"),
    path(
        "opsaetning/brugere/<int:user_id>/roller/<int:role_id>/afslut/",
        users.user_role_end,
        name="user_role_end",
    ),
    path(
        "opsaetning/brugere/<int:user_id>/roller/<int:role_id>/genoptag/",
        users.user_role_resume,
        name="user_role_resume",
    ),
    path("opsaetning/enheder/", units.units, name="units"),
    path("opsaetning/enheder/ny/", units.unit_new, name="unit_new"),
    path("opsaetning/enheder/<int:unit_id>/", units.unit_setup, name="unit_setup"),
    path("opsaetning/enheder/<int:unit_id>/navn/", units.unit_rename, name="unit_rename"),
    path("opsaetning/enheder/<int:unit_id>/flyt/", units.unit_move, name="unit_move"),
    path("opsaetning/enheder/<int:unit_id>/luk/", units.unit_close, name="unit_close"),
    path("opsaetning/enheder/<int:unit_id>/aabn/", units.unit_reopen, name="unit_reopen"),
    path("opsaetning/enheder/<int:unit_id>/leder/", units.unit_leader_add, name="unit_leader_add"),
    path("opsaetning/stedfortraedere/", deputies.deputies, name="deputies"),
    path("opsaetning/stedfortraedere/<int:deputy_id>/afslut/", deputies.deputy_end, name="deputy_end"),
    path("opsaetning/kommunen/", municipality.municipality_settings, name="municipality_settings"),
    path("opsaetning/fridage/", municipality.days_off, name="days_off"),
    path("opsaetning/fridage/<int:day_off_id>/fjern/", municipality.day_off_remove, name="day_off_remove"),
]
