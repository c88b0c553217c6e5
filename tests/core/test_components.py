"""The shared pieces of page: what they say, what they escape, and what they carry for assistive technology."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Button, Fieldset, Layout, Row, Submit
from django import forms
from django.contrib.messages.storage.base import Message
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.context import NavEntry, PageFrame, page
from core.forms import DanishDateField, TodayForm
from core.notices import undo_url

THURSDAY = dt.date(2026, 11, 19)
HOSTILE = '<script>alert("x")</script>'


def render(source: str, **context: object) -> str:
    """Render template source with our tags loaded."""
    return Template("{% load naervaer crispy_forms_tags %}" + source).render(Context(context))


class AbsenceForm(TodayForm):
    """One field of every kind the pages use."""

    person = forms.CharField(label="Medarbejder", help_text="Skriv de første bogstaver")
    first_day = DanishDateField(label="Første sygedag")
    last_day = DanishDateField(label="Forventet sidste dag", required=False, weekdays="future")
    kind = forms.ChoiceField(
        label="Fraværets art", choices=[("egen", "Egen sygdom"), ("barn", "Barns sygedag")]
    )
    work = forms.ChoiceField(
        label="Arbejdets del", choices=[("ja", "Ja"), ("nej", "Nej")], widget=forms.RadioSelect
    )
    told = forms.MultipleChoiceField(
        label="Besked til",
        choices=[("tr", "TR"), ("amr", "AMR")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Vælg gerne flere",
    )
    hours = forms.DecimalField(label="Timer", required=False)
    note = forms.CharField(label="Aftale", widget=forms.Textarea, required=False)
    file = forms.FileField(label="Fil", required=False)
    agreed = forms.BooleanField(label="Aftalt med medarbejderen")
    draft = forms.CharField(widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.layout = Layout(
            "person",
            Row("first_day", "last_day"),
            Fieldset("Mere", "kind", "work", "told", "hours", "note", "file", "agreed", "draft"),
            Submit("save", "Gem"),
            Button("more", "Gem og registrér en til", css_class="nv-small"),
        )
        return helper


def ids_of(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', html)


def crispy(form: forms.BaseForm) -> str:
    return render("{% crispy form %}", form=form)


# ---------- forms ----------


@pytest.mark.parametrize("source", ["{% crispy form %}", "{{ form|crispy }}"])
@pytest.mark.parametrize("data", [None, {"first_day": "31.02.", "last_day": "snart"}])
def test_every_control_has_a_label_and_every_reference_an_element(source, data):
    html = render(source, form=AbsenceForm(data, today=THURSDAY))
    ids = ids_of(html)
    assert len(ids) == len(set(ids))
    referred = set(re.findall(r'for="([^"]*)"', html))
    for described in re.findall(r'aria-describedby="([^"]*)"', html):
        referred |= set(described.split())
    assert referred <= set(ids)
    controls = re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]*)"', html)
    assert {"id_person", "id_work_0", "id_told_1", "id_note", "id_file", "id_agreed"} <= set(controls)
    assert set(controls) - {"id_draft"} == set(re.findall(r'<label[^>]*for="([^"]*)"', html))


def test_optional_fields_say_so_and_required_ones_carry_the_attribute():
    html = crispy(AbsenceForm(today=THURSDAY))
    assert html.count("(frivilligt)") == 5
    assert re.search(r'<input[^>]*name="person"[^>]*\brequired\b', html)
    assert not re.search(r'<input[^>]*name="last_day"[^>]*\brequired\b', html)


def test_radios_and_checkboxes_stand_in_a_fieldset_with_its_legend_and_hint():
    html = crispy(AbsenceForm(today=THURSDAY))
    assert re.search(
        r'<fieldset aria-describedby="id_told_helptext">\s*<legend class="form-label">Besked til', html
    )
    assert html.count('class="form-radio"') == 2
    assert html.count('class="form-checkbox"') == 3


def test_errors_stand_at_the_field_and_in_a_summary_that_leads_there():
    form = AbsenceForm({"first_day": "31.02.", "draft": "x", "kind": "egen", "agreed": "on"}, today=THURSDAY)
    html = crispy(form)
    summary = html[html.index("data-error-summary") : html.index("</ul>")]
    assert "3 ting skal rettes" in summary
    assert re.findall(r'href="#([^"]*)"', summary) == ["id_person", "id_first_day", "id_work_0"]
    assert "Første sygedag: 31. februar findes ikke" in summary
    assert re.search(r'id="id_first_day_error"><span class="sr-only">Fejl: </span>31\. februar', html)
    assert re.search(r'<input[^>]*value="31\.02\."[^>]*aria-invalid="true"', html)
    assert 'aria-describedby="id_first_day_helptext id_first_day_error"' in html


def test_a_form_without_errors_has_no_summary_and_one_error_is_counted_in_words():
    good = {"person": "x", "first_day": "i går", "kind": "egen", "work": "ja", "agreed": "on", "draft": "x"}
    assert "data-error-summary" not in crispy(AbsenceForm(good, today=THURSDAY))
    assert "Én ting skal rettes" in crispy(AbsenceForm({**good, "person": ""}, today=THURSDAY))


def test_errors_of_the_whole_form_and_of_hidden_fields_are_shown():
    form = AbsenceForm({}, today=THURSDAY)
    form.is_valid()
    form.add_error(None, "Medarbejderen er allerede meldt syg")
    html = crispy(form)
    assert "<li>Medarbejderen er allerede meldt syg</li>" in html
    assert "<li>Udfyld feltet.</li>" in html  # the hidden draft


def test_what_users_type_and_names_in_help_texts_are_escaped():
    form = AbsenceForm({"person": HOSTILE, "first_day": HOSTILE}, today=THURSDAY)
    form.fields["note"].help_text = f"{HOSTILE} kan læse det"
    form.fields["kind"].choices = [("a", HOSTILE)]
    assert "<script>alert" not in crispy(form)


def test_buttons_forms_and_files_speak_dkfds_and_leave_the_messages_to_us():
    html = crispy(AbsenceForm(today=THURSDAY))
    assert re.search(r'<button type="submit" name="save"[^>]*class="button button-primary"', html)
    assert re.search(r'<button type="button" name="more"[^>]*class="button button-secondary nv-small"', html)
    assert "novalidate" in html
    assert 'enctype="multipart/form-data"' in html
    assert "btn" not in html


def test_a_disabled_field_is_neither_required_nor_optional():
    form = AbsenceForm(today=THURSDAY)
    form.fields["hours"].disabled = True
    assert crispy(form).count("(frivilligt)") == 4


class RowForm(forms.Form):
    name = forms.CharField(label="Navn")


def test_formsets_carry_their_management_form_once_per_way_of_rendering():
    rows = formset_factory(RowForm, extra=2)()
    for source in ("{% crispy rows helper %}", "{{ rows|crispy }}"):
        html = render(source, rows=rows, helper=FormHelper())
        assert html.count('name="form-TOTAL_FORMS"') == 1
        assert html.count('class="nv-formset-row"') == 2


# ---------- dates in forms ----------


def test_dates_are_read_from_the_forms_today_and_written_in_figures():
    form = AbsenceForm({"first_day": "ma", "last_day": "ma"}, today=THURSDAY)
    form.is_valid()
    assert form.cleaned_data["first_day"] == dt.date(2026, 11, 16)
    assert form.cleaned_data["last_day"] == dt.date(2026, 11, 23)
    assert 'value="01.02.2026"' in str(
        AbsenceForm(today=THURSDAY, initial={"first_day": dt.date(2026, 2, 1)})["first_day"]
    )


def test_another_spelling_of_the_same_day_is_no_change():
    field = DanishDateField()
    field.today = THURSDAY
    assert not field.has_changed(THURSDAY, "19.11")
    assert field.has_changed(THURSDAY, "18.11")
    assert field.has_changed(THURSDAY, "snart")


def test_a_required_date_left_empty_is_refused():
    with pytest.raises(ValidationError):
        DanishDateField().clean("")
    assert DanishDateField(required=False).clean("") is None


# ---------- pieces ----------


def test_states_have_a_word_and_a_shape_and_unknown_ones_are_refused():
    assert render('{% state_word "overdue" "2 dage over frist" %}') == (
        '<span class="nv-state nv-state-over">2 dage over frist</span>'
    )
    assert "Holdt efter frist" in render('{% state_word "late" %}')
    with pytest.raises(ValueError, match="is not one of"):
        render('{% state_word "sick" %}')


def test_icons_are_decoration_unless_they_are_named():
    assert 'aria-hidden="true"' in render('{% icon "lock" %}')
    named = render('{% icon "lock" "" "Låst" %}')
    assert 'role="img" aria-label="Låst"' in named
    assert "aria-hidden" not in named
    assert re.search(r'href="/static/dkfds/img/all-svg-icons[^"]*\.svg#lock"', named)


def test_a_task_row_says_what_and_why_and_escapes_names():
    html = render(
        '{% task_row "samtale" why person=person url="/x/" urgency="over" actions=actions menu=menu element_id="o1" %}',
        why="Fordi lovens fire uger er gået",
        person=HOSTILE,
        actions=[{"label": "Indkald", "url": "/i/", "kind": "primary"}],
        menu=[{"label": "Ikke relevant", "url": "/n/", "post": True}],
        csrf_token="token",
    )
    assert 'class="is-over"' in html
    assert "Fordi lovens fire uger er gået" in html
    assert "<script>" not in html
    assert re.search(r'<a class="button button-primary nv-small"\s+href="/i/">Indkald</a>', html)
    assert 'name="csrfmiddlewaretoken" value="token"' in html
    assert 'aria-controls="menu-o1"' in html


@pytest.mark.parametrize(("share", "height"), [(1, "34.0"), (0.5, "17.0"), (7, "34.0")])
def test_the_bar_beside_a_person_is_as_high_as_the_share_of_absence(share, height):
    html = render('{% person_line name "/x/" "Syg" sick_share=share %}', name="Elin", share=share)
    assert f'height="{height}"' in html


def test_a_person_at_work_has_an_empty_bar():
    assert 'class="fg"' not in render('{% person_line "Elin" "/x/" "På arbejde" %}')


def test_progress_is_polled_only_while_the_job_runs():
    running = render('{% progress "f" "Importen læses" 340 1200 poll_url="/job/1/" %}')
    assert 'hx-get="/job/1/"' in running
    assert 'max="1200" value="340"' in running
    assert "340 af 1.200" in running
    assert "hx-" not in render('{% progress "f" "Importen læses" 5 0 %}')


def test_panel_heading_and_content_belong_together():
    html = render(
        '{% panel "opgaver" heading aside="To ting" %}<p>Indhold</p>{% endpanel %}', heading=HOSTILE
    )
    assert 'id="opgaver" aria-labelledby="h-opgaver"' in html
    assert '<h2 id="h-opgaver">&lt;script&gt;' in html
    assert "<p>Indhold</p>" in html


def test_pages_of_a_list_keep_the_filters_in_the_address():
    request = RequestFactory().get("/fravaer/?enhed=7&side=5&q=%C3%A6ble")
    html = render("{% pagination part %}", part=Paginator(range(300), 10).page(5), request=request)
    assert 'href="?enhed=7&amp;side=4&amp;q=%C3%A6ble"' in html
    assert html.count('aria-current="page"') == 1
    assert "Side 5 af 30" in html
    single = render("{% pagination part %}", part=Paginator(range(3), 10).page(1), request=request)
    assert "<nav" not in single


def test_breadcrumbs_take_pairs():
    html = render('{% breadcrumbs "Elin" "Fravær" "/fravaer/" %}')
    assert '<a class="breadcrumbs__link" href="/fravaer/">Fravær</a>' in html
    assert 'aria-current="page"' in html
    with pytest.raises(ValueError, match="pairs"):
        render('{% breadcrumbs "Elin" "Fravær" %}')


def test_filters_write_danish():
    html = render(
        "{{ n|danish_number:1 }} {{ d|danish_signed }} {{ day|danish_date }} {{ day|danish_date:'short' }} "
        "{{ near|near_date:day }} {{ day|danish_month:'short' }} [{{ none|danish_date }}{{ none|danish_number }}]",
        n=1234.5,
        d=1.7,
        day=THURSDAY,
        near=dt.date(2026, 11, 23),
        none=None,
    )
    assert html == "1.234,5 +1,7 19. november 2026 19.11.2026 mandag 23. november nov. 2026 []"


# ---------- frame ----------

FRAME = PageFrame(
    nav=[NavEntry("Forside", "/"), NavEntry("Fravær", "/fravaer/", True)],
    municipality="Nordkøbing Kommune",
    user_name="Signe Lyngvad",
    role_label="leder",
    logout_url="/log-af/",
    search_url="/soeg/",
)


def page_html(template: str = "base.html", **context: object) -> str:
    return render_to_string(template, {"page": FRAME, "csrf_token": "token", **context})


def test_the_frame_shows_who_where_and_the_way_out():
    html = page_html(request=RequestFactory().get("/fravaer/"))
    assert "Signe Lyngvad, leder" in html
    assert (
        "Nordkøbing Kommune bruger Nærvær som arbejdsgiver. Her skriver vi aldrig, hvad nogen fejler." in html
    )
    assert '<form method="post" action="/log-af/"' in html
    assert re.search(r'href="/fravaer/" class="nav-link" aria-current="page"', html)
    assert html.index('class="skipnav" href="#main-content"') < html.index("<header")
    assert len(ids_of(html)) == len(set(ids_of(html)))


@pytest.mark.parametrize(
    "template",
    ["base.html", "400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"],
)
def test_pages_carry_nothing_a_strict_policy_would_block(template):
    html = page_html(template)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "<style" not in html
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert '<html lang="da">' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_error_pages_need_nothing_at_all(template):
    assert "Gå til din forside" in render_to_string(template)


def test_before_log_in_there_is_neither_menu_nor_search():
    html = page_html(page=PageFrame())
    assert "mobile-drawer" not in html
    assert "data-palette" not in html
    assert "log-off" not in html


def test_messages_offer_undo_where_there_is_one():
    messages = [Message(25, f"Gemt {HOSTILE}", "undo:/fortryd/7/"), Message(40, "Det gik ikke")]
    html = page_html(messages=messages)
    assert 'action="/fortryd/7/"' in html
    assert html.count("Fortryd") == 1
    assert "is-error" in html
    assert "<script>alert" not in html
    assert undo_url(messages[1]) == ""


def test_the_frame_is_not_built_for_a_fragment_that_does_not_ask(settings):
    settings.NAVIGATION = f"{__name__}.counting_navigation"
    calls.clear()
    context = page(RequestFactory().get("/"))
    assert calls == []
    assert context["page"].municipality == "Talt"
    assert calls == ["/"]


calls: list[str] = []


def counting_navigation(request: SimpleNamespace) -> PageFrame:
    calls.append(request.path)
    return PageFrame(municipality="Talt")
