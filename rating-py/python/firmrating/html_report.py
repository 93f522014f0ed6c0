"""A portfolio of ratings as one HTML page that a person can read, print and pass on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native

if TYPE_CHECKING:
    from firmrating.ratings import Ratings
    from firmrating.records import Records

__all__ = ["write_html"]


def write_html(
    ratings: Ratings,
    path: str | os.PathLike[str],
    *,
    records: Records | None = None,
    lang: Literal["en", "zh"] = "en",
    explained: Sequence[str] = (),
    notice: str | None = None,
) -> Path:
    """Writes ratings as one HTML page, whole or not at all, and returns its path.

    The page holds key figures, pictures (grade distribution, PD by grade, pillar profile, coverage), what the rules
    did, where points were lost, and the page of each firm of ``explained``. It needs nothing beside itself: no
    script, no font, no picture from elsewhere. The same ratings give the same bytes; no time of writing is in it.

    ``records`` adds the rows read, used and rejected. ``notice`` is said at the top beside the notice of the model,
    such as that the firms are made up. Needs the package ``jinja2`` (``pip install firmrating[report]``).
    """
    if lang not in ("en", "zh"):
        error = _native.InputError(f"`lang` must be `en` or `zh`, got `{lang}`")
        error.field, error.value = "lang", lang
        raise error
    from firmrating._report import page
    from firmrating._write import write_whole

    facts: dict[str, Any] = page.facts(ratings, records, lang)
    facts["notices"] = [notice, *facts["notices"]] if notice else facts["notices"]
    facts["pages"] = [(firm, ratings.explain(firm, lang=lang)) for firm in explained]
    text = page.render(facts)
    return write_whole(path, lambda part: part.write_bytes(text.encode("utf-8")))
