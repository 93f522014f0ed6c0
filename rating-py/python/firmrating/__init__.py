"""Explained government credit ratings of technology firms.

Public records (tax, business registry, patents, credit) go in, measures and ratings that can be explained come out::

    import firmrating as fr

    records = fr.Records.read("my-records")        # a folder of Parquet, CSV or NDJSON files, or a mapping of frames
    records.counts                                 # rows in = rows used + rows rejected
    measured = records.measure(as_of="2025-06-30") # one row a firm, one column a measure

Anything with the Arrow interface is a frame here: polars, pandas, pyarrow, DuckDB. What comes back is polars.
"""

from firmrating import datasets, validation
from firmrating._firmrating import FirmRatingError, InputError, ModelError, RecordError, __version__
from firmrating.catalogue import measures, tables
from firmrating.records import Records

__all__ = [
    "FirmRatingError",
    "InputError",
    "ModelError",
    "RecordError",
    "Records",
    "__version__",
    "datasets",
    "measures",
    "tables",
    "validation",
]
