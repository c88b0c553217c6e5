"""Two municipalities, one database: what one may do to the other is nothing, also when code forgets to filter."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from absence.models import Category
from core.tenancy import OutsideTransactionError, TenantMissingError, current, no_tenant, tenant
from organisation.models import Employment, Person, Unit, User


@pytest.fixture
def foreign_person(sydby: Any) -> Person:
    with tenant(sydby.pk):
        return Person.objects.create(external_id="1", name="Fremmed")


def test_the_manager_refuses_without_a_tenant(sydby: Any) -> None:
    with pytest.raises(TenantMissingError):
        Unit.objects.count()


def test_unfiltered_queries_see_only_the_own_tenant(nordby: Any, foreign_person: Person) -> None:
    Person.objects.create(external_id="1", name="Egen")
    assert list(Person.objects.values_list("name", flat=True)) == ["Egen"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM organisation_person")
        assert cursor.fetchall() == [("Egen",)]


def test_updates_and_deletes_do_not_reach_another_tenant(
    nordby: Any, sydby: Any, foreign_person: Person
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_person SET name = 'x' WHERE id = %s", [foreign_person.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM organisation_person WHERE id = %s", [foreign_person.pk])
        assert cursor.rowcount == 0
    with tenant(sydby.pk):
        assert Person.objects.get().name == "Fremmed"


def test_a_row_cannot_be_written_into_another_tenant(nordby: Any, sydby: Any) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Unit.objects.create(municipality=sydby, external_id="x", name="x")


def test_a_row_cannot_point_into_another_tenant(nordby: Any, foreign_person: Person) -> None:
    employment = Employment(external_id="1", person_id=foreign_person.pk, start="2026-01-01")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="tenant_fk"), transaction.atomic():
        employment.save()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE organisation_unit DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON organisation_unit",
        "SET ROLE naervaer_owner",
        "CREATE TABLE mine (id int)",
        "UPDATE organisation_personhistoryevent SET name = 'x'",
    ],
)
def test_the_application_role_cannot_lift_the_protection(nordby: Any, statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_entering_and_leaving_inside_one_transaction(nordby: Any, sydby: Any) -> None:
    def seen() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.tenant_id', true)")
            return str(cursor.fetchone()[0])

    assert seen() == str(nordby.pk)
    with tenant(sydby.pk):
        assert seen() == str(sydby.pk)
        with no_tenant():
            assert seen() == ""
    assert seen() == str(nordby.pk) == str(current())


def test_leaving_after_a_failed_statement_restores_the_tenant(nordby: Any, sydby: Any) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        tenant(sydby.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT nothing FROM nowhere")
    assert Category.objects.filter(municipality=nordby).count() == 8


@pytest.mark.django_db(transaction=True)
def test_a_tenant_without_a_transaction_fails_loudly() -> None:
    from organisation.services import create_municipality

    municipality = create_municipality(slug="vestby", name="Vestby", cvr="33333333")
    with tenant(municipality.pk):
        with pytest.raises(OutsideTransactionError):
            Category.objects.count()
        with transaction.atomic():
            assert Category.objects.count() == 8


def test_login_sees_exactly_the_typed_address(nordby: Any, sydby: Any) -> None:
    from core.tenancy import login_as

    User.objects.create_user("a@nordby.example", "kodeord-til-proeve", name="A")
    with tenant(sydby.pk):
        User.objects.create_user("b@sydby.example", "kodeord-til-proeve", name="B")
    with no_tenant(), login_as("b@sydby.example"):
        assert list(User.objects.values_list("email", flat=True)) == ["b@sydby.example"]
    with no_tenant():
        assert not User.objects.exists()


def test_changes_are_kept_whatever_made_them(nordby: Any) -> None:
    person = Person.objects.create(external_id="1", name="Før")
    Person.objects.filter(pk=person.pk).update(name="Efter")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_person SET name = 'Sidst' WHERE id = %s", [person.pk])
        cursor.execute("SELECT name, pgh_label FROM organisation_personhistoryevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("Før", "changed"), ("Efter", "changed")]
