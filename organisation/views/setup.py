"""The first page of the set-up."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from core.jobs import heartbeat_warnings
from organisation.models.access import Role
from organisation.permissions import roles_required


@dataclass(frozen=True)
class Entry:
    """One link of the page: what it is called and what it is for."""

    label: str
    text: str
    url: str


# Heading → (URL name, label, what it is for). A page that this installation has not got is left out.
_GROUPS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "mennesker",
        "Mennesker og adgang",
        (
            ("users", "Brugere og roller", "Hvem der kan logge ind, og hvad de har adgang til."),
            ("units", "Enheder", "Organisationen i dag: ledere, flytninger, nye og lukkede enheder."),
            ("deputies", "Stedfortrædere", "Hvem der træder i en leders sted, og hvornår."),
        ),
    ),
    (
        "valg",
        "Kommunens valg",
        (
            ("rules", "Regler for samtaler", "Hvornår der skal holdes samtaler, og af hvem."),
            ("categories", "Fraværskategorier", "Hvad der tæller med, og hvilke lønkoder der hører til."),
            ("municipality_settings", "Grænser og sletning", "Længder, små enheder, opfølgning og sletning."),
            ("days_off", "Fridage", "Kommunens egne fridage ud over helligdagene."),
        ),
    ),
    (
        "drift",
        "Data og drift",
        (
            (
                "imports",
                "Indlæsning af filer",
                "Medarbejdere, enheder, vagtplaner og fravær fra andre systemer.",
            ),
            ("api_tokens", "API-nøgler", "Hvilke andre systemer der kan hente og skrive oplysninger."),
            ("jobs", "Faste job", "Om påmindelser og beregninger kører, som de skal."),
            ("mails", "Mails", "Mails, der venter, er sendt eller ikke kunne sendes."),
        ),
    ),
)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_safe
@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
def setup(request: HttpRequest) -> HttpResponse:
    """What can be set up, and a loud word when scheduled jobs stand still."""
    groups = []
    for key, heading, entries in _GROUPS:
        found = [Entry(label, text, _address(name)) for name, label, text in entries if _address(name)]
        if found:
            groups.append((key, heading, found))
    context = {"groups": groups, "warnings": heartbeat_warnings(), "jobs_url": _address("jobs")}
    return render(request, "organisation/setup.html", context)
