"""Rows of one firm come together however its identifier is written."""

from __future__ import annotations

import random

import polars as pl
import pytest

import firmrating as fr
from firmrating.nightly.firm_key import firm_hash, firm_key, partition_of

# Codes whose check characters are right, of no firm: from the tests of the core.
CODES = ["91130600738737199K", "738737199", "73873719-9", "130600000036195", "140100738737199", "13060040000000X", "F-0000123"]


def keys(texts: list[str]) -> list[str]:
    return pl.DataFrame({"id": texts}).select(firm_key(pl.col("id")))["id"].to_list()


def spelled(code: str, chance: random.Random) -> str:
    blanks = ["", " ", "\t", "\u3000", "\n ", "\u00a0"]
    text = "".join(chance.choice([str.lower, str.upper])(sign) for sign in code)
    return chance.choice(blanks) + text + chance.choice(blanks)


def test_the_key_is_the_identifier_that_the_reader_of_records_makes() -> None:
    chance = random.Random(6)
    signs = "0123456789ABXabx_.-"
    texts = [spelled(code, chance) for code in CODES for _ in range(40)]
    texts += ["".join(chance.choices(signs, k=chance.choice([1, 8, 9, 10, 15, 18, 40]))) for _ in range(2000)]
    accepted = 0
    for text, key in zip(texts, keys(texts), strict=True):
        records = fr.Records(tax_arrears=pl.DataFrame({"firm_id": [text], "kind": ["vat"], "since": ["2025-01-15"], "amount": ["1"]}))
        if len(records):
            accepted += 1
            assert key == records.firms[0], repr(text)
    assert accepted > 1000


@pytest.mark.parametrize("kind", [pl.Int64, pl.UInt64, pl.Categorical])
def test_a_column_of_another_type_gives_the_key_of_its_text(kind: type[pl.DataType]) -> None:
    text = pl.Series("id", ["130600000036195"])
    typed = text.cast(pl.Int64).cast(kind) if kind != pl.Categorical else text.cast(kind)
    assert pl.DataFrame(typed).select(firm_key(pl.col("id")))["id"].to_list() == ["130600000036195"]


def test_one_firm_has_one_partition_however_it_is_written() -> None:
    chance = random.Random(7)
    for code in CODES:
        texts = pl.DataFrame({"id": [spelled(code, chance) for _ in range(50)] if code != "F-0000123" else [code, f" {code}\t"]})
        found = texts.select(firm_key(pl.col("id")).alias("key"), partition_of(pl.col("id"), 1024).alias("at"))
        assert found.group_by("key").agg(pl.col("at").n_unique())["at"].to_list() == [1] * found["key"].n_unique()
    assert pl.DataFrame({"id": ["73873719-9", "738737199"]}).select(partition_of(pl.col("id"), 1024)).to_series().n_unique() == 1


def test_the_hash_is_xxh3_of_the_key() -> None:
    # Reckoned with python-xxhash 4.1.0.
    known = {
        "91130600738737199K": 2587232978744415053,
        "738737199": 6933770361228516169,
        "F-0000123": 7471698067820430523,
        "": 3244421341483603138,
    }
    texts = ["\u3000 91130600738737199k", "73873719-9", "738737199", "F-0000123", None, " ", "F-0000123 "]
    wanted = [known[key] for key in ("91130600738737199K", "738737199", "738737199", "F-0000123", "", "", "F-0000123")]
    frame = pl.DataFrame({"id": texts})
    pieces = pl.concat([frame.head(3), frame.slice(3)], rechunk=False)
    for one in (frame, pieces, frame.cast(pl.Categorical)):
        assert one.select(firm_hash(pl.col("id")))["id"].to_list() == wanted
    assert frame.lazy().select(firm_hash(pl.col("id"))).collect(engine="streaming")["id"].to_list() == wanted
    assert frame.clear().select(firm_hash(pl.col("id"))).schema == {"id": pl.UInt64}


def test_partitions_are_even_and_fixed() -> None:
    frame = pl.DataFrame({"id": [f"F-{at}" for at in range(10_000)]})
    counted = frame.select(partition_of(pl.col("id"), 8).alias("p")).group_by("p").len()
    assert counted.height == 8
    assert counted["len"].min() > 1100


def test_a_row_without_an_identifier_has_a_partition() -> None:
    found = pl.DataFrame({"id": [None, "", "  "]}, schema={"id": pl.String}).select(partition_of(pl.col("id"), 4))
    assert found["id"].null_count() == 0
