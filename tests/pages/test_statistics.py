"""What the Statistics and People pages offer beyond the slider: units of analysis, other choices, text for a paper, and planning."""

import base64
import json

import numpy as np
import pytest

from fercore.findings.units_of_analysis import UNITS


def words(app) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption])


@pytest.fixture
def statistics(open_page):
    app = open_page("statistics")
    assert not app.exception
    assert not app.error
    return app


def test_every_test_is_told_for_every_unit_of_analysis_with_its_conclusion(statistics):
    shown = next(t.value for t in statistics.table if "method or test" in t.value.columns)
    assert list(shown.columns[1:]) == ["56 conditions", "280 images", "22 participants"]
    rows = shown.set_index("method or test")
    assert {"EP", "CAM", "as if independent", "Tukey's HSD", "within units", "Friedman", "mixed model"} <= set(
        rows.index
    )
    for conclusion in rows.loc[["so, as if independent", "so, within units (Holm)"]].to_numpy().ravel():
        assert "EP above" in conclusion
    assert "Tukey's test holds apart EP and CAM" in words(statistics)


def test_the_chooser_of_the_unit_changes_what_is_contrasted(statistics):
    shown = {}
    for unit, meaning in UNITS.items():
        statistics.segmented_control(key="unit").set_value(unit).run()
        assert not statistics.exception
        assert meaning[1:] in words(statistics)
        contrasts = [t.value for t in statistics.table if "d_z, 95 % CI" in t.value.columns]
        shown[unit] = contrasts[-1]["t"].iloc[0]
    assert shown["condition"].startswith("t(55)")
    assert shown["image"].startswith("t(279)")
    assert shown["participant"].startswith("t(21)")


def test_other_choices_are_counted_and_each_is_marked(statistics):
    specs = [json.loads(chart.proto.spec) for chart in statistics.get("plotly_chart")]
    drawn = next(spec for spec in specs if "The method that comes first" in spec["layout"]["title"]["text"])
    n = sum(len(_numbers(trace["x"])) for trace in drawn["data"])
    assert f"of {n:,} universes" in words(statistics)
    assert f"{n:,} universes, by threshold" in drawn["layout"]["title"]["text"]


def test_methods_and_results_stand_as_text_with_both_downloads(statistics):
    assert {"Methods", "Results"} <= {expander.label for expander in statistics.expander}
    methods, results = ("\n".join(part.value for part in each.markdown) for each in statistics.expander[-2:])
    assert "Stimuli were 280" in methods
    assert "Simulated observers" in results
    offered = {button.proto.label: button.proto.url for button in statistics.get("download_button")}
    assert offered["Text"] != offered["BibTeX"]


def test_the_power_preview_narrows_with_people_and_marks_the_study(open_page):
    specs = [json.loads(chart.proto.spec) for chart in open_page("people").get("plotly_chart")]
    previews = [
        spec for spec in specs if "width of the 95 % interval" in spec["layout"]["yaxis"]["title"].get("text", "")
    ]
    assert len(previews) >= 3
    for preview in previews:
        marked = [trace for trace in preview["data"] if trace["mode"] == "markers"]
        assert [trace["x"] for trace in marked] == [[22]]
        lines = [_numbers(trace["y"]) for trace in preview["data"] if trace["mode"] == "lines"]
        assert max(map(len, lines)) > 1
        assert all(widths == sorted(widths, reverse=True) for widths in lines)


def _numbers(values) -> list[float]:
    """Read what plotly sends: a list, or bytes with their type."""
    if isinstance(values, list):
        return values
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
