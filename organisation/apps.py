from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Municipalities, units, people, employments, users, roles and reach."""

    name = "organisation"
    verbose_name = "Organisation"
