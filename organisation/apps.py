from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Municipalities, units, people, employments, users, roles and reach."""

    name = "organisation"
    verbose_name = "Organisation"

    def ready(self) -> None:
        from organisation import login  # noqa: F401  (connects to user_logged_in)
        from organisation.importers import register_files

        register_files()
