"""What lies in front of a user of the rules page: whose rules, their draft, and the page that shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from absence.models import Category
from conversations import rule_drafts, rule_preview, rule_rows, selectors
from conversations.models import RuleSet as StoredRuleSet
from conversations.rule_forms import AdoptForm, RuleForm, TryForm, UploadForm
from conversations.rules import labels
from conversations.rules.model import RuleSet
from core.clock import today
from core.errors import OutOfReachError
from organisation import selectors as organisation
from organisation.models import Unit
from organisation.models.access import Role

EDITORS = (Role.HR, Role.SYSTEMANSVARLIG)
PARTS = {"forloeb": False, "moenster": True}  # address of a new rule → whether it is a pattern rule
_TRIED = "rules_tried"  # session key: the day and category last tried


@dataclass(frozen=True)
class Desk:
    """What lies in front of the user: the rules of the municipality (no unit) or of one unit, and their draft."""

    unit: Unit | None
    in_force: RuleSet
    newest: StoredRuleSet | None
    draft: rule_drafts.Draft | None
    categories: Mapping[str, str]

    @property
    def unit_id(self) -> int | None:
        """The unit's id, None for the municipality."""
        return None if self.unit is None else self.unit.pk

    @property
    def rules(self) -> RuleSet:
        """The draft, or the rules in force while there is none."""
        return self.in_force if self.draft is None else self.draft.rules

    @property
    def base(self) -> int | None:
        """Id of the version that the draft set out from."""
        if self.draft is not None:
            return self.draft.base
        return None if self.newest is None else self.newest.pk

    def address(self, name: str, *parts: str, **query: str) -> str:
        """The address of one of this page's views, for the same unit."""
        asked = {**({"enhed": str(self.unit.pk)} if self.unit else {}), **query}
        return reverse(name, args=parts) + (f"?{urlencode(asked)}" if asked else "")


def desk_of(request: HttpRequest) -> Desk:
    """Raises OutOfReachError (404) for a unit that is not the municipality's."""
    unit = None
    wanted = request.GET.get("enhed", "")
    if wanted:
        unit = Unit.objects.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 19 else None
        if unit is None:
            raise OutOfReachError
    unit_id = None if unit is None else unit.pk
    return Desk(
        unit,
        selectors.rules_in_force(today()).of(unit_id),
        selectors.newest_rule_sets().filter(unit=unit).first(),
        rule_drafts.load(request.session, unit_id),
        dict(Category.objects.filter(starts_follow_up=True).values_list("key", "name")),
    )


def is_htmx(request: HttpRequest) -> bool:
    """Whether a piece of the page is asked for instead of all of it."""
    return bool(getattr(request, "htmx", False))


def keep(request: HttpRequest, desk: Desk, rules: RuleSet) -> None:
    rule_drafts.save(request.session, desk.unit_id, rules, base=desk.base)


# ---------- the page ----------


def page(request: HttpRequest, desk: Desk, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The whole page; `shown` may carry an open form, refused changes, and forms with errors."""
    form: RuleForm | None = shown.get("form")
    common: dict[str, Any] = {
        "address": desk.address,
        "categories": desk.categories,
        "open_form": form,
        "errors": shown.get("errors"),
        "focus": (request.GET.get("rettet", ""), request.GET.get("ord", "")),
    }
    versions = list(
        StoredRuleSet.objects.filter(unit=desk.unit).select_related("created_by").order_by("-version")
    )
    for version in versions:
        version.file_url = desk.address("rules_file", f"udgave-{version.version}")  # type: ignore[attr-defined]
    context = {
        "desk": desk,
        "urls": urls_of(desk),
        "during": rule_rows.rows(desk.rules.during, desk.rules, **common),
        "patterns": rule_rows.rows(desk.rules.pattern, desk.rules, **common),
        "new_form": form if form is not None and form.rule is None else None,
        "floor": rule_rows.floor_sentence(),
        "based_on": labels.PRESETS.get(desk.rules.based_on or "", ""),
        "presets": labels.PRESETS,
        "versions": versions,
        "overtaken_by": _overtaken_by(desk),
        "units_with_rules": Unit.objects.filter(rule_sets__isnull=False).distinct().order_by("name"),
        "units": organisation.unit_labels(today()).items(),
        "adopt_form": shown.get("adopt_form") or _new_adopt_form(desk),
        "upload_form": shown.get("upload_form") or UploadForm(),
        **trial_of(request, desk, desk.rules),
    }
    return render(request, "conversations/rules/page.html", context, status=status)


def urls_of(desk: Desk) -> dict[str, str]:
    names = ("rules", "rules_start", "rules_upload", "rules_discard", "rules_preview", "rules_adopt")
    found = {name.removeprefix("rules_") or name: desk.address(name) for name in names}
    found |= {f"add_{part}": desk.address("rules_add", part) for part in PARTS}
    found |= {f"what_if_{part}": desk.address("rules_preview", ny=part) for part in PARTS}
    found["draft_file"] = desk.address("rules_file", "kladde")
    found["in_force_file"] = desk.address("rules_file", "gaeldende")
    return found


def _overtaken_by(desk: Desk) -> StoredRuleSet | None:
    """The version that somebody adopted after this draft was begun."""
    if desk.draft is None or desk.newest is None or desk.newest.pk == desk.draft.base:
        return None
    return desk.newest


def _new_adopt_form(desk: Desk) -> AdoptForm:
    return AdoptForm(today=today(), initial={"base": desk.base})


def trial_of(request: HttpRequest, desk: Desk, rules: RuleSet) -> dict[str, Any]:
    """The calendar and list for the day asked for, the day last tried, or the coming Monday."""
    on = today()
    data = (
        request.GET if "proev-day" in request.GET else request.POST if "proev-day" in request.POST else None
    )
    limited = rule_rows.is_limited_by_category(rules)
    kept = request.session.get(_TRIED, {})
    start: dict[str, Any] = {"day": rule_preview.coming_monday(on), "category": "egen_sygdom"}
    if kept:
        start = {"day": date.fromisoformat(kept["day"]), "category": kept["category"]}
    form = TryForm(data, today=on, categories=desk.categories, initial=start, prefix="proev")
    chosen = start
    if form.is_bound and form.is_valid():
        chosen = {**start, **{name: value for name, value in form.cleaned_data.items() if value}}
        request.session[_TRIED] = {"day": chosen["day"].isoformat(), "category": chosen["category"]}
    if not limited:
        del form.fields["category"]
    days_off = organisation.days_off(chosen["day"], rule_preview.last_day_needed(chosen["day"], rules))
    category = chosen["category"] if limited else ""
    trial = rule_preview.try_out(rules, chosen["day"], days_off=days_off, category=category)
    return {"try_form": form, "trial": trial}
