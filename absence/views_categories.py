"""The municipality's categories of absence (A1): list, add, change, close. No person's absence is shown here."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from absence.category_services import save_category
from absence.models import Category
from absence.rules.naming import codes_of
from core.errors import OutOfReachError
from core.notices import notify
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import roles_required

may_set_up = roles_required(Role.HR, Role.SYSTEMANSVARLIG)


class CategoryForm(forms.Form):
    """One category."""

    name = forms.CharField(label="Navn", max_length=80)
    payroll_codes = forms.CharField(
        label="Lønkoder",
        required=False,
        max_length=200,
        help_text="Fx 526, 790. Filer fra lønsystemet bruger dem",
    )
    counts_in_headline = forms.BooleanField(
        label="Tæller med i hovedtallet", required=False, help_text="Dagsværk pr. årsværk og fraværsprocent"
    )
    starts_follow_up = forms.BooleanField(
        label="Starter opfølgning", required=False, help_text="Reglerne for samtaler gælder"
    )
    refund_from_day_1 = forms.BooleanField(label="Refusion fra første dag", required=False)
    active = forms.BooleanField(
        label="Kan vælges", required=False, help_text="Fravær, der allerede har kategorien, beholder den"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout.append(Div(Submit("save", "Gem"), css_class="mt-5"))

    def clean_payroll_codes(self) -> list[str]:
        """The codes, each once."""
        return codes_of(self.cleaned_data["payroll_codes"])


@require_safe
@may_set_up
def categories(request: HttpRequest) -> HttpResponse:
    """All categories in the order they are offered."""
    return render(request, "absence/categories/list.html", {"categories": Category.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def category(request: HttpRequest, category_id: int | None = None) -> HttpResponse:
    """Change one category, or add one."""
    found = Category.objects.filter(pk=category_id).first() if category_id is not None else None
    if category_id is not None and found is None:
        raise OutOfReachError
    form = CategoryForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        try:
            saved = save_category(category=found, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            notify(request, f"{saved.name} er gemt.")
            return redirect("categories")
    context = {"form": form, "category": found}
    return render(request, "absence/categories/edit.html", context, status=422 if form.errors else 200)


def _initial(category: Category | None) -> dict[str, Any]:
    if category is None:
        return {"counts_in_headline": True, "starts_follow_up": True, "active": True}
    return {
        "name": category.name,
        "payroll_codes": ", ".join(category.payroll_codes),
        "counts_in_headline": category.counts_in_headline,
        "starts_follow_up": category.starts_follow_up,
        "refund_from_day_1": category.refund_from_day_1,
        "active": category.active,
    }
