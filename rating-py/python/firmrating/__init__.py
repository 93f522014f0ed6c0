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

from firmrating import datasets, plots, validation
from firmrating._firmrating import (
    Dossier,
    FirmRatingError,
    InfeasibleError,
    InputError,
    ModelError,
    Rating,
    RecordError,
    __version__,
)
from firmrating.applications import Applications
from firmrating.calibration import Calibration
from firmrating.binning import Binning
from firmrating.binnings import Binnings, bin_all
from firmrating.catalogue import measures, tables
from firmrating.html_report import write_html
from firmrating.master_scale import MasterScale
from firmrating.loss_sharing import FundOutlook, LossSharing, Settlement
from firmrating.model import RatingModel
from firmrating.panel import Panel, panel
from firmrating.pre_bin_counts import PreBinCounts, QuantileSketch
from firmrating.ratings import Ratings
from firmrating.records import Records
from firmrating.rulebook import Evaluations, Rulebook

__all__ = [
    "Applications",
    "Calibration",
    "Binning",
    "Binnings",
    "Dossier",
    "Evaluations",
    "FirmRatingError",
    "InfeasibleError",
    "InputError",
    "MasterScale",
    "FundOutlook",
    "InputError",
    "LossSharing",
    "ModelError",
    "Panel",
    "PreBinCounts",
    "QuantileSketch",
    "Rating",
    "RatingModel",
    "Ratings",
    "RecordError",
    "Records",
    "Rulebook",
    "Settlement",
    "__version__",
    "bin_all",
    "datasets",
    "measures",
    "panel",
    "plots",
    "tables",
    "validation",
    "write_html",
]
