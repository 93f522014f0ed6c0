"""Explained government credit ratings of technology firms.

Public records (tax, business registry, patents, credit) go in, measures and ratings that can be explained come out::

    import firmrating as fr

    records = fr.Records.read("my-records")          # a folder of Parquet, CSV or NDJSON files, or a mapping of frames
    records.counts                                   # rows in = rows used + rows rejected
    model = fr.RatingModel.preset("tech-firm")       # or fr.RatingModel.load("my-model.json")
    ratings = model.rate(records, as_of="2025-06-30")
    ratings.frame                                    # one row a firm: grades, PD, score
    print(ratings.explain(ratings.frame["firm_id"][0], lang="zh"))
    x = model.measure(records, as_of="2025-06-30")   # one row a firm, one column a measure

Anything with the Arrow interface is a frame here: polars, pandas, pyarrow, DuckDB. What comes back is polars.
"""

from firmrating import datasets, lending, validation
from firmrating._firmrating import (
    Dossier,
    FirmRatingError,
    InputError,
    ModelError,
    Rating,
    RecordError,
    __version__,
)
from firmrating.allocation import Allocation, LossCurve, allocate, menu
from firmrating.applications import Applications
from firmrating.catalogue import measures, tables
from firmrating.html_report import write_html
from firmrating.lending_policy import LendingPolicy, offer
from firmrating.loss_sharing import FundOutlook, LossSharing, Settlement
from firmrating.model import RatingModel
from firmrating.offers import Offers
from firmrating.panel import Panel, panel
from firmrating.products import Catalogue, Matches, match
from firmrating.ratings import Ratings
from firmrating.records import Records
from firmrating.rulebook import Evaluations, Rulebook

__all__ = [
    "Allocation",
    "Applications",
    "Catalogue",
    "Dossier",
    "Evaluations",
    "FirmRatingError",
    "FundOutlook",
    "InputError",
    "LendingPolicy",
    "LossCurve",
    "LossSharing",
    "Matches",
    "ModelError",
    "Offers",
    "Panel",
    "Rating",
    "RatingModel",
    "Ratings",
    "RecordError",
    "Records",
    "Rulebook",
    "Settlement",
    "__version__",
    "allocate",
    "datasets",
    "lending",
    "match",
    "measures",
    "menu",
    "offer",
    "panel",
    "tables",
    "validation",
    "write_html",
]
