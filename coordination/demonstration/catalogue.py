"""The kinds of workplace a municipality has, and the invented names they get."""

from dataclasses import dataclass

from coordination.demonstration.groups import (
    ACADEMIC,
    ADMIN,
    ASSISTANT,
    CARER,
    CHILDMINDER,
    CLEANING,
    NURSE,
    PEDAGOGUE,
    SOCIAL_PEDAGOGUE,
    SOCIAL_WORKER,
    TEACHER,
    TECHNICAL,
)
from coordination.demonstration.names import words

Mix = tuple[tuple[int, float], ...]
"""Occupational groups with their weights."""


@dataclass(frozen=True)
class Kind:
    """A kind of institution. `share` of the leaf staff; `size` the headcount range of one institution (None:
    exactly one institution of the kind); `name` has `{}` for an invented name; `teams` are used in turn."""

    key: str
    area: str
    center: str
    share: float
    size: tuple[int, int] | None
    name: str
    teams: tuple[tuple[str, Mix], ...]


TEACHERS: Mix = ((TEACHER, 0.86), (PEDAGOGUE, 0.10), (ASSISTANT, 0.04))
LEISURE: Mix = ((PEDAGOGUE, 0.60), (ASSISTANT, 0.40))
NURSERY: Mix = ((PEDAGOGUE, 0.58), (ASSISTANT, 0.38), (CLEANING, 0.04))
CARE: Mix = ((CARER, 0.90), (NURSE, 0.06), (CLEANING, 0.04))
OFFICE: Mix = ((ADMIN, 0.72), (ACADEMIC, 0.28))
EXPERTS: Mix = ((ACADEMIC, 0.70), (ADMIN, 0.30))
SOCIAL: Mix = ((SOCIAL_WORKER, 0.72), (ADMIN, 0.28))
HOUSING: Mix = ((SOCIAL_PEDAGOGUE, 0.76), (CARER, 0.18), (ASSISTANT, 0.06))
ROADS: Mix = ((TECHNICAL, 0.92), (ADMIN, 0.08))

CHILDREN, HEALTH, WORK, TECH, STAFF = "children", "health", "work", "tech", "staff"

AREAS: dict[str, tuple[str, str, str]] = {
    CHILDREN: ("Børn, Unge og Læring", "Sektor for Børn og Skole", "Børn og Kultur"),
    HEALTH: ("Sundhed og Ældre", "Sektor for Omsorg og Sundhed", "Velfærd og Sundhed"),
    WORK: ("Social og Arbejdsmarked", "Sektor for Job og Socialt Liv", "Job og Borger"),
    TECH: ("Teknik, Miljø og Fritid", "Sektor for By, Miljø og Kultur", "Teknik og Miljø"),
    STAFF: ("Direktion og Fælles Stabe", "Stabe og Sekretariat", "Fællessekretariatet"),
}
"""Each area's name in the three manners of naming; a municipality keeps to one."""


def _teams(mix: Mix, *names: str) -> tuple[tuple[str, Mix], ...]:
    return tuple((name, mix) for name in names)


KINDS: tuple[Kind, ...] = (
    Kind(
        "skole",
        CHILDREN,
        "Skoler og Klubber",
        0.19,
        (45, 100),
        "{}skolen",
        (
            ("Indskolingen", TEACHERS),
            ("Mellemtrinnet", TEACHERS),
            ("SFO'en", LEISURE),
            ("Udskolingen", TEACHERS),
            ("Specialklasserne", TEACHERS),
        ),
    ),
    Kind(
        "dagtilbud",
        CHILDREN,
        "Dagtilbud",
        0.17,
        (16, 42),
        "Børnehuset {}",
        _teams(NURSERY, "Vuggestuen", "Børnehaven"),
    ),
    Kind(
        "dagpleje",
        CHILDREN,
        "Dagtilbud",
        0.03,
        None,
        "Dagplejen",
        _teams(
            ((CHILDMINDER, 0.96), (PEDAGOGUE, 0.04)), "Område Nord", "Område Syd", "Område Øst", "Område Vest"
        ),
    ),
    Kind(
        "familie",
        CHILDREN,
        "Familie og Forebyggelse",
        0.03,
        None,
        "Familierådgivningen",
        _teams(SOCIAL, "Modtagelsen", "Team Børn", "Team Unge", "Plejefamilieteamet"),
    ),
    Kind(
        "ppr",
        CHILDREN,
        "Familie og Forebyggelse",
        0.016,
        None,
        "Pædagogisk Psykologisk Rådgivning",
        _teams(((ACADEMIC, 0.6), (PEDAGOGUE, 0.25), (ADMIN, 0.15)), "Psykologgruppen", "Tale-høregruppen"),
    ),
    Kind(
        "sundhedspleje",
        CHILDREN,
        "Familie og Forebyggelse",
        0.011,
        None,
        "Sundhedsplejen",
        _teams(((NURSE, 0.94), (ADMIN, 0.06)), "Småbørnsteamet", "Skoleteamet"),
    ),
    Kind(
        "plejecenter",
        HEALTH,
        "Plejecentre",
        0.14,
        (42, 96),
        "Plejecenter {}",
        _teams(CARE, "Team Lærken", "Team Viben", "Team Svalen", "Team Gøgen", "Nattevagterne"),
    ),
    Kind(
        "hjemmepleje",
        HEALTH,
        "Hjemmepleje og Sygepleje",
        0.11,
        (44, 110),
        "Hjemmeplejen {}",
        _teams(CARE, "Dagteam A", "Dagteam B", "Aftenteamet", "Dagteam C", "Nattegruppen"),
    ),
    Kind(
        "sygepleje",
        HEALTH,
        "Hjemmepleje og Sygepleje",
        0.03,
        None,
        "Sygeplejen",
        _teams(((NURSE, 0.9), (CARER, 0.1)), "Udegruppen Nord", "Udegruppen Syd", "Klinikken", "Akutteamet"),
    ),
    Kind(
        "traening",
        HEALTH,
        "Træning og Forebyggelse",
        0.025,
        None,
        "Træning og Sundhedsfremme",
        _teams(
            ((NURSE, 0.80), (ADMIN, 0.10), (ACADEMIC, 0.10)),
            "Genoptræningen",
            "Hjælpemiddelteamet",
            "Sund By",
        ),
    ),
    Kind(
        "bosted",
        WORK,
        "Bosteder og Støtte",
        0.065,
        (18, 46),
        "Bostedet {}",
        _teams(HOUSING, "Hus 1", "Hus 2", "Aktivitetsteamet"),
    ),
    Kind(
        "job",
        WORK,
        "Job og Ydelser",
        0.05,
        None,
        "Jobindsatsen",
        _teams(
            SOCIAL, "Team Vejledning", "Team Ressource", "Ungeteamet", "Virksomhedsteamet", "Ydelseskontoret"
        ),
    ),
    Kind(
        "vej",
        TECH,
        "Drift og Anlæg",
        0.026,
        None,
        "Vej og Park",
        _teams(ROADS, "Vejholdet", "Gartnerne", "Værkstedet", "Pedellerne"),
    ),
    Kind(
        "rengoering",
        TECH,
        "Drift og Anlæg",
        0.032,
        None,
        "Rengøring og Køkken",
        _teams(((CLEANING, 0.95), (ADMIN, 0.05)), "Rengøring Nord", "Rengøring Syd", "Det Fælles Køkken"),
    ),
    Kind(
        "plan",
        TECH,
        "Plan, Byg og Miljø",
        0.024,
        None,
        "Plan og Byg",
        _teams(EXPERTS, "Byggesager", "Planafdelingen", "Natur og Miljø"),
    ),
    Kind(
        "kultur",
        TECH,
        "Kultur og Fritid",
        0.022,
        None,
        "Bibliotek og Fritid",
        _teams(((ADMIN, 0.5), (ACADEMIC, 0.25), (TECHNICAL, 0.25)), "Hovedbiblioteket", "Idrætsanlæggene"),
    ),
    Kind(
        "hr",
        STAFF,
        "Økonomi og Personale",
        0.013,
        None,
        "HR og Udvikling",
        _teams(EXPERTS, "Personalejura", "Arbejdsmiljø og Udvikling"),
    ),
    Kind(
        "oekonomi",
        STAFF,
        "Økonomi og Personale",
        0.018,
        None,
        "Økonomi og Løn",
        _teams(OFFICE, "Budget og Regnskab", "Lønkontoret", "Indkøb"),
    ),
    Kind(
        "it",
        STAFF,
        "Digitalisering og Borgerservice",
        0.012,
        None,
        "It og Digitalisering",
        _teams(OFFICE, "Driften", "Projekterne"),
    ),
    Kind(
        "borgerservice",
        STAFF,
        "Digitalisering og Borgerservice",
        0.013,
        None,
        "Borgerservice",
        _teams(OFFICE, "Skranken", "Kontaktcentret"),
    ),
)

SMALL: tuple[tuple[str, str, str, int, Mix], ...] = (
    ("lokalarkiv", TECH, "Lokalarkivet", 3, EXPERTS),
    ("musik", CHILDREN, "Musikværkstedet", 4, ((PEDAGOGUE, 1.0),)),
    ("naturvejledning", TECH, "Naturvejledningen", 2, EXPERTS),
    ("krisetelefon", WORK, "Gadeplansteamet", 3, ((SOCIAL_WORKER, 1.0),)),
)
"""Workplaces so small that their figures must be hidden from those without person rights."""

PLACES = words(
    "Ravnsø Kærby Tjørnelund Højvang Møllebæk Engdrag Askehøj Ellemose Strandvang Bøgeskov Hedelund Åkær "
    "Skovmarks Lyngbakke Vibehøj Egedal Rørsang Fyrre Klintby Pilegårds Hasselhøj Svanemose Nørremarks Søndervangs"
)

FANCIES = words(
    "Mælkebøtten Regnbuen Åkanden Solstrålen Troldehøjen Humlebien Anemonen Kastanjen Mariehønen Valmuen Egernet "
    "Stjerneskuddet Pindsvinet Spirerne Myretuen Søhesten Muslingen Viften Bølgen Kløveren Lyngtoppen Birkely "
    "Tusindfryd Skovtrolden Grønærten Rønnebærret Guldsmeden Ørnereden Frøen Sommerfuglen Hyldeblomsten Fyrtårnet"
)

HOMES = words(
    "Solgården Mosevang Tjørnebakken Engdraget Skovbrynet Søglimt Bøgely Højtoften Kærhaven Åbrinken Lindegården "
    "Strandparken Hvidtjørn Æblehaven Rosenvænget Elmehøj Kildevang Fjordblik Granly Vestervang"
)

DISTRICTS = words(
    "Nord Syd Øst Vest Midtbyen Havnen Ådalen Skovbyen Åsen Kysten Heden Bakkelandet Engene Fjorden"
)

NAMES = {
    "skole": PLACES,
    "dagtilbud": FANCIES,
    "plejecenter": HOMES,
    "hjemmepleje": DISTRICTS,
    "bosted": HOMES[::-1],
}


def invented_name(kind: Kind, number: int, offset: int) -> str:
    """Return the name of the `number`-th institution (from 0) of a kind, unique within the kind.

    `offset` lets municipalities begin at different places in the lists.
    """
    names = NAMES.get(kind.key, DISTRICTS)
    lap = number // len(names)
    chosen = kind.name.format(names[(number + offset) % len(names)])
    return (
        chosen if lap == 0 else f"{chosen} ved {PLACES[lap % len(PLACES)]} {lap // len(PLACES) or ''}".strip()
    )
