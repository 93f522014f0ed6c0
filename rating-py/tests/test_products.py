"""Products for firms, and firms for products."""

import pytest

import firmrating as fr


@pytest.fixture(scope="module")
def ratings() -> fr.Ratings:
    return fr.RatingModel.preset().rate(fr.datasets.sample(), as_of="2025-06-30")


@pytest.fixture(scope="module")
def matches(ratings) -> fr.Matches:
    return fr.match(ratings, fr.Catalogue.preset("shanxi-2018"))


def test_every_product_says_something_of_every_firm_the_best_first(ratings, matches):
    catalogue = matches.catalogue
    frame = matches.frame
    assert frame.height == len(ratings) * catalogue.products.height and len(matches) == len(ratings)
    order = {"passed": 0, "open": 1, "failed": 2, "not_in_force": 3}
    for _, of_firm in frame.group_by("firm_id"):
        assert of_firm["rank"].to_list() == list(range(1, catalogue.products.height + 1))
        assert of_firm["verdict"].replace_strict(order).is_sorted()
    passed = frame.filter(verdict="passed")
    assert (passed["not_met"].list.len() + passed["open"].list.len()).sum() == 0
    failed = frame.filter(verdict="failed")
    assert failed["not_met"].list.len().min() >= 1


def test_both_ways_say_the_same(ratings, matches):
    product = matches.frame["product"][0]
    firms = matches.firms_for(product)
    assert firms.height == len(ratings) and firms["rank"].to_list() == list(range(1, firms.height + 1))
    same = firms.join(matches.frame.filter(product=product), on="firm_id", suffix="_of_firm")
    assert (same["verdict"] == same["verdict_of_firm"]).all()
    pds = firms.join(ratings.frame.select("firm_id", of_rating="pd"), on="firm_id")
    assert (pds["pd"] == pds["of_rating"]).all()
    with pytest.raises(fr.InputError, match="`product` must be the id of a product of the catalogue, got `yacht`"):
        matches.firms_for("yacht")


def test_a_catalogue_is_a_document(tmp_path):
    catalogue = fr.Catalogue.preset()
    assert fr.Catalogue.load(catalogue.save(tmp_path / "catalogue.json")) == catalogue
    assert catalogue.rulebook.id == "china" and set(catalogue.notice) == {"en", "zh"}
    # What is not the text in force, and a day that is a choice, are told with the products.
    told = {row["id"]: row for row in catalogue.products.rows(named=True)}
    assert "draft" in told["beijing_exchange_readiness"]["en"] and "draft" in told["beijing_exchange_readiness"]["not_sourced"]
    assert "choice of this catalogue" in told["public_bond_readiness"]["not_sourced"]
    assert "draft of September 2021" in catalogue.notice["en"] and "征求意见稿" in catalogue.notice["zh"]
    spec = catalogue.spec
    spec["products"][1]["id"] = spec["products"][0]["id"]
    with pytest.raises(fr.ModelError, match="each once"):
        fr.Catalogue(spec)
    with pytest.raises(fr.InputError, match="expected a catalogue of products, one of `shanxi-2018`, got `ours`"):
        fr.Catalogue.preset("ours")
