"""A delta run rates only firms whose records changed, and publishes what a full run publishes."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from nights import Night, bytes_of

from firmrating.nightly import answer
from firmrating.nightly import night as night_module
from firmrating.nightly.errors import DocumentError
from firmrating.nightly.fingerprint import fingerprints

WATCH = [
    {"id": "fell", "kind": "downgrade"},
    {"id": "riskier", "kind": "pd_ratio", "at_least": 1.05},
    {"id": "fired", "kind": "rule_fired"},
    {"id": "tax-silent", "kind": "coverage_lost", "department": "tax", "older_than_days": 30},
]
BOOK = {"rulebook": "china", "compare_with": "before"}


def correct(night: Night) -> None:
    """A correction of some firms: rows gone, rows changed, a firm new, a firm gone, a faulty row, another order."""
    night.rewrite("invoices", lambda rows: rows.with_row_index().filter(pl.col("index") % 97 != 0).drop("index"))
    night.rewrite("patents", lambda rows: rows.with_columns(status=pl.lit("lapsed")).head(5).vstack(rows.slice(5)))
    firms = pl.read_parquet(night.records / "registrations.parquet")["firm_id"]
    for path in sorted(night.records.glob("*.parquet")):
        night.rewrite(path.stem, lambda rows: rows.filter(pl.col("firm_id") != firms[7]))
    night.rewrite(
        "registrations", lambda rows: pl.concat([rows.reverse(), rows.head(1).with_columns(firm_id=pl.lit("F-NEW-1"))])
    )
    night.rewrite("filings", lambda rows: pl.concat([rows.head(3).with_columns(due_on=pl.lit("31 June")), rows]))


@pytest.mark.parametrize("change", [lambda night: None, correct], ids=["nothing", "a-correction"])
def test_delta_publishes_what_a_full_run_publishes(night: Night, change: object) -> None:
    night.run(out="before", rulebook="china")
    assert callable(change)
    change(night)
    full = night.run(out="full", watch=WATCH, **BOOK)
    delta = night.run(out="delta", mode="delta", watch=WATCH, **BOOK)
    assert (full.scan("watch").collect().height > 0) == (change is correct)
    assert bytes_of(delta) == bytes_of(full)
    assert delta.content_hash == full.content_hash
    assert delta.manifest["performance"]["mode"] == "delta"


def test_only_firms_whose_records_changed_are_rated(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    before = night.run(out="before")
    faulty = before.scan("rejects").select("firm_id").unique().collect()["firm_id"]
    firm = next(one for one in before.scan("ratings").collect()["firm_id"] if one not in faulty.to_list())
    night.rewrite(
        "registrations",
        lambda rows: rows.with_columns(staff=pl.when(pl.col("firm_id") == firm).then(pl.lit("77")).otherwise("staff")),
    )
    rated: list[str] = []
    inner = answer.rate_partition

    def listening(*given: object, **more: object) -> dict[str, pl.DataFrame]:
        found = inner(*given, **more)  # type: ignore[arg-type]
        rated.extend(found["ratings"]["firm_id"])
        return found

    monkeypatch.setattr(answer, "rate_partition", listening)
    night.run(out="delta", mode="delta", compare_with="before")
    assert firm in rated
    assert set(rated) <= {firm, *faulty.drop_nulls()}


@pytest.mark.parametrize(
    ("keys", "name"),
    [({"as_of": "2025-05-31"}, "as_of"), ({"partitions": 5}, "partitions"), ({"rulebook": None}, "rulebook")],
)
def test_a_delta_run_that_could_differ_from_a_full_one_is_refused(night: Night, keys: dict[str, object], name: str) -> None:
    night.run(out="before", rulebook="china")
    with pytest.raises(DocumentError, match=f"a delta run needs the same `{name}`"):
        night.run(out="delta", mode="delta", **{**BOOK, **keys})


def test_a_delta_run_without_an_earlier_one_is_refused(night: Night) -> None:
    with pytest.raises(DocumentError, match="run `full` first"):
        night.run(mode="delta", compare_with="latest")


def test_tables_that_were_delivered_as_before_are_read_for_the_changed_firms_alone(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    # An identifier that is none, and a row without one, in tables that stay.
    for table in ("invoices", "patents"):
        night.rewrite(table, lambda rows: pl.concat([rows, rows.head(2).with_columns(firm_id=pl.Series([None, "some firm"]))]))
    night.run(out="before", **{**BOOK, "compare_with": None})
    firms = pl.read_parquet(night.records / "registrations.parquet")["firm_id"]
    few = firms.unique(maintain_order=True).slice(20, 3)
    night.rewrite(
        "registrations",
        lambda rows: rows.with_columns(staff=pl.when(pl.col("firm_id").is_in(few.implode())).then(pl.lit("77")).otherwise("staff")),
    )
    full = night.run(out="full", **BOOK)
    read: list[int] = []
    inner = answer.rate_partition

    def listening(frames: dict[str, pl.DataFrame], *given: object, **more: object) -> dict[str, pl.DataFrame]:
        read.append(frames["invoices"].height)
        return inner(frames, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(answer, "rate_partition", listening)
    split_rows: list[int] = []
    cut = night_module.split

    def cutting(rows: pl.LazyFrame, column: str, partitions: int, folder: Path, *, compressed: bool) -> None:
        split_rows.append(rows.select(pl.len()).collect().item())
        cut(rows, column, partitions, folder, compressed=compressed)

    monkeypatch.setattr(night_module, "split", cutting)
    delta = night.run(out="delta", mode="delta", **BOOK)
    invoices = pl.scan_parquet(night.records / "invoices.parquet").select(pl.len()).collect().item()
    assert 0 < sum(read) < invoices / 5
    assert sum(split_rows) < sum(count["rows_in"] for count in delta.manifest["counts"]) / 4
    assert bytes_of(delta) == bytes_of(full)
    assert delta.content_hash == full.content_hash


def test_a_table_that_is_not_delivered_any_more_changes_its_firms(night: Night) -> None:
    night.run(out="before", **{**BOOK, "compare_with": None})
    (night.records / "tax_penalties.parquet").unlink()
    full, delta = night.run(out="full", **BOOK), night.run(out="delta", mode="delta", **BOOK)
    assert bytes_of(delta) == bytes_of(full)
    assert delta.content_hash == full.content_hash


def test_a_delta_of_csv_files_is_the_full_run_too(night: Night) -> None:
    for path in sorted(night.records.glob("*.parquet")):
        pl.read_parquet(path).write_csv(path.with_suffix(".csv"))
        path.unlink()
    night.run(out="before", partitions=4, **{**BOOK, "compare_with": None})
    (night.records / "tax_penalties.csv").unlink()
    full = night.run(out="full", partitions=4, **BOOK)
    # What changed is found before partitions are worked on side by side.
    for at in range(3):
        delta = night.run(out=f"delta-{at}", partitions=4, mode="delta", **BOOK)
        assert bytes_of(delta) == bytes_of(full)


def test_a_delta_over_a_run_whose_inputs_have_no_hash_reads_every_table(night: Night) -> None:
    """As a cluster publishes it."""
    before = night.run(out="before", **{**BOOK, "compare_with": None})
    told = json.loads((before.folder / "manifest.json").read_text())
    for file in told["inputs"]:
        del file["sha256"]
    (before.folder / "manifest.json").write_text(json.dumps(told))
    full, delta = night.run(out="full", **BOOK), night.run(out="delta", mode="delta", **BOOK)
    assert bytes_of(delta) == bytes_of(full)


@pytest.mark.parametrize("kind", [pl.Float64, pl.Decimal(18, 0)])
def test_identifiers_of_a_type_that_is_refused_have_no_delta(night: Night, kind: pl.DataType) -> None:
    for path in sorted(night.records.glob("*.parquet")):
        night.rewrite(path.stem, lambda rows: rows.with_columns(firm_id=pl.lit(1001)))
    night.run(out="before", **{**BOOK, "compare_with": None})
    night.rewrite("invoices", lambda rows: rows.with_columns(pl.col("firm_id").cast(kind)))
    with pytest.raises(DocumentError, match="table `invoices`: a delta run needs identifiers as text or whole numbers"):
        night.run(out="delta", mode="delta", **BOOK)
    rows = pl.DataFrame({"firm_id": [1001], "kind": ["vat"]})
    assert not fingerprints({"tax_arrears": rows}).equals(fingerprints({"tax_arrears": rows.cast({"firm_id": kind})}))


@pytest.mark.parametrize("table", ["ratings", "rules", "fingerprints", "counts"])
def test_answers_that_were_damaged_since_are_not_taken_over(night: Night, table: str) -> None:
    before = night.run(out="before", **{**BOOK, "compare_with": None})
    path = before.files(table)[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    name = path.relative_to(before.folder)
    with pytest.raises(DocumentError, match=f"`{name}` is not what its manifest says"):
        night.run(out="delta", mode="delta", **BOOK)
    path.unlink()
    with pytest.raises(DocumentError, match=f"`{name}`: no such file"):
        night.run(out="delta", mode="delta", **BOOK)


def test_a_fingerprint_is_the_sum_of_the_xxh3_of_the_rows() -> None:
    # Reckoned with python-xxhash 4.1.0 from the layout that the source tells.
    rows = pl.DataFrame(
        {"firm_id": ["f1", "f2", "f1"], "kind": ["vat", "vat", "other"], "since": [20103, 20103, None], "amount": ["123.45", "123.45", None]}
    ).cast({"since": pl.Date, "amount": pl.Decimal(18, 2)})
    found = fingerprints({"tax_arrears": rows})
    assert found["firm_id"].to_list() == ["f1", "f2"]
    assert found["tax_arrears"].to_list() == [-6719179154410757210, -4480264590459866905]
    assert found.drop("firm_id", "tax_arrears").null_count().row(0) == (2,) * (found.width - 2)
    pieces = pl.concat([rows.head(1), rows.slice(1).cast({"kind": pl.String})], rechunk=False)
    for same in (pieces, rows.cast({"kind": pl.Categorical}), rows.with_columns(more=1), rows.sample(fraction=1, shuffle=True, seed=1)):
        assert fingerprints({"tax_arrears": same}).equals(found)


def test_a_fingerprint_does_not_depend_on_the_order_of_rows_and_columns_or_on_their_names() -> None:
    rows = pl.DataFrame({"firm_id": ["f1", "f2", "f1"], "kind": ["vat", "vat", "other"], "amount": ["1", "2", None]})
    turned = rows.reverse().select("amount", pl.col("kind").alias("欠税税种"), pl.format(" {} ", "firm_id").alias("firm_id"))
    assert fingerprints({"tax_arrears": rows}).equals(fingerprints({"tax_arrears": turned}))


@pytest.mark.parametrize(
    "change",
    [
        pl.DataFrame({"firm_id": ["f1"], "kind": ["vat"], "amount": ["2"]}),
        pl.DataFrame({"firm_id": ["f1"], "kind": ["vat"], "amount": [None]}, schema_overrides={"amount": pl.String}),
        pl.DataFrame({"firm_id": ["f1", "f1"], "kind": ["vat", "vat"], "amount": ["1", "1"]}),
        pl.DataFrame({"firm_id": ["f1"], "kind": ["1"], "amount": ["vat"]}),
    ],
    ids=["a-value", "a-gap", "a-repetition", "columns-swapped"],
)
def test_a_fingerprint_changes_with_what_was_delivered(change: pl.DataFrame) -> None:
    rows = pl.DataFrame({"firm_id": ["f1"], "kind": ["vat"], "amount": ["1"]})
    assert not fingerprints({"tax_arrears": rows}).equals(fingerprints({"tax_arrears": change}))
    assert not fingerprints({"tax_arrears": rows}).equals(fingerprints({"tax_penalties": rows}))
