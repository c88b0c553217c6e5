"""A working day in a real browser: a leader by keyboard, HR with files and rules, a MED member with hidden figures."""

from datetime import date, timedelta
from pathlib import Path

from django.db.models import Count
from playwright.sync_api import Page, expect

from core.clock import today
from core.formats import format_date
from core.tenancy import tenant_transaction
from tests.browser.conftest import Town

expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
QUIET = timedelta(days=15)  # how long somebody must have been at work to be the one who falls ill
HEADINGS = "absence_id,employment_id,category,first_day,last_day\n"


def _at_work(town: Town) -> tuple[str, str]:
    """Name and payroll number of somebody whom the leader reaches and who has not been away lately."""
    from absence.models import SickNotification
    from organisation.models import User
    from organisation.permissions import employments_in_reach
    from organisation.selectors import valid_on

    on = today()
    with tenant_transaction(town.municipality.pk):
        leader = User.objects.get(email=f"leder@{town.municipality.slug}.example")
        ill = SickNotification.objects.filter(last_day__isnull=True) | SickNotification.objects.filter(
            last_day__gte=on - QUIET
        )
        found = (
            employments_in_reach(leader, on)
            .filter(valid_on(on, "start", "end"))
            .exclude(pk__in=ill.values("employment"))
            .select_related("person")
            .order_by("start", "pk")[0]
        )
        return found.person.name, found.external_id


def _small_unit(town: Town) -> tuple[str, int]:
    """Name of a unit with fewer employees than figures are shown for, and the id of the unit above it."""
    from organisation.models import UnitPlacement
    from organisation.selectors import municipality_settings, terms_on, valid_on

    with tenant_transaction(town.municipality.pk):
        sizes = terms_on(today()).values("unit").annotate(people=Count("employment", distinct=True))
        small = sizes.filter(people__lt=municipality_settings().suppress_below).values("unit")
        now = UnitPlacement.objects.filter(valid_on(today()))
        above_others = now.filter(parent__isnull=False).values("parent")
        leaves = now.filter(unit__in=small).exclude(unit__in=above_others)
        place = leaves.select_related("unit").order_by("unit")[0]
        assert place.parent_id is not None
        return place.unit.name, place.parent_id


def _says(page: Page, text: str) -> None:
    expect(page.locator("#beskeder")).to_contain_text(text)


def _register(page: Page, name: str) -> None:
    """From the first page with the keyboard alone; a wrong date first, which must cost nothing of what was typed."""
    page.keyboard.press("n")
    page.wait_for_url("**/fravaer/registrer/")
    page.get_by_label("Medarbejder").focus()
    page.keyboard.type(name)  # a native list jumps to what is typed
    expect(page.get_by_label("Medarbejder").locator("option:checked")).to_contain_text(name)
    page.get_by_label("Første fraværsdag").fill("i går")
    page.get_by_label("Sidste dag (frivilligt)", exact=True).fill("31.13")
    page.get_by_label("Hvad har I aftalt om kontakt?").fill("Vi taler sammen fredag")
    preview = page.locator("section, aside, div").filter(has_text="Det sker der nu").last
    expect(preview).to_contain_text("ring")
    expect(preview).to_contain_text("sygefraværssamtale")
    page.keyboard.press("Control+Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Der er ingen måned nummer 13")
    expect(page.get_by_label("Første fraværsdag")).to_have_value("i går")
    expect(page.get_by_label("Hvad har I aftalt om kontakt?")).to_have_value("Vi taler sammen fredag")
    page.get_by_label("Sidste dag (frivilligt)", exact=True).fill("")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/fravaer/sag/*/")
    _says(page, "Sygemeldingen er gemt.")


def test_a_leaders_morning(town: Town) -> None:
    name, _ = _at_work(town)
    page = town.open("leder")
    _register(page, name)
    case = page.url
    head = page.locator("section", has=page.get_by_role("heading", level=1))
    expect(head).to_contain_text(name)
    expect(head).to_contain_text(format_date(today() - timedelta(days=1)))
    expect(page.locator("#naeste")).to_contain_text("lovens krav om samtale inden fire uger")

    page.goto(f"{town.url}/")
    row = page.locator("#opgaver li").filter(has_text=name).filter(has_text="ring og hør").first
    row.get_by_role("link", name="Notér opkaldet").press("Enter")
    page.wait_for_url("**/samtaler/opgave/*/")
    expect(page.get_by_label("Over telefonen")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(case)
    _says(page, "Opkaldet er noteret.")

    page.get_by_role("link", name="Skift status").press("Enter")
    page.wait_for_url("**/status/")
    page.get_by_label("Timer på arbejde om ugen").fill("8")
    expect(page.locator("main")).to_contain_text("8 af")  # the share is worked out while typing
    page.keyboard.press("Control+Enter")
    page.wait_for_url(case)
    _says(page, "Den nye status er gemt.")
    expect(head).to_contain_text("Delvist tilbage, 8 af")

    page.get_by_role("link", name="Helt tilbage").press("Enter")
    page.wait_for_url("**/tilbage/")
    page.keyboard.press("Escape")  # back without saving
    page.wait_for_url(case)
    page.get_by_role("link", name="Helt tilbage").press("Enter")
    page.get_by_label("Første arbejdsdag igen").fill("i morgen")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(case)
    expect(page.get_by_role("link", name="Genåbn")).to_be_visible()
    page.locator("#beskeder").get_by_role("button", name="Fortryd").press("Enter")
    _says(page, "Det er fortrudt.")
    expect(head).to_contain_text("Delvist tilbage, 8 af")
    expect(page.get_by_role("link", name="Genåbn")).to_have_count(0)
    assert not [text for text in town.problems if "422" not in text]  # 422 is the form that came back


def _send_file(page: Page, town: Town, path: Path, rows: str) -> None:
    path.write_text(HEADINGS + rows)
    page.goto(f"{town.url}/opsaetning/indlaes/")
    page.get_by_label("Filer", exact=True).set_input_files(path)
    page.get_by_role("button", name="Kontrollér filerne").click()


def _import(page: Page, town: Town, path: Path, number: str) -> None:
    """A file with a fault: where it is and what stands there. The mended file: nothing before HR says so."""
    first = date(today().year - 1, 3, 2)
    _send_file(
        page, town, path, f"A1,{number},egen_sygdom,{first},{first}\nA2,{number},egen_sygdom,31.13.2026,\n"
    )
    expect(page.locator("main")).to_contain_text("1 række skal rettes, før noget kan indlæses")
    expect(page.get_by_role("heading", name="Fejl i absences.csv")).to_be_visible()
    fault = page.get_by_role("row").filter(has_text="first_day")
    expect(fault.get_by_role("rowheader")).to_have_text("3")
    expect(fault).to_contain_text("31.13.2026")
    expect(fault).to_contain_text("der er ingen måned 13")
    expect(page.get_by_role("button", name="Indlæs nu")).to_have_count(0)

    _send_file(page, town, path, f"A1,{number},barns_sygedag,{first},{first}\n")
    expect(page.locator("main")).to_contain_text("Intet er ændret. Her står, hvad der ville ske")
    page.get_by_role("button", name="Indlæs nu").click()
    expect(page.locator("main")).to_contain_text("Filerne er indlæst")


def _change_a_rule(page: Page, town: Town) -> None:
    """A word in a sentence is a button; the draft binds nobody until it is put in force."""
    page.goto(f"{town.url}/opsaetning/regler/")
    sentence = page.locator(".nv-rules > li").first
    sentence.locator(".nv-slot", has_text="dag").press("Enter")
    number = sentence.get_by_label("Tal", exact=True)
    number.fill("2")
    page.keyboard.press("Control+Enter")
    expect(sentence.locator(".nv-sentence")).to_contain_text("dag 2")
    expect(page.locator("#regelhoved")).to_contain_text("Kladde, ikke sat i kraft endnu")
    adopt = page.locator("#i-kraft")
    adopt.get_by_text("Sæt i kraft: skriv, hvem der har vedtaget reglerne").press("Enter")
    adopt.get_by_label("Vedtaget den").fill("i dag")
    adopt.get_by_label("Vedtaget af").fill("Hovedudvalget")
    adopt.get_by_role("button", name="Sæt i kraft nu").click()
    _says(page, "gælder fra nu")
    expect(page.locator("#regelhoved")).not_to_contain_text("Kladde")
    expect(page.locator(".nv-rules > li").first).to_contain_text("dag 2")


def test_hrs_files_and_rules_and_meds_figures(town: Town, tmp_path: Path) -> None:
    _, number = _at_work(town)
    page = town.open("hr")
    _import(page, town, tmp_path / "absences.csv", number)
    _change_a_rule(page, town)
    page.context.close()

    name, above = _small_unit(town)
    page = town.open("med")
    page.goto(f"{town.url}/statistik/enhed/{above}/")
    hidden = page.get_by_role("row").filter(has_text=name)
    expect(hidden).to_contain_text("skjult")
    hidden.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text("Skjult, fordi enheden har under")
    expect(page.locator(".nv-key")).to_have_count(0)
    assert page.context.request.get(f"{town.url}/fravaer/").status == 404
    assert not town.problems
