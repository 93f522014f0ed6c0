"""A small delivery for runs: 150 synthetic firms of the embedded sample, faulty rows included."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from nights import FIRMS, Night

import firmrating as fr


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivery")
    sample = fr.datasets.write_sample(tmp_path_factory.mktemp("sample"))
    firms = pl.read_csv(sample / "registrations.csv.gz", infer_schema=False)["firm_id"].drop_nulls().unique(maintain_order=True)
    wanted = firms.head(FIRMS).implode()
    for path in sorted(sample.glob("*.csv.gz")):
        frame = pl.read_csv(path, infer_schema=False).filter(pl.col("firm_id").is_in(wanted))
        frame.write_parquet(folder / f"{path.name.removesuffix('.csv.gz')}.parquet")
    return folder


@pytest.fixture
def night(delivery: Path, tmp_path: Path) -> Night:
    shutil.copytree(delivery, tmp_path / "records")
    return Night(tmp_path)
