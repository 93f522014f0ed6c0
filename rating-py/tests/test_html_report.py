"""The HTML report: whole, safe, self-contained, the same on a re-run, and right in every figure it prints."""

import html
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import firmrating as fr
from firmrating._report import figures
from firmrating._report.words import _WORDS, words

VOID = {"meta", "link", "br", "hr", "img", "input"}


@pytest.fixture(scope="module")
def ratings(sample: fr.Records) -> fr.Ratings:
    return fr.RatingModel.preset("tech-firm").rate(sample, as_of="2025-06-30")


@pytest.fixture
def few(arrears: pl.DataFrame) -> fr.Records:
    """Two firms of which only the tax authority says anything, and little."""
    return fr.Records(tax_arrears=arrears)


class Page(HTMLParser):
    """Checks that elements close in order, and keeps every attribute."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


def written(ratings: fr.Ratings, folder: Path, **options: object) -> str:
    return fr.write_html(ratings, folder / "report.html", **options).read_text(encoding="utf-8")  # type: ignore[arg-type]


def text_of(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_well_formed_and_loads_nothing(ratings, sample, tmp_path, lang):
    firm = ratings.frame["firm_id"][0]
    text = written(ratings, tmp_path, records=sample, lang=lang, explained=[firm])
    page = Page(text)
    assert page.open == []
    assert "<script" not in text and "@import" not in text and "url(http" not in text
    linked = [value for _, name, value in page.attributes if name in ("src", "href", "xlink:href", "srcset", "data")]
    assert linked and all(value.startswith("#") for value in linked)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in linked} <= set(ids)
    assert ("html", "lang", {"en": "en", "zh": "zh-CN"}[lang]) in page.attributes


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_picture_has_words_for_those_who_do_not_see_it(ratings, tmp_path, lang):
    for svg in re.findall(r"<svg([^>]*)>", written(ratings, tmp_path, lang=lang)):
        inner = 'y="50%"' in svg
        small = 'width="' in svg or "focusable" in svg
        assert inner or small or re.search(r'role="img" aria-label="[^"]+"', svg), svg


def test_the_same_ratings_give_the_same_bytes(ratings, sample, tmp_path):
    again = fr.RatingModel.preset("tech-firm").rate(sample, as_of="2025-06-30")
    explained = ratings.frame["firm_id"].head(2).to_list()
    pages = [written(r, tmp_path, records=sample, explained=explained) for r in (ratings, again)]
    assert pages[0] == pages[1]


def test_figures_are_those_of_the_frame(ratings, sample, tmp_path):
    text = text_of(written(ratings, tmp_path, records=sample))
    rated = ratings.frame.filter(pl.col("standing") == "rated")
    assert f"Rated {rated.height:,} " in text
    for grade, firms in ratings.frame.group_by("grade").len().iter_rows():
        assert re.search(rf" {grade} (in default |withdrawn )?{firms:,} {firms / len(ratings):.1%}", text), grade
    rejected = sample.counts["rejected"].sum()
    assert f"Rows rejected {rejected:,} of {sample.counts['rows_in'].sum():,} rows in" in text
    for table, *numbers in sample.counts.iter_rows():
        assert " ".join([table, *(f"{number:,}" for number in numbers)]) in text
    fired = ratings.rules.filter(rule="abnormal_operation", finding="fired")["firm_id"].n_unique()
    assert f"企业信息公示暂行条例 (2014) cap at BB {fired:,} " in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explained_firms_stand_on_the_page_word_for_word(ratings, tmp_path, lang):
    firm = ratings.frame["firm_id"][3]
    inside = re.search(r"<pre[^>]*>(.*?)</pre>", written(ratings, tmp_path, lang=lang, explained=[firm]), re.DOTALL)
    assert inside is not None
    assert html.unescape(inside[1]).strip() == ratings.explain(firm, lang=lang).strip()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_notice_of_the_model_and_of_the_caller_come_first(ratings, tmp_path, lang):
    page = written(ratings, tmp_path, lang=lang, notice="made-up firms <&>")
    for notice in ("made-up firms &lt;&amp;&gt;", ratings.model.notice[lang]):
        assert page.index(notice) < page.index('id="grades"')


def test_text_of_a_model_cannot_become_markup(few, tmp_path):
    spec = fr.RatingModel.preset("tech-firm").spec
    spec["name"]["en"] = "<script>alert(1)</script>"
    spec["rules"][0]["basis"]["document"] = '"><img src=x>'
    page = written(fr.RatingModel.from_dict(spec).rate(few, as_of="2025-06-30"), tmp_path)
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_portfolio_of_which_nothing_is_known_has_a_page(few, tmp_path, lang):
    ratings = fr.RatingModel.preset("tech-firm").rate(few, as_of="2025-06-30")
    assert ratings.frame["grade"].to_list() == ["NI", "NI"]
    page = written(ratings, tmp_path, records=few, lang=lang, explained=["F-1"])
    assert Page(page).open == []
    assert text_of(page).count(words(lang)["no_rated"]) == 4
    assert "nan" not in text_of(page).lower().replace("financ", "")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_portfolio_has_a_page(arrears, tmp_path, lang):
    records = fr.Records(tax_arrears=arrears.head(0))
    page = written(fr.RatingModel.preset("tech-firm").rate(records, as_of="2025-06-30"), tmp_path, records=records, lang=lang)
    assert Page(page).open == []
    assert words(lang)["no_firms"] in page


def test_a_department_that_sent_nothing_is_shown_as_such(few, tmp_path):
    text = text_of(written(fr.RatingModel.preset("tech-firm").rate(few, as_of="2025-06-30"), tmp_path))
    assert "Tax authority 100.0% 150 days" in text  # 166 and 133 days: 149.5 in the middle
    assert "Credit register 0.0% –" in text


def test_an_unknown_language_is_refused_and_nothing_written(ratings, tmp_path):
    with pytest.raises(fr.InputError) as caught:
        fr.write_html(ratings, tmp_path / "report.html", lang="fr")
    assert str(caught.value) == "`lang` must be `en` or `zh`, got `fr`"
    assert (caught.value.field, caught.value.value) == ("lang", "fr")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_firm_leaves_the_old_page_as_it_was(ratings, tmp_path):
    old = tmp_path / "report.html"
    old.write_text("old")
    with pytest.raises(fr.FirmRatingError):
        fr.write_html(ratings, old, explained=["nobody"])
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.html", "old")]


def test_a_place_on_the_logarithmic_scale_is_that_of_the_logarithm():
    frame = pl.DataFrame({"grade": ["A"] * 5, "pd": [0.001, 0.01, 0.01, 0.1, 0.1]})
    low, axis = figures.pd_axis(frame, {"A": (0.0, 0.01)})
    # From 0.1% to 100% are three decades: 1% stands at one third, 10% at two thirds.
    assert low == -3
    assert axis.ticks == ((0.0, "0.1%"), (33.33, "1%"), (66.67, "10%"), (100.0, "100%"))
    (row,) = figures.pd_spreads(frame, ["A"], {"A": (0.0, 0.01)}, low)
    assert row.places[1:4] == (33.33, 33.33, 66.67)
    assert row.band == (0.0, 33.33)


def test_points_lost_are_weighted_and_split_by_whether_there_was_a_value():
    lines = pl.DataFrame(
        {
            "firm_id": ["1", "2", "1", "2"],
            "pillar": ["t"] * 4,
            "measure": ["t.a", "t.a", "t.b", "t.b"],
            "missing": [None, "not_reported", None, None],
            "lost": [10, 30, 100, 0],
            "weight": [100, 100, 10, 10],
        }
    )
    first, second = figures.losses(lines, {"t.a": "a"}, {}, 5)
    # a: (10 + 30) / 2 = 20, of which 30 / 2 = 15 for want of a value; b: 100 × 10% / 2 = 5.
    assert (first.label, first.mean, first.firms, first.by_value, first.by_gap) == ("a", "20.0", "100%", 25.0, 75.0)
    assert (second.label, second.mean, second.firms, second.by_value) == ("t.b", "5.0", "50%", 25.0)


def test_answers_are_told_apart_by_age():
    ages = pl.DataFrame({"department": ["tax"] * 5, "age_days": [0, 92, 93, 367, None]})
    (row,) = figures.coverage(ages, 5, "en")
    assert row.parts == (("fresh", 0.0, 40.0), ("year", 40.0, 20.0), ("stale", 60.0, 20.0), ("nothing", 80.0, 20.0))
    assert (row.answered, row.age) == ("80.0%", "92 days")  # the median is 92.5, and halves round to even


@pytest.mark.parametrize(
    ("share", "text"), [(None, "–"), (0.0, "0%"), (0.0003, "0.030%"), (0.0132, "1.3%"), (0.124, "12%"), (1.0, "100%")]
)
def test_a_probability_is_printed_to_two_digits(share, text):
    assert figures.percent(share) == text


def contrast(one: str, other: str) -> float:
    """Contrast ratio by the Web Content Accessibility Guidelines 2.1, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in bytes.fromhex(colour[1:])]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_ink_can_be_read_on_every_cell_and_badge():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for share in range(101):
        assert contrast(figures._cell(share / 100).fill, "#16202a") >= 4.5, share
    for grade, fill in figures.grade_fills(["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C"]).items():
        assert not fill.startswith("#") or contrast(fill, "#ffffff") >= 4.5, grade


def test_the_name_of_a_long_bar_has_room_behind_it():
    frame = pl.DataFrame({"grade": ["NI"] * 4 + ["A"]})
    widths = {bar.label: bar.width for bar in figures.grade_bars(frame, ["A", "B"], "en")}
    assert widths == {"A": 12.5, "B": 0.0, "D": 0.0, "NI": 50.0, "NR": 0.0}


def test_every_word_is_there_in_both_languages():
    for key, (en, zh) in _WORDS.items():
        assert en and zh, key
        assert en.count("{}") == zh.count("{}"), key


def test_nothing_of_the_report_is_loaded_with_the_package():
    code = "import sys, firmrating; print([n for n in ('jinja2', 'matplotlib', 'firmrating._report') if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

