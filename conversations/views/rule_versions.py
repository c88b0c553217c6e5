"""Whole sets of rules: begin from a known one or a file, drop the draft, adopt it, and fetch any version."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from conversations import rule_drafts
from conversations.models import RuleSet as StoredRuleSet
from conversations.rule_forms import AdoptForm, UploadForm
from conversations.rules import codec, labels
from conversations.rules.presets import PRESETS
from conversations.services.rules import set_rules
from conversations.views.rule_desk import EDITORS, Desk, desk_of, keep, page
from core.clock import today
from core.errors import OutOfReachError
from core.notices import notify
from organisation.models import User
from organisation.permissions import roles_required

_VERSION = "udgave-"


@require_POST
@roles_required(*EDITORS)
def rules_start(request: HttpRequest) -> HttpResponse:
    """Begin the draft anew from a known set or an earlier version."""
    desk = desk_of(request)
    name = request.POST.get("kilde", "")
    if name in PRESETS:
        chosen, title = PRESETS[name], labels.PRESETS[name]
    elif name.startswith(_VERSION) and name.removeprefix(_VERSION).isdecimal():
        version = _version(desk, int(name.removeprefix(_VERSION)))
        chosen, title = codec.from_json(version.body), f"udgave {version.version}"
    else:
        raise OutOfReachError
    keep(request, desk, chosen)
    notify(request, f"Kladden begynder nu med {title}.", undo_url=desk.address("rules_undo"))
    return redirect(desk.address("rules"))


@require_POST
@roles_required(*EDITORS)
def rules_upload(request: HttpRequest) -> HttpResponse:
    """Begin the draft anew from a file."""
    desk = desk_of(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid() or form.rules is None:
        return page(request, desk, upload_form=form, status=422)
    keep(request, desk, form.rules)
    notify(request, "Reglerne fra filen er nu din kladde.", undo_url=desk.address("rules_undo"))
    return redirect(desk.address("rules"))


@require_POST
@roles_required(*EDITORS)
def rules_discard(request: HttpRequest) -> HttpResponse:
    """Drop the draft."""
    desk = desk_of(request)
    if desk.draft is not None:
        rule_drafts.discard(request.session, desk.unit_id)
        notify(request, "Kladden er kasseret.", undo_url=desk.address("rules_undo"))
    return redirect(desk.address("rules"))


@require_POST
@roles_required(*EDITORS)
def rules_undo(request: HttpRequest) -> HttpResponse:
    """Take the last change of the draft back."""
    desk = desk_of(request)
    if rule_drafts.undo(request.session, desk.unit_id):
        notify(request, "Kladden er, som den var før.")
    else:
        notify(request, "Der er ikke mere at fortryde i kladden.", level=30)
    return redirect(desk.address("rules"))


# ---------- adopting and versions ----------


@require_POST
@roles_required(*EDITORS)
def rules_adopt(request: HttpRequest) -> HttpResponse:
    """Put the draft in force. Rules weaker than those above are refused with every reason; nothing is saved then."""
    desk = desk_of(request)
    on = today()
    form = AdoptForm(request.POST, today=on)
    if not form.is_valid():
        return page(request, desk, adopt_form=form, status=422)
    newest = None if desk.newest is None else desk.newest.pk
    if form.cleaned_data["base"] != newest:
        form.add_error(None, _overtaken_text(desk))
        # The next press knows of the newest version.
        form.data = {**request.POST.dict(), "base": newest or ""}
        return page(request, desk, adopt_form=form, status=422)
    assert isinstance(request.user, User)
    try:
        adopted = set_rules(
            rules=desk.rules,
            on=on,
            by=request.user,
            unit=desk.unit,
            adopted_on=form.cleaned_data["adopted_on"],
            adopted_by=form.cleaned_data["adopted_by"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return page(request, desk, adopt_form=form, status=422)
    rule_drafts.forget(request.session, desk.unit_id)
    if adopted.pk == newest:
        notify(request, "Reglerne er dem, der allerede gælder. Intet er ændret.")
    else:
        notify(request, f"Udgave {adopted.version} gælder fra nu. Igangværende forløb følger den.")
    return redirect(desk.address("rules"))


def _overtaken_text(desk: Desk) -> str:
    assert desk.newest is not None  # versions are never deleted
    who = desk.newest.created_by.name if desk.newest.created_by else "En anden"
    return (
        f"{who} har sat udgave {desk.newest.version} i kraft, mens du arbejdede. Se den under Udgaver. "
        "Tryk igen, hvis dine regler skal afløse den."
    )


def _version(desk: Desk, number: int) -> StoredRuleSet:
    """One version of the municipality's or the unit's rules. Raises OutOfReachError (404)."""
    found = StoredRuleSet.objects.filter(unit=desk.unit, version=number).first() if number < 10**9 else None
    if found is None:
        raise OutOfReachError
    return found


@require_safe
@roles_required(*EDITORS)
def rules_file(request: HttpRequest, name: str) -> HttpResponse:
    """Fetch rules as JSON: `kladde`, `gaeldende`, or a version (`udgave-3`)."""
    desk = desk_of(request)
    if name == "kladde":
        found = desk.rules
    elif name == "gaeldende":
        found = desk.in_force
    elif name.startswith(_VERSION) and name.removeprefix(_VERSION).isdecimal():
        found = codec.from_json(_version(desk, int(name.removeprefix(_VERSION))).body)
    else:
        raise OutOfReachError
    where = f"enhed-{desk.unit.external_id}-" if desk.unit else ""
    response = HttpResponse(codec.dumps(found), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{_file_name(f'regler-{where}{name}')}"
    )
    return response


def _file_name(stem: str) -> str:
    return (
        "".join(
            letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in stem
        )
        + ".json"
    )
