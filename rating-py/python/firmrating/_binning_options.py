"""The options of a binning as the document of the core has them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from firmrating._columns import input_error

__all__ = [
    "OPTIONS",
    "are_amounts",
    "as_document",
    "edges",
    "for_one",
    "policy_of",
    "refuse_about_pre_bins",
    "refuse_idle",
    "special_groups",
]

_OBJECTIVES = {
    "iv": "information_value",
    "information_value": "information_value",
    "jensen_shannon": "jensen_shannon",
    "js": "jensen_shannon",
    "hellinger": "hellinger",
    "squared_error": "squared_error",
}
_TRENDS = ("auto", "none", "ascending", "descending", "peak", "valley", "concave", "convex")
_POLICIES = ("own", "worst", "best", "neutral", "nearest")
_UNSEEN = ("worst", "best", "neutral", "missing")
_COUNTS = ("min_bins", "max_bins", "min_rows", "max_rows", "min_goods", "min_bads")
_NUMBERS = (
    "min_share",
    "max_share",
    "min_weight_share",
    "max_weight_share",
    "min_weight",
    "max_weight",
    "min_rate_gap",
    "max_p_value",
)
OPTIONS: Mapping[str, Any] = {
    "trend": "auto",
    "candidates": None,
    "fixed": None,
    **dict.fromkeys(_COUNTS),
    **dict.fromkeys(_NUMBERS),
    "min_rate_gap": 0.0,
    "p_value_of": "consecutive",
    "special": None,
    "special_policy": "own",
    "missing": "own",
    "unseen": "worst",
    "rare_share": 0.0,
    "objective": "iv",
    "pre_bins": "tree",
    "max_pre_bins": 20,
    "min_pre_bin_share": 0.05,
    "trends": None,
    "turn_penalty": 0.05,
    "kind": None,
}
"""Every option of a binning, with what it is when it is not given."""


_OF_NUMBERS = ("candidates", "fixed", "pre_bins", "max_pre_bins", "min_pre_bin_share", "trends", "turn_penalty")
_OF_WORDS = ("rare_share", "unseen")
_OF_PRE_BINS = ("candidates", "pre_bins", "max_pre_bins", "min_pre_bin_share", "special", "kind")
_TRENDS_OF_WORDS = ("auto", "none", "ascending")


def _is_given(name: str, options: Mapping[str, Any]) -> bool:
    if name not in options or options[name] is None:
        return False
    # Edges may be an array, which is compared cell by cell; where nothing is the default, anything is given.
    return OPTIONS[name] is None or bool(options[name] != OPTIONS[name])


def for_one(of_all: Mapping[str, Any], own: Mapping[str, Any], *, is_words: bool) -> dict[str, Any]:
    """Options of one variable: its own, and of those that are given for all what is about a variable of its kind."""
    others = set(_OF_NUMBERS if is_words else _OF_WORDS)
    if is_words and of_all.get("trend", "auto") not in _TRENDS_OF_WORDS:
        others.add("trend")
    if "candidates" in own:
        others |= {"pre_bins", "max_pre_bins", "min_pre_bin_share"}
    if {"pre_bins", "max_pre_bins", "min_pre_bin_share"} & set(own):
        others.add("candidates")
    if own.get("pre_bins", "tree") != "tree":
        others.add("min_pre_bin_share")
    if own.get("trend", "auto") != "auto":
        others |= {"trends", "turn_penalty"}
    for_all = {name: option for name, option in of_all.items() if name not in others}
    if for_all.get("special") is not None and "special" not in own:
        groups = special_groups(for_all["special"])
        for_all["special"] = {group["name"]: group["values"] for group in groups if _is_of_words(group) == is_words} or None
    return {**for_all, **own}


def refuse_idle(options: Mapping[str, Any], *, is_words: bool, name: str = "x") -> None:
    """Refuses options that would change nothing for a variable of words, or of numbers, or beside another option."""
    what, others = ("words", _OF_NUMBERS) if is_words else ("numbers", _OF_WORDS)
    for option in others:
        # What the core says of fixed edges names the values.
        if _is_given(option, options) and not (is_words and option == "fixed"):
            kind = "numbers" if is_words else "words"
            message = f"`{option}` is an option of {kind}, and `{name}` is of {what}, got `{options[option]}`"
            raise input_error(message, field=option, value=options[option])
    trend = options.get("trend", "auto")
    if is_words and trend in _TRENDS and trend not in _TRENDS_OF_WORDS:
        wanted = ", ".join(f"`{word}`" for word in _TRENDS_OF_WORDS)
        message = f"words stand in the ascending order of their bad rate, so that `trend` must be one of {wanted}, got `{trend}`"
        raise input_error(message, field="trend", value=trend)
    idle = [(option, "candidates", _is_given("candidates", options)) for option in ("pre_bins", "max_pre_bins", "min_pre_bin_share")]
    idle.append(("min_pre_bin_share", "pre_bins", options.get("pre_bins", "tree") != "tree"))
    idle += [(option, "trend", trend != "auto") for option in ("trends", "turn_penalty")]
    idle.append(("p_value_of", "max_p_value", options.get("max_p_value") is None))
    for option, beside, is_idle in idle:
        if is_idle and _is_given(option, options):
            message = f"`{option}` changes nothing beside `{beside}` of `{options.get(beside)}`, got `{options[option]}`"
            raise input_error(message, field=option, value=options[option])


def refuse_about_pre_bins(options: Mapping[str, Any]) -> None:
    """Refuses options of counts that were settled when the counts were made."""
    for option in _OF_PRE_BINS:
        if option in options:
            message = f"`{option}` is settled by the counts: expected options that are not about pre-bins, got `{options[option]}`"
            raise input_error(message, field=option, value=options[option])


def are_amounts(options: Mapping[str, Any]) -> bool:
    """Whether the target is an amount and not a class."""
    return bool(options["objective"] == "squared_error")


def as_document(options: Mapping[str, Any]) -> str:
    """Options by the names of :data:`OPTIONS` as JSON."""
    unknown = [name for name in options if name not in OPTIONS]
    if unknown:
        wanted = ", ".join(f"`{name}`" for name in OPTIONS)
        message = f"expected options of a binning ({wanted}), got `{unknown[0]}`"
        raise input_error(message, field=unknown[0])
    options = {**OPTIONS, **options}
    limits: dict[str, float] = {name: _whole(name, options[name]) for name in _COUNTS if options[name] is not None}
    limits |= {name: _number(name, options[name]) for name in _NUMBERS if options[name] is not None}
    trends = options["trends"]
    document = {
        "pre_bins": _pre_bins(options),
        "fixed": edges("fixed", options["fixed"]),
        "objective": _OBJECTIVES[_word("objective", options["objective"], _OBJECTIVES)],
        "trend": _word("trend", options["trend"], _TRENDS),
        "limits": {**limits, "p_value_of": _word("p_value_of", options["p_value_of"], ("consecutive", "all"))},
        "special": special_groups(options["special"]),
        "special_policy": policy_of("special_policy", options["special_policy"]),
        "missing": policy_of("missing", options["missing"]),
        "unseen": _word("unseen", options["unseen"], _UNSEEN),
        "rare_share": _number("rare_share", options["rare_share"]),
        "auto": {
            "shapes": [_word("trends", trend, _TRENDS) for trend in trends]
            if trends is not None
            else ["descending", "ascending", "peak", "valley"],
            "penalty": _number("turn_penalty", options["turn_penalty"]),
        },
    }
    return json.dumps(document)


def edges(name: str, given: Iterable[float] | None) -> list[float]:
    """Edges as a list of numbers; the core says whether they ascend."""
    return [] if given is None else [_number(name, edge) for edge in given]


def special_groups(special: Any) -> list[dict[str, Any]]:
    """Special values: a mapping of names to a value or values, or values that are one group, ``special``.

    A group is of numbers or of words; the core says whether the variable is of the same.
    """
    if special is None:
        return []
    if not isinstance(special, Mapping):
        special = {"special": special} if not _is_one(special) else {"special": [special]}
    return [{"name": str(name), "values": _of_one_kind([of] if _is_one(of) else list(of))} for name, of in special.items()]


def _of_one_kind(values: list[Any]) -> list[Any]:
    words = [value for value in values if isinstance(value, str)]
    if not words:
        return [_number("special", value) for value in values]
    if len(words) < len(values):
        told = ", ".join(f"`{value!r}`" for value in values)
        raise input_error(f"a group of `special` must be of numbers or of words, got {told}", field="special", value=values)
    return words


def _is_of_words(group: Mapping[str, Any]) -> bool:
    return any(isinstance(value, str) for value in group["values"])


def policy_of(name: str, policy: Any) -> Any:
    """A policy as the document has it: a word, or a bin by its place or its label."""
    if isinstance(policy, Mapping):
        label = policy.get("bin")
        if len(policy) != 1 or not isinstance(label, str):
            message = f"`{name}` must name a bin as `{{'bin': label}}`, got `{dict(policy)}`"
            raise input_error(message, field=name, value=dict(policy))
        return {"named": label}
    if isinstance(policy, str) or policy is None:
        return _word(name, policy, (*_POLICIES, "the place of a bin, counted from 0", "{'bin': label}"))
    return {"into": _whole(name, policy)}


def _pre_bins(options: Mapping[str, Any]) -> Any:
    if options["candidates"] is not None:
        return {"candidates": edges("candidates", options["candidates"])}
    how = _word("pre_bins", options["pre_bins"], ("tree", "quantile", "equal_width"))
    bins = _whole("max_pre_bins", options["max_pre_bins"])
    if how == "tree":
        return {"tree": {"bins": bins, "min_share": _number("min_pre_bin_share", options["min_pre_bin_share"])}}
    return {how: {"bins": bins}}


def _is_one(value: Any) -> bool:
    return isinstance(value, str) or not isinstance(value, Iterable)


def _word(name: str, given: Any, wanted: Iterable[str]) -> str:
    if isinstance(given, str) and given in wanted:
        return given
    told = ", ".join(f"`{word}`" for word in wanted)
    raise input_error(f"`{name}` must be one of {told}, got `{given}`", field=name, value=given)


def _number(name: str, given: Any) -> float:
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise input_error(f"`{name}` must be finite numbers, got `{given}`", field=name, value=given)
    return number


def _whole(name: str, given: Any) -> int:
    number = _number(name, given)
    if number < 0 or number != int(number) or isinstance(given, bool):
        raise input_error(f"`{name}` must be a whole number from 0, got `{given}`", field=name, value=given)
    return int(number)
