"""The embedded sample: 2,000 synthetic technology firms as of 2025-06-30. Nothing in it is a real firm."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

from firmrating import _firmrating as _native
from firmrating.records import Records

if TYPE_CHECKING:
    import polars as pl

__all__ = ["sample", "sample_outcomes", "write_sample"]

_OUTCOMES = "truth/outcomes.csv.gz"
_SUFFIX = ".csv.gz"


def sample() -> Records:
    """The records of the sample, faulty rows included: they are in its rejects."""
    import polars as pl

    return Records.read(
        {
            name.removesuffix(_SUFFIX): pl.read_csv(gzip.decompress(content), infer_schema=False)
            for name, content in _native.sample_files()
            if name != _OUTCOMES
        }
    )


def sample_outcomes() -> pl.DataFrame:
    """What became of the firms of the sample in the 12 months after, and the hidden quality that drove it.

    Columns ``firm_id``, ``at_risk`` (in business and not in default on the day), ``defaulted``, ``default_on``,
    ``latent_quality``, ``latent_technology`` and the ``probability`` of default that they made. For judging a model;
    never an input of one.
    """
    import polars as pl

    content = gzip.decompress(dict(_native.sample_files())[_OUTCOMES])
    types = {"at_risk": pl.Boolean, "defaulted": pl.Int8, "default_on": pl.Date}
    return pl.read_csv(content, schema_overrides=types).cast({"defaulted": pl.Boolean})


def write_sample(folder: str | os.PathLike[str]) -> Path:
    """Writes the files of the sample below a folder, which is made if need be, and returns its path."""
    folder = Path(folder)
    for name, content in _native.sample_files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
