"""The extension: Arrow in, Arrow out. The package around it is what to use."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, final, type_check_only

__all__ = [
    "Auc",
    "AucComparison",
    "Calibration",
    "Dossier",
    "FirmRatingError",
    "InputError",
    "MasterScale",
    "Model",
    "ModelError",
    "PanelDesign",
    "Rating",
    "Ratings",
    "RecordError",
    "Records",
    "Rulebook",
    "__version__",
    "accuracy_ratio",
    "apply",
    "auc",
    "brier",
    "calibration_table",
    "cap_points",
    "compare_auc",
    "confusion",
    "hosmer_lemeshow",
    "jeffreys",
    "jeffreys_interval",
    "lift",
    "log_loss",
    "measures",
    "pluto_tasche",
    "posterior_pd",
    "psi",
    "psi_bound",
    "reason_agreement",
    "roc_points",
    "sample_files",
    "table_name",
    "table_names",
    "tables",
]

__version__: str

@type_check_only
class ArrowTable(Protocol):
    """A table with the Arrow interface; ``polars.DataFrame`` and ``pyarrow.table`` take it."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class FirmRatingError(ValueError):
    """Anything that `firmrating` cannot do. The base of the tree; itself a `ValueError`."""

    table: str | None
    """The table it is about, as canonical name or as delivered."""
    field: str | None
    """The column, the argument or the part of a model document it is about."""
    row: int | None
    """The row it is about."""
    value: str | None
    """What was got."""
    errors: Sequence[FirmRatingError]
    """Every error of a delivery, one by one."""
    rejects: Sequence[dict[str, Any]]
    """Faults of rows, where a strict reader met them."""

class ModelError(FirmRatingError):
    """A document (a model, a rulebook) does not hold together."""

class RecordError(FirmRatingError):
    """A delivery of records cannot be read as a whole. Faults of single rows are in `Records.rejects` instead."""

class InputError(FirmRatingError):
    """An argument is not what a function asks for."""

@final
class Records:
    """Records as they were read."""

    def __new__(cls, tables: Sequence[tuple[str, Any]], *, ignore_extra: bool = False) -> Records: ...
    def __len__(self) -> int: ...
    def counts(self) -> ArrowTable: ...
    def rejects(self) -> ArrowTable: ...
    def ignored(self) -> ArrowTable: ...
    def firms(self) -> ArrowTable: ...
    def measure(self, as_of: str, *, reasons: bool = False) -> ArrowTable: ...
    def dossier(self, firm_id: str) -> Dossier: ...

@final
class Dossier:
    """The records of one firm, from JSON; any fault is a :class:`RecordError`."""

    def __new__(cls, text: str) -> Dossier: ...
    @property
    def firm_id(self) -> str:
        """The firm."""
    def to_json(self) -> str:
        """The records as JSON, as they were read: types checked, in order."""

@final
class Rating:
    """The rating of one firm as of a day, with everything that explains it."""

    @property
    def firm_id(self) -> str:
        """The firm."""
    @property
    def as_of(self) -> dt.date:
        """The day."""
    @property
    def standing(self) -> Literal["rated", "in_default", "not_enough_information", "withdrawn"]:
        """Where the firm stands."""
    @property
    def grade(self) -> str:
        """Government grade after rules; ``D`` in default, ``NI`` not enough information, ``NR`` withdrawn."""
    @property
    def score(self) -> int:
        """Credit score. Higher is safer."""
    @property
    def pd(self) -> float:
        """Probability of default within twelve months. Higher is riskier."""
    @property
    def credit_grade(self) -> str:
        """Grade of the PD on the master scale."""
    @property
    def technology_grade(self) -> str:
        """Technology grade."""
    def explain(self, lang: Literal["en", "zh"] = "en") -> str:
        """The rating in words, on one page, in English or Chinese."""
    def to_json(self) -> str:
        """Everything in it as JSON, for machines: ids, symbols and numbers, no sentences."""

@final
class Model:
    """A rating model that holds together."""

    def __new__(cls, text: str) -> Model: ...
    @staticmethod
    def preset(id: str) -> Model: ...
    @property
    def hash(self) -> str: ...
    def to_json(self) -> str: ...
    def card(self) -> ArrowTable: ...
    def rate(self, records: Records, as_of: str) -> Ratings: ...
    def rate_firm(self, dossier: Dossier, as_of: str) -> Rating: ...
    def score(self, measured: Any) -> ArrowTable: ...

@final
class Ratings:
    """Ratings of many firms by one model as of one day."""

    def __len__(self) -> int: ...
    def frame(self, progress: Callable[[int], object] | None = None) -> ArrowTable: ...
    def contributions(self, progress: Callable[[int], object] | None = None) -> ArrowTable: ...
    def rules(self, progress: Callable[[int], object] | None = None) -> ArrowTable: ...
    def coverage(self, progress: Callable[[int], object] | None = None) -> ArrowTable: ...
    def tables(self, *, contributions: bool) -> list[tuple[str, ArrowTable]]: ...
    def rating(self, firm_id: str) -> Rating: ...

@final
class Rulebook:
    """A rulebook that holds together."""

    def __new__(cls, text: str) -> Rulebook: ...
    @staticmethod
    def preset(id: str) -> Rulebook: ...
    @property
    def hash(self) -> str: ...
    def to_json(self) -> str: ...
    def evaluate(self, records: Records, as_of: str, declared: Any) -> tuple[ArrowTable, ArrowTable]: ...
    def explain(self, dossier: Dossier, as_of: str, told: dict[str, Any]) -> str: ...

@final
class PanelDesign:
    """A panel document that holds together."""

    def __new__(cls, text: str) -> PanelDesign: ...
    @property
    def hash(self) -> str: ...
    def to_json(self) -> str: ...
    def observe(self, records: Records, *, reasons: bool = False) -> tuple[ArrowTable, ArrowTable]: ...
    def leaks(self, records: Records) -> ArrowTable: ...

@final
class Auc:
    """Area under the ROC curve, with its sampling error. Made by :func:`firmrating.validation.auc`."""

    def __eq__(self, other: object, /) -> bool: ...
    @property
    def value(self) -> float:
        """The area, in [0, 1]: 1 when every bad scores below every good, one half when the score tells nothing."""
    @property
    def gini(self) -> float:
        """Gini coefficient, 2 · AUC − 1."""
    @property
    def ks(self) -> float:
        """Kolmogorov–Smirnov: the widest gap between the shares of bads and of goods up to a score."""
    @property
    def standard_error(self) -> float | None:
        """DeLong's standard error; none with a single good or a single bad."""
    def interval(
        self, level: Literal[90, 95, 99] = 95, *, scale: Literal["plain", "logit"] = "plain"
    ) -> tuple[float, float] | None:
        """Two-sided confidence interval; none where the standard error is unknown or the area is 0 or 1.

        ``plain``: value ± z · standard error, held to [0, 1]. ``logit``: stays inside by itself, the better of the two
        for areas near 1.
        """

@final
class AucComparison:
    """How far the areas of two scores of the same firms are apart. Made by :func:`firmrating.validation.compare_auc`."""

    def __eq__(self, other: object, /) -> bool: ...
    @property
    def first(self) -> float:
        """The area of the first score."""
    @property
    def second(self) -> float:
        """The area of the second score."""
    @property
    def difference(self) -> float:
        """The first area less the second, in [-1, 1]: above 0 where the first score tells more."""
    @property
    def standard_error(self) -> float | None:
        """DeLong's standard error of the difference; none with a single good or a single bad."""
    @property
    def z(self) -> float | None:
        """The difference in standard errors; none where that is none or 0."""
    @property
    def p_value(self) -> float | None:
        """Two-sided p-value of equal areas; none where ``z`` is none."""
    def interval(self, level: Literal[90, 95, 99] = 95) -> tuple[float, float] | None:
        """Two-sided confidence interval of the difference, held to [-1, 1]; none where ``z`` is none."""

@final
class Calibration:
    """Scores, PDs or grades to PDs."""

    def __new__(cls, text: str) -> Calibration: ...
    def __eq__(self, other: object, /) -> bool: ...
    @staticmethod
    def fit(sample: Any, method: str, chosen: dict[str, Any]) -> Calibration: ...
    @staticmethod
    def anchor(sample: Any, central_tendency: float) -> Calibration: ...
    @staticmethod
    def prior_correction(sample_rate: float, population_rate: float) -> Calibration: ...
    @staticmethod
    def moments(grades: Any, central_tendency: float, accuracy_ratio: float) -> Calibration: ...
    @staticmethod
    def pluto_tasche(grades: Any, confidence: float, correlation: float) -> Calibration: ...
    @staticmethod
    def bayes(grades: Any, prior: str, quantile: float | None) -> Calibration: ...
    @property
    def input(self) -> Literal["scores", "pds", "grades"]: ...
    def to_json(self) -> str: ...
    def pd(self, sample: Any) -> ArrowTable: ...
    def anchored(self, sample: Any, central_tendency: float) -> Calibration: ...
    def with_margin(self, data_and_methods: float, changes: float, estimation: float) -> Calibration: ...
    def with_floor(self, pd_floor: float) -> Calibration: ...
    def for_model(self) -> list[float]: ...

@final
class MasterScale:
    """PD to grade."""

    def __new__(cls, text: str) -> MasterScale: ...
    def __eq__(self, other: object, /) -> bool: ...
    @staticmethod
    def geometric(least: float, most: float, symbols: list[str]) -> MasterScale: ...
    @staticmethod
    def clustered(sample: Any, symbols: list[str]) -> MasterScale: ...
    @staticmethod
    def benchmark() -> MasterScale: ...
    @property
    def bands(self) -> list[tuple[str, float | None]]: ...
    def to_json(self) -> str: ...
    def grade(self, sample: Any) -> ArrowTable: ...
    def check(self, sample: Any, rules: dict[str, Any]) -> tuple[ArrowTable, ArrowTable, float | None]: ...
    def mapping(self, onto: MasterScale) -> ArrowTable: ...

def apply(
    rulebook: Rulebook, records: Records, as_of: str, declared: Any, ratings: dict[str, str]
) -> tuple[ArrowTable, ArrowTable]: ...
def measures() -> ArrowTable: ...
def tables() -> ArrowTable: ...
def table_name(name: str) -> str | None: ...
def table_names() -> list[str]: ...
def auc(sample: Any) -> Auc: ...
def brier(sample: Any) -> float: ...
def log_loss(sample: Any) -> float: ...
def compare_auc(sample: Any) -> AucComparison: ...
def reason_agreement(
    first: list[list[str]], second: list[list[str]], most: int
) -> tuple[int, float, float, float]: ...
def roc_points(sample: Any) -> ArrowTable: ...
def cap_points(sample: Any) -> ArrowTable: ...
def lift(sample: Any, shares: list[float]) -> list[float]: ...
def confusion(sample: Any, cut_offs: list[float]) -> ArrowTable: ...
def calibration_table(sample: Any, groups: int, level: int) -> ArrowTable: ...
def hosmer_lemeshow(sample: Any, groups: int, pds_from: str) -> tuple[float, int, float]: ...
def psi_bound(bands: int, firms: tuple[int, int], level: float) -> tuple[float, float]: ...
def jeffreys_interval(defaults: Any, obligors: Any, level: int) -> tuple[float, float] | None: ...
def pluto_tasche(grades: Any, confidence: float, correlation: float) -> list[float]: ...
def posterior_pd(obligors: Any, defaults: Any, prior: str, quantile: float | None) -> float: ...
def accuracy_ratio(grades: Any) -> float: ...
def psi(bands: Any, zero_cells: Any) -> float: ...
def jeffreys(pd: Any, defaults: Any, obligors: Any) -> float: ...
def sample_files() -> list[tuple[str, bytes]]: ...
