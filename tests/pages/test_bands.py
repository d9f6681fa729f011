"""Floors and ceilings on the pages: each agreement has them, or says why not."""

import pytest

from fercore.findings.regimes import MEASURES
from fercore.ui.components import HALF, HALVES
from fercore.ui.panels.condition_hover import NOTE


def captions(app) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption])


def columns(app) -> list[set[str]]:
    return [set(table.value.columns) for table in app.table]


@pytest.mark.parametrize("page", ["statistics", "attention", "images", "confusion", "people"])
def test_raw_value_floor_ceiling_and_ratio_stand_beside_each_other(open_page, page):
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert any({"floor", "ceiling", "score"} <= names for names in columns(app))
    assert any(expander.label == "How this is computed" for expander in app.expander)


@pytest.mark.parametrize("page", ["attention", "images"])
def test_a_ceiling_that_is_no_correlation_says_that_it_holds_for_half(open_page, page):
    assert HALF in captions(open_page(page))


def test_the_statistics_page_says_which_ceilings_hold_for_half_and_why_kl_has_none(open_page):
    text = captions(open_page("statistics"))
    assert HALVES in text
    assert "No score by KL" in text


def test_the_people_page_says_how_many_people_a_ceiling_takes(open_page):
    app = open_page("people")
    assert "needs about" in captions(app)
    assert NOTE in captions(app)
    app.selectbox(key="growth").set_value("dice-50").run()
    assert "So the curve is not extrapolated either." in captions(app)
    assert HALF in captions(app)


def test_the_people_page_tells_reliability_consistency_and_relations(open_page):
    app = open_page("people")
    found = columns(app)
    for names in ({"split half", "Cronbach's α", "ICC(2,k)"}, {"κ", "floor", "ceiling"}, {"network", "people's", "r"}):
        assert any(names <= shown for shown in found)


def test_the_confusion_page_tags_differences_of_conditions_as_exploratory(open_page):
    app = open_page("confusion")
    assert "exploratory" in captions(app)
    assert "of 56 conditions" in captions(app)
    app.segmented_control(key="differs").set_value("multiclass").run()
    assert not app.exception
    assert "multiclass differ" in captions(app)


def test_every_measure_of_regimes_has_bounds_or_a_reason(open_page):
    app = open_page("training")
    for measure in MEASURES:
        app.selectbox(key="measure").set_value(measure).run()
        assert not app.exception
        assert not app.error
        banded = any({"regime", "floor", "ceiling"} <= names for names in columns(app))
        assert banded == (measure in ("confusion_r", "kappa", "dice", "score"))
        assert banded or "No floor and no ceiling" in captions(app)
