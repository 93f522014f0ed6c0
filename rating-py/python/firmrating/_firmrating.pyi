"""The extension: Arrow in, Arrow out. The package around it is what to use."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, final, type_check_only

__all__ = [
    "Auc",
    "Dossier",
    "FirmRatingError",
    "FundOutlook",
    "InputError",
    "LossSharing",
    "Model",
    "ModelError",
    "PanelDesign",
    "Rating",
    "Ratings",
    "RecordError",
    "Records",
    "Rulebook",
    "Settlement",
    "__version__",
    "apply",
    "auc",
    "brier",
    "jeffreys",
    "measures",
    "psi",
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
class LossSharing:
    """A structure of loss sharing that holds together."""

    def __new__(cls, text: str, given: dict[str, Any]) -> LossSharing: ...
    @staticmethod
    def template(id: str) -> str: ...
    @staticmethod
    def presets() -> list[str]: ...
    @property
    def hash(self) -> str: ...
    def to_json(self) -> str: ...
    def settle(self, losses: Any, pool: dict[str, Any]) -> Settlement: ...
    def simulate(self, loans: Any, question: dict[str, Any]) -> FundOutlook: ...

@final
class Settlement:
    """How losses were settled."""

    def counts(self) -> tuple[int, int, int]: ...
    def frame(self) -> ArrowTable: ...
    def payments(self) -> ArrowTable: ...
    def bounds(self) -> ArrowTable: ...
    def rejects(self) -> ArrowTable: ...
    def recover(self, recoveries: Any) -> tuple[ArrowTable, ArrowTable]: ...

@final
class FundOutlook:
    """What happened to a party in many futures."""

    @property
    def expected(self) -> float: ...
    @property
    def lent(self) -> float: ...
    @property
    def multiplier(self) -> float | None: ...
    @property
    def breaker_opens(self) -> float: ...
    def quantile(self, level: float) -> float: ...
    def paid(self) -> ArrowTable: ...
    def months_to_breaker(self) -> ArrowTable: ...

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

def apply(
    rulebook: Rulebook, records: Records, as_of: str, declared: Any, ratings: dict[str, str]
) -> tuple[ArrowTable, ArrowTable]: ...
def measures() -> ArrowTable: ...
def tables() -> ArrowTable: ...
def table_name(name: str) -> str | None: ...
def table_names() -> list[str]: ...
def auc(sample: Any) -> Auc: ...
def brier(sample: Any) -> float: ...
def psi(bands: Any, zero_cells: Any) -> float: ...
def jeffreys(pd: Any, defaults: Any, obligors: Any) -> float: ...
def sample_files() -> list[tuple[str, bytes]]: ...
