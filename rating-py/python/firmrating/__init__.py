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

A scorecard of one's own, from data::

    binning = fr.Binning.fit(x["tax.arrears_to_sales"], y, max_bins=6)     # .splits .iv .table() .plot()
    card = fr.Scorecard.fit(x, y, pdo=20, base_score=600, base_odds=50)    # .score() .pd() .table() .save()

Anything with the Arrow interface is a frame here: polars, pandas, pyarrow, DuckDB. What comes back is polars.
"""

from firmrating import datasets, lending, plots, validation
from firmrating._firmrating import (
    Dossier,
    FirmRatingError,
    InfeasibleError,
    InputError,
    ModelError,
    Rating,
    RecordError,
    SeparationError,
    __version__,
)
from firmrating.allocation import Allocation, LossCurve, StressedBudget, allocate, menu, stress_budget
from firmrating.applications import Applications
from firmrating.binning import Binning
from firmrating.binnings import Binnings, bin_all
from firmrating.calibration import Calibration
from firmrating.catalogue import measures, tables
from firmrating.html_report import write_html
from firmrating.lending_policy import LendingPolicy, offer
from firmrating.logit import LikelihoodRatio, Logit, SignExplanation, Stepwise, stepwise
from firmrating.loss_sharing import FundOutlook, LossSharing, Settlement
from firmrating.master_scale import MasterScale
from firmrating.model import RatingModel
from firmrating.offers import Offers
from firmrating.panel import Panel, panel
from firmrating.pre_bin_counts import PreBinCounts, QuantileSketch
from firmrating.products import Catalogue, Matches, match
from firmrating.ratings import Ratings
from firmrating.records import Records
from firmrating.rulebook import Evaluations, Rulebook
from firmrating.scorecard import Scorecard
from firmrating.screening import screen
from firmrating.stress import Stress, StressedOffers

__all__ = [
    "Allocation",
    "Applications",
    "Binning",
    "Binnings",
    "Calibration",
    "Catalogue",
    "Dossier",
    "Evaluations",
    "FirmRatingError",
    "FundOutlook",
    "InfeasibleError",
    "InputError",
    "LendingPolicy",
    "LikelihoodRatio",
    "Logit",
    "LossCurve",
    "LossSharing",
    "MasterScale",
    "Matches",
    "ModelError",
    "Offers",
    "Panel",
    "PreBinCounts",
    "QuantileSketch",
    "Rating",
    "RatingModel",
    "Ratings",
    "RecordError",
    "Records",
    "Rulebook",
    "Scorecard",
    "SeparationError",
    "Settlement",
    "SignExplanation",
    "Stepwise",
    "Stress",
    "StressedBudget",
    "StressedOffers",
    "__version__",
    "allocate",
    "bin_all",
    "datasets",
    "lending",
    "match",
    "measures",
    "menu",
    "offer",
    "panel",
    "plots",
    "screen",
    "stepwise",
    "stress_budget",
    "tables",
    "validation",
    "write_html",
]
