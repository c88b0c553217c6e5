"""Charts: what is drawn is what the figures say, safely, and readable without eyes."""

import base64
import datetime as dt
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from core.charts.bars import Bar, LengthRow, length_bars, simple_bars
from core.charts.curve import MonthValue, rolling_curve
from core.charts.marks import MARKS, mark_svg
from core.charts.picture import ChartTable, draw
from core.charts.render import data_uri, render_svg, size
from core.charts.timeline import (
    LEGEND_WORDS,
    Document,
    Milestone,
    Share,
    Timeline,
    timeline_entries,
    timeline_label,
    timeline_legend,
)
from core.charts.timeline_svg import timeline_svg
from core.charts.variation import Limit, MonthPoint, UnitPoint, control_chart, funnel

D = dt.date
THURSDAY = D(2026, 11, 19)
WIDTHS = ["wide", "narrow"]


def months(values, year=2025):
    return [
        MonthValue(D(year + (9 + at) // 12, (9 + at) % 12 + 1, 1), value) for at, value in enumerate(values)
    ]


NOW = months([18.7, 18.8, 18.9, 19.1, 19.0, 18.7, 18.4, 18.2, 18.0, 17.8, 17.6, 17.4])
BEFORE = months([17.0, 17.1, 17.3, 17.4, 17.6, 17.8, 17.9, 18.1, 18.3, 18.6, 18.8, 18.9], 2024)


def words(svg: str) -> list[str]:
    return [
        element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_curve_is_labelled_in_danish_at_its_lines(width):
    found = words(render_svg(rolling_curve(NOW, last_year=BEFORE, target=16.2, width=width)))
    assert {"i år", "året før", "måltal 16,2", "17,4", "sep"} <= set(found)
    assert not [word for word in found if re.fullmatch(r"\d+\.\d", word)]


def test_wide_drawings_name_every_month_and_narrow_ones_fewer_but_always_the_last():
    names = {"okt", "nov", "dec", "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep"}
    shown = {
        width: [w for w in words(render_svg(rolling_curve(NOW, width=width))) if w in names]
        for width in WIDTHS
    }
    assert len(shown["wide"]) == 12
    assert len(shown["narrow"]) <= 6
    assert shown["narrow"][-1] == shown["wide"][-1] == "sep"


def test_missing_months_leave_a_gap_and_a_lone_month_is_a_dot():
    spec = rolling_curve(months([18.0, 18.1, None, 17.9, None, 17.0, 16.9]), width="wide")
    line = spec["layer"][0]["data"]["values"]
    assert [row["run"] for row in line] == [0, 0, 1, 2, 2]
    assert spec["layer"][1]["mark"]["type"] == "point"
    assert [row["value"] for row in spec["layer"][1]["data"]["values"]] == [17.9]
    assert "17,0" not in words(render_svg(spec))


def test_the_target_never_lies_on_the_edge_of_the_drawing():
    bottom, top = rolling_curve(NOW, target=16.0, width="wide")["encoding"]["y"]["scale"]["domain"]
    assert bottom < 16.0 < 19.1 < top


def test_a_curve_without_any_value_or_with_unequal_years_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        rolling_curve(months([None, None]), width="wide")
    with pytest.raises(ValueError, match="same number"):
        rolling_curve(NOW, last_year=BEFORE[:5], width="wide")


@pytest.mark.parametrize("width", WIDTHS)
def test_length_bars_begin_at_zero_and_write_their_sums(width):
    spec = length_bars(
        [LengthRow("I år", 4.6, 2.3, 10.5), LengthRow("Året før", 6.2, 2.4, 10.3)], width=width
    )
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0
    assert {"4,6", "10,5", "17,4", "18,9", "Kort", "Mellem", "Langt"} <= set(words(render_svg(spec)))


def test_a_figure_that_does_not_fit_its_bar_is_left_to_the_table():
    found = words(render_svg(length_bars([LengthRow("I år", 0.3, 0.0, 1000.5)], width="narrow")))
    assert "0,3" not in found
    assert "1.000,5" in found
    assert "Mellem" not in found


@pytest.mark.parametrize("rows", [[], [LengthRow("I år", -1.0, 0, 0)]])
def test_impossible_length_bars_are_refused(rows):
    with pytest.raises(ValueError, match="at least 0"):
        length_bars(rows, width="wide")


def test_length_bars_of_nothing_lost_can_be_drawn():
    assert "0,0" in words(render_svg(length_bars([LengthRow("I år", 0, 0, 0)], width="wide")))


def test_simple_bars_keep_their_order_and_the_place_of_what_is_hidden():
    spec = simple_bars(
        [Bar("ma", 12.0), Bar("ti", None), Bar("on", 1200.0, strong=True)], width="wide", decimals=0
    )
    assert spec["encoding"]["x"]["scale"]["domain"] == ["ma", "ti", "on"]
    found = words(render_svg(spec))
    assert {"12", "1.200", "ti"} <= set(found)


def test_bars_with_the_same_label_twice_are_refused():
    with pytest.raises(ValueError, match="each once"):
        simple_bars([Bar("ma", 1), Bar("ma", 2)], width="wide")


@pytest.mark.parametrize(
    "svg",
    [
        render_svg(rolling_curve(NOW, last_year=BEFORE, target=16.2, width="wide")),
        render_svg(length_bars([LengthRow('<script>"&', 1, 2, 3)], width="wide")),
        render_svg(simple_bars([Bar("</text><script>", 1)], width="wide")),
    ],
)
def test_drawings_carry_no_styles_no_scripts_and_no_english(svg):
    ElementTree.fromstring(svg)
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|aria-label|role=", svg)
    assert 'aria-hidden="true"' in svg.split(">", 1)[0]


def test_two_drawings_on_one_page_share_no_ids():
    one = render_svg(rolling_curve(NOW, width="wide"))
    two = render_svg(rolling_curve(NOW, width="narrow"))
    assert not set(re.findall(r'id="([^"]+)"', one)) & set(re.findall(r'id="([^"]+)"', two))


def test_a_drawing_becomes_an_image_for_paper():
    svg = render_svg(rolling_curve(NOW, width="wide"))
    assert base64.b64decode(data_uri(svg).split(",", 1)[1]).decode() == svg
    assert size(svg)[0] > 600
    with pytest.raises(ValueError, match="viewBox"):
        size("<svg></svg>")


def test_on_the_page_the_chart_is_an_image_with_its_finding_and_its_table():
    picture = draw(
        lambda width: rolling_curve(NOW, width=width),
        finding="Fraværet <falder>.",
        detail="Siden februar.",
        table=ChartTable(caption="Dagsværk", headings=["Måned", "Nu"], rows=[["okt.", "17,4"]]),
    )
    html = Template("{% load naervaer %}{% chart picture %}").render(Context({"picture": picture}))
    assert 'role="img" aria-label="Fraværet &lt;falder&gt;. Siden februar."' in html
    assert html.count("<svg ") == 2
    assert '<th scope="row">okt.</th>' in html
    paper = Template("{% load naervaer %}{% chart picture paper=True %}").render(
        Context({"picture": picture})
    )
    assert '<img alt="Fraværet &lt;falder&gt;. Siden februar." src="data:image/svg+xml;base64,' in paper
    assert "<details" not in paper


# ---------- more than chance? ----------

UNITS = [
    UnitPoint("Inde", 40, 14.0),
    UnitPoint("Skovbrynet", 60, 25.0, outside=True),
    UnitPoint("Bakken", 90, 4.0, outside=True),
    UnitPoint("Åbakken", 74, 17.4, own=True),
]
LIMITS = [Limit(size, 14.1 - 60 / size**0.5, 14.1 + 60 / size**0.5) for size in (5, 20, 60, 94, 200)]


def test_a_funnel_names_its_own_unit_and_where_there_is_room_those_outside():
    drawings = {
        width: words(render_svg(funnel(UNITS, mean=14.1, inner=LIMITS, outer=LIMITS, width=width)))
        for width in WIDTHS
    }
    assert {"Åbakken", "Skovbrynet", "Bakken", "gennemsnit 14,1"} <= set(drawings["wide"])
    assert "Inde" not in drawings["wide"]
    assert "Åbakken" in drawings["narrow"]
    assert "Skovbrynet" not in drawings["narrow"]


def test_a_funnels_band_is_cut_at_the_edges_of_the_picture():
    spec = funnel(UNITS, mean=14.1, inner=LIMITS, outer=LIMITS, width="wide")
    low, top = spec["encoding"]["y"]["scale"]["domain"]
    largest = spec["encoding"]["x"]["scale"]["domain"][1]
    for row in spec["layer"][0]["data"]["values"]:
        assert low <= row["value"] <= row["high"] <= top
        assert 0 < row["size"] <= largest


def test_units_outside_the_band_point_out_of_it():
    layers = funnel(UNITS, mean=14.1, inner=LIMITS, outer=LIMITS, width="wide")["layer"]
    shapes = {
        layer["mark"].get("shape"): [row["value"] for row in layer["data"]["values"]] for layer in layers
    }
    assert shapes["triangle-up"] == [25.0]
    assert shapes["triangle-down"] == [4.0]
    assert shapes["diamond"] == [17.4]


def test_a_control_chart_marks_only_months_that_are_more_than_noise():
    points = [
        MonthPoint(D(2026, at, 1), 2.6 if at == 8 else 1.4, 0.8, 2.2, signal=at == 8) for at in range(1, 13)
    ]
    found = words(render_svg(control_chart(points, mean=1.5, width="wide")))
    assert "2,6" in found
    assert "1,4" not in found
    assert "gns. 1,5" in found


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_control_chart_of_few_months_can_be_drawn(count):
    points = [MonthPoint(D(2026, at, 1), 1.4, 0.8, 2.2) for at in range(1, count + 1)]
    assert "gns. 1,5" in words(render_svg(control_chart(points, mean=1.5, width="narrow")))


def test_no_units_and_no_months_are_refused():
    with pytest.raises(ValueError, match="at least one unit"):
        funnel([], mean=14.1, inner=LIMITS, outer=LIMITS, width="wide")
    with pytest.raises(ValueError, match="at least one month"):
        control_chart([], mean=1.5, width="wide")


# ---------- timeline ----------

CASE = Timeline(
    today=THURSDAY,
    shares=[
        Share(first=D(2026, 9, 28), last=D(2026, 11, 1), share=1, label="Fuldt syg"),
        Share(first=D(2026, 11, 2), last=D(2026, 11, 19), share=0.5, label="16 t. på arbejde"),
        Share(first=D(2026, 11, 20), last=D(2026, 12, 13), share=0.25, planned=True),
    ],
    milestones=[
        Milestone(day=D(2026, 9, 30), state="held", title="Opkald", note="dag 3"),
        Milestone(
            day=D(2026, 10, 12), state="late", title="Samtale", detail="Holdt én arbejdsdag efter frist"
        ),
        Milestone(day=D(2026, 11, 17), state="overdue", title="Aftale <i>"),
        Milestone(day=D(2026, 11, 23), state="coming", title="Samtale"),
    ],
    documents=[
        Document(day=D(2026, 11, 10), title="Erklæring"),
        Document(day=D(2026, 12, 23), title="Ny", received=False),
    ],
)


def test_the_timeline_spans_whole_weeks_around_everything_and_looks_ahead():
    assert CASE.window() == (D(2026, 9, 28), D(2026, 12, 27))
    short = Timeline(today=THURSDAY, shares=[Share(first=THURSDAY, last=THURSDAY, share=1)])
    first, last = short.window()
    assert (first.weekday(), last.weekday()) == (0, 6)
    assert (last - first).days + 1 == 42


def test_a_timeline_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Timeline(today=THURSDAY, shares=[])
    with pytest.raises(ValueError, match="between 0 and 1"):
        Share(first=THURSDAY, last=THURSDAY, share=1.1)
    with pytest.raises(ValueError, match="first day"):
        Share(first=THURSDAY, last=D(2026, 11, 18), share=1)


def test_the_list_says_everything_the_picture_shows_in_order_of_time():
    entries = timeline_entries(CASE)
    assert [entry.day for entry in entries] == sorted(entry.day for entry in entries)
    assert len(entries) == 3 + 4 + 2
    texts = [f"{entry.mark}: {entry.text} / {entry.detail}" for entry in entries]
    assert "held: 30. september: Opkald (dag 3) / Holdt" in texts
    assert "late: 12. oktober: Samtale / Holdt én arbejdsdag efter frist" in texts
    assert "overdue: tirsdag 17. november: Aftale <i> / Over frist" in texts
    assert "planned: i morgen: 25 % fravær / Til og med 13. december, efter planen" in texts
    assert "document_expected: 23. december: Ny / Dokument ventes" in texts


def test_legend_and_label_name_only_what_occurs():
    assert "waived" not in dict(timeline_legend(CASE))
    assert dict(timeline_legend(CASE))["planned"] == "Planlagt"
    label = timeline_label(CASE)
    assert "Fuldt syg fra 28. september, derefter 16 t. på arbejde fra 2. november" in label
    assert "Planen: 25 % fravær fra i morgen" in label
    assert set(LEGEND_WORDS) <= set(MARKS)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_is_well_formed_safe_and_within_its_frame(width):
    svg = timeline_svg(CASE, width=width)
    root = ElementTree.fromstring(svg)
    assert not re.search(r"\sstyle=|<style|<script|<i>", svg)
    frame = float(root.get("viewBox").split()[2])
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        if box.get("fill") != "#fff" and not box.get("transform"):
            assert 0 <= float(box.get("x")) <= float(box.get("x")) + float(box.get("width")) <= frame


def test_heights_are_shares_of_the_working_time():
    root = ElementTree.fromstring(timeline_svg(CASE, width="wide"))
    bars = [
        box
        for box in root.iter("{http://www.w3.org/2000/svg}rect")
        if box.get("fill") in ("#17697a", "#2d7883")
    ]
    assert [float(bar.get("height")) for bar in bars] == [92.0, 46.0]


def test_texts_of_neighbouring_milestones_do_not_meet():
    crowded = Timeline(
        today=THURSDAY,
        shares=[Share(first=D(2026, 9, 28), last=THURSDAY, share=1)],
        milestones=[
            Milestone(day=D(2026, 10, 1) + dt.timedelta(days=at), state="held", title="Sygefraværssamtale")
            for at in range(5)
        ],
    )
    root = ElementTree.fromstring(timeline_svg(crowded, width="wide"))
    titles = [
        text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.text == "Sygefraværssamtale"
    ]
    assert len({text.get("y") for text in titles}) == 5


def test_a_year_long_absence_can_still_be_read():
    long = Timeline(
        today=THURSDAY, shares=[Share(first=D(2025, 9, 1), last=THURSDAY, share=1, label="Fuldt syg")]
    )
    for width in WIDTHS:
        root = ElementTree.fromstring(timeline_svg(long, width=width))
        row = [text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("y") == "34"]
        places = [float(text.get("x")) for text in row if text.text != "Uge"]
        assert min(after - before for before, after in pairwise(places)) >= 28


def test_pictures_on_one_page_need_different_names():
    assert 'id="a-wide"' in timeline_svg(CASE, width="wide", ident="a")
    assert "url(#a-wide)" in timeline_svg(CASE, width="wide", ident="a")


def test_marks_are_decoration():
    assert all('aria-hidden="true"' in mark_svg(name) for name in MARKS)
    with pytest.raises(KeyError):
        mark_svg("sick")
