"""Master scales: bands of PDs, made, checked and laid beside others."""

import pickle

import polars as pl
import pytest

import firmrating as fr

SCALE = fr.MasterScale.given([0.01, 0.05], ["A", "B", "C"])


def test_bands_are_closed_below_and_open_above():
    graded = SCALE.grade([0, 0.0099999, 0.01, 0.05, 1])
    assert graded.to_list() == ["A", "A", "B", "C", "C"]
    assert graded.dtype == pl.Enum(["A", "B", "C"]) and graded.max() == "C"
    assert SCALE.rank([0.2, 0.0]).to_list() == [3, 1]


def test_geometric_bands_are_equally_wide_in_the_logarithm():
    scale = fr.MasterScale.geometric(0.001, 0.1, 4)
    assert scale.grades == ["1", "2", "3", "4"] and len(scale) == 4
    assert [end for _, end in scale.bands[:-1]] == pytest.approx([0.001, 0.01, 0.1])
    assert scale.bands[-1] == ("4", None)


def test_clusters_keep_neighbours_together():
    pds = [0.3, 0.001, 0.021, 0.0012, 0.02]
    scale = fr.MasterScale.clustered(pds, ["甲", "乙", "丙"])
    assert scale.grade(pds).to_list() == ["丙", "甲", "乙", "甲", "乙"]
    with pytest.raises(fr.InputError, match="^expected at least `6` different PDs for as many grades, got `5`$"):
        fr.MasterScale.clustered(pds, 6)


def test_a_scale_is_its_document(tmp_path):
    again = [
        fr.MasterScale.from_json(SCALE.to_json()),
        fr.MasterScale.from_dict(SCALE.spec),
        fr.MasterScale.load(SCALE.save(tmp_path / "scale.json")),
        pickle.loads(pickle.dumps(SCALE)),
    ]
    assert all(scale == SCALE and hash(scale) == hash(SCALE) for scale in again)
    assert SCALE != fr.MasterScale.given([0.01, 0.06], ["A", "B", "C"])
    assert repr(SCALE) == "MasterScale(A < 1.0000%, B < 5.0000%, C)"


def test_a_model_takes_a_scale_by_its_own_name(sample):
    model = fr.RatingModel.preset()
    symbols = fr.MasterScale.of_model(model).grades
    scale = fr.MasterScale.geometric(0.002, 0.2, symbols)
    moved = fr.RatingModel.from_dict(model.spec | scale.spec)
    assert fr.MasterScale.of_model(moved) == scale
    scored = moved.score(moved.measure(sample, "2025-06-30"))
    assert scale.grade(scored["pd"]).cast(pl.String).to_list() == scored["credit_grade"].to_list()


def test_what_speaks_against_a_scale_is_told_by_grade():
    # A: 1 of 2 defaulted; B: none of 3; C is empty.
    report = SCALE.check([0.001, 0.002, 0.02, 0.02, 0.03], [1, 0, 0, 0, 0], max_share=0.5)
    assert not report.ok
    assert report.frame["firms"].to_list() == [2, 3, 0]
    assert report.frame["default_rate"].to_list() == [0.5, 0.0, None]
    assert report.frame["rate_lower"].to_list()[1:] == [0.0, None]
    assert report.faults.rows() == [
        ("large_share", "B", None, None, 0.6),
        ("few_defaults", "B", None, 0, None),
        ("not_monotone", "B", "A", None, None),
        ("few_defaults", "C", None, 0, None),
        ("concentrated", None, None, None, report.concentration),
    ]
    # By the formula: shares 0.4, 0.6, 0, so CV² = 3 · (0.4² + 0.6² − 1/3).
    import math

    squared = 3 * (0.4**2 + 0.6**2 - 1 / 3)
    assert report.concentration == pytest.approx(1 + math.log((squared + 1) / 3) / math.log(3))


def test_a_scale_that_holds_up_has_no_faults():
    pds = [0.005] * 40 + [0.02] * 40 + [0.2] * 40
    bad = [i == 0 for i in range(40)] + [i < 2 for i in range(40)] + [i < 9 for i in range(40)]
    report = SCALE.check(pds, bad, max_share=0.34)
    assert report.ok and report.concentration == pytest.approx(0.0, abs=1e-12)


def test_benchmarks_are_marks_and_their_bands_map_onto_themselves():
    benchmark = fr.MasterScale.benchmark()
    assert [end for _, end in benchmark.bands] == [0.001, 0.004, 0.01, 0.015, None]
    mapped = benchmark.mapping()
    assert mapped["safest"].to_list() == mapped["riskiest"].to_list() == benchmark.grades
    lines = SCALE.mapping().select("grade", "safest", "riskiest").rows()
    assert lines == [("A", "<0.10%", "<1.0%"), ("B", "<1.5%", ">=1.5%"), ("C", ">=1.5%", ">=1.5%")]
    assert SCALE.mapping(SCALE)["riskiest"].to_list() == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("ends", "grades", "error", "message"),
    [
        ([0.1], ["A"], fr.InputError, "expected one grade more than ends of bands, got `1` grades and `1` ends"),
        ([0.2, 0.1], ["A", "B", "C"], fr.ModelError, "master_scale[1].pd_below: expected a fraction above `0.2` and below 1, got `0.1`"),
        ([0.1], ["A", "A"], fr.ModelError, "master_scale[1].grade: expected a symbol of at most 20 characters, each once, got `A`"),
    ],
)
def test_what_makes_no_scale_is_said(ends, grades, error, message):
    with pytest.raises(error) as caught:
        fr.MasterScale.given(ends, grades)
    assert str(caught.value) == message


def test_columns_that_cannot_be_graded_are_refused_with_their_row():
    with pytest.raises(fr.InputError, match="in row `1` \\(counted from 0\\)$"):
        SCALE.grade([0.1, 1.5])
    with pytest.raises(fr.InputError, match="^`pd` and `bad` must have the same length, got `1` and `2`$"):
        SCALE.check([0.1], [0, 1])
    with pytest.raises(fr.InputError, match="^least: expected a PD between 0 and 1, both excluded, got `0`$"):
        fr.MasterScale.geometric(0, 0.1, 4)
