"""The rules page: read the rules, change a draft of them sentence by sentence, and try it on a calendar."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations import rule_drafts, rule_rows
from conversations.rule_forms import RuleForm, form_for
from conversations.rules.errors import RuleError
from conversations.views.rule_desk import (
    EDITORS,
    PARTS,
    Desk,
    desk_of,
    is_htmx,
    keep,
    page,
    trial_of,
    urls_of,
)
from core.errors import OutOfReachError
from core.notices import notify
from organisation.permissions import roles_required


@require_safe
@roles_required(*EDITORS)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force or the draft, as sentences."""
    return page(request, desk_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*EDITORS)
def rules_preview(request: HttpRequest) -> HttpResponse:
    """The trial alone. Posted with a rule's open form it shows what the change would do; nothing is kept."""
    desk = desk_of(request)
    tried = desk.rules
    if request.method == "POST":
        asked = request.GET
        form = _new_form(desk, asked.get("ny", ""), request.POST) or _rule_form(
            desk, asked.get("regel", ""), asked.get("del", ""), request.POST
        )
        if form is not None and form.is_valid() and form.changed is not None:
            tried = form.changed
    context = {
        "urls": urls_of(desk),
        "desk": desk,
        **trial_of(request, desk, tried),
        "is_what_if": tried != desk.rules,
        "is_fragment": True,
    }
    if not is_htmx(request):
        return page(request, desk)
    return render(request, "conversations/rules/_trial.html", context)


def _rule_form(desk: Desk, key: str, slot: str, posted: QueryDict | None = None) -> RuleForm | None:
    """The form of a rule's slot; None if there is no such rule."""
    rule = rule_drafts.find(desk.rules, key)
    if rule is None:
        return None
    form = form_for(rule)
    return form(
        posted, rules=desk.rules, rule=rule, categories=desk.categories, slot=slot, prefix=f"regel-{key}"
    )


def _new_form(desk: Desk, part: str, posted: QueryDict | None = None) -> RuleForm | None:
    """The form of a new rule; None if there is no such part of the rules."""
    if part not in PARTS:
        return None
    form = form_for(None, pattern=PARTS[part])
    return form(posted, rules=desk.rules, rule=None, categories=desk.categories, prefix=f"ny-{part}")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*EDITORS)
def rules_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Open the form of a slot (or of the whole rule) under its sentence; posted, keep the change."""
    desk = desk_of(request)
    slot = request.GET.get("del", "")
    if request.method != "POST":
        form = _rule_form(desk, key, slot)
        if form is None:
            raise OutOfReachError
        if is_htmx(request):
            return _row(request, desk, key, form)
        return page(request, desk, form=None if "luk" in request.GET else form)
    form = _rule_form(desk, key, slot, request.POST)
    if form is None:
        raise OutOfReachError
    if form.is_valid() and form.changed is not None:
        keep(request, desk, form.changed)
        return redirect(desk.address("rules", rettet=form.key, ord=form.slot))
    return page(request, desk, form=form, status=422)


def _row(request: HttpRequest, desk: Desk, key: str, form: RuleForm) -> HttpResponse:
    """One row with its form open, or closed again when the address says so."""
    closing = "luk" in request.GET
    found = [
        row
        for part in (desk.rules.during, desk.rules.pattern)
        for row in rule_rows.rows(
            part,
            desk.rules,
            address=desk.address,
            categories=desk.categories,
            open_form=None if closing else form,
            focus=(key, request.GET["luk"]) if closing else ("", ""),
        )
        if row.key == key
    ]
    # Closing undoes what the calendar showed of the change that was not made.
    trial = {"is_closing": True, **trial_of(request, desk, desk.rules)} if closing else {}
    context = {"row": found[0], "desk": desk, "urls": urls_of(desk), **trial}
    return render(request, "conversations/rules/_rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*EDITORS)
def rules_add(request: HttpRequest, part: str) -> HttpResponse:
    """Write a new rule; posted, add it to the draft."""
    desk = desk_of(request)
    posted = request.POST if request.method == "POST" else None
    form = _new_form(desk, part, posted)
    if form is None:
        raise OutOfReachError
    if posted is not None and form.is_valid() and form.changed is not None:
        keep(request, desk, form.changed)
        return redirect(desk.address("rules", rettet=form.key))
    return page(request, desk, form=form, status=200 if posted is None else 422)


@require_POST
@roles_required(*EDITORS)
def rules_change(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """Copy a rule, turn it on or off, or delete it."""
    desk = desk_of(request)
    if rule_drafts.find(desk.rules, key) is None or action not in ("kopier", "skift", "slet"):
        raise OutOfReachError
    undo = desk.address("rules_undo")
    try:
        if action == "kopier":
            changed, key = rule_drafts.copy(desk.rules, key)
        elif action == "skift":
            changed = rule_drafts.switch(desk.rules, key)
        else:
            changed = rule_drafts.remove(desk.rules, key)
    except RuleError as error:
        return page(request, desk, errors={key: error.message}, status=422)
    keep(request, desk, changed)
    if action == "slet":
        notify(request, "Reglen er slettet i kladden.", undo_url=undo)
        return redirect(desk.address("rules"))
    return redirect(desk.address("rules", rettet=key))
