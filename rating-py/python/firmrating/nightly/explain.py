"""What a published run says of one firm."""

from __future__ import annotations

from typing import Any

from firmrating.nightly.errors import DocumentError
from firmrating.nightly.published import PublishedRun

__all__ = ["explained", "explained_text"]

_MOST = 8


def explained(run: PublishedRun, firm_id: str) -> dict[str, Any]:
    """Every row of a firm by table; :class:`DocumentError` for a firm that the run does not have."""
    rows = {table: run.of_firm(table, firm_id).to_dicts() for table in run.names if table not in {"counts", "migration"}}
    if not any(rows.values()):
        raise DocumentError(f"run `{run.folder.name}` has no firm `{firm_id}`")
    return {"run": run.folder.name, "firm_id": firm_id, **rows}


def explained_text(found: dict[str, Any]) -> str:
    """The same for people, on a page."""
    if not found["ratings"]:
        head = [f"{found['firm_id']}: {_unrated(found)}, run {found['run']}"]
    else:
        rating = found["ratings"][0]
        head = [
            f"{rating['firm_id']} as of {rating['as_of']}: {rating['grade']} ({rating['standing']}), run {found['run']}",
            f"score {rating['score']}, PD {rating['pd']:.2%}, credit grade {rating['credit_grade']}, "
            f"technology grade {rating['technology_grade']} ({rating['technology_score']}), matrix {rating['matrix_grade']}",
            f"model {rating['model']} {rating['model_version']} {rating['model_hash'][:12]}",
        ]
    return "\n".join([*head, *_points(found), *_rules(found), *_offers(found), *_changes(found), *_rejects(found)])


def _unrated(found: dict[str, Any]) -> str:
    """Why a firm that the run tells of has no rating."""
    tables = {row["table"] for row in found["rejects"]}
    of_records = any(not table.startswith("loans.") for table in tables)
    if of_records:
        why = "every row was rejected"
    elif tables:
        why = "no record speaks of it, and what it asked for was rejected"
    else:
        why = "no record speaks of it"
    return f"not rated, {why}"


def _points(found: dict[str, Any]) -> list[str]:
    lost = sorted(found.get("contributions", []), key=lambda row: -row["lost"])[:_MOST]
    lines = [
        f"  {row['measure']}: {row['points']} of {row['best_points']} points, "
        + (f"value {row['value']:.6g}" if row["value"] is not None else str(row["missing"]))
        for row in lost
        if row["lost"] > 0
    ]
    return ["points lost", *lines] if lines else []


def _rules(found: dict[str, Any]) -> list[str]:
    lines = [f"  {row['rule']}: {row['finding']} since {row['since']}" for row in found["rules"] if row["finding"] == "fired"]
    return ["rules", *lines] if lines else []


def _offers(found: dict[str, Any]) -> list[str]:
    """Each application with its answer, the amount and price of it, and why."""
    lines = []
    for offer in found.get("applications", []):
        terms = "" if offer["rate"] is None else f" {offer['amount']} yuan for {offer['months']} months at {offer['rate']:.3%}"
        asked = "as much as it can have" if offer["asked"] is None else f"{offer['asked']} yuan"
        why = f": {', '.join(offer['reasons'])}" if offer["reasons"] else ""
        lines.append(f"  {offer['application_id']} on {offer['on']}, asked {asked}: {offer['decision']}{terms}{why}")
    return ["applications", *lines] if lines else []


def _changes(found: dict[str, Any]) -> list[str]:
    lines = [
        f"  {row['change']}: {_way(row['was_grade'], row['grade'])}"
        + (f", {row['reason_kind']} {row['reason']}" if row["reason"] else "")
        for row in found.get("changes", [])
    ]
    lines += [f"  watch: {row['trigger']} ({_way(row['was'], row['is'])})" for row in found.get("watch", [])]
    return ["against the run before", *lines] if lines else []


def _way(was: str | None, now: str | None) -> str:
    """From what to what; a side that there is not is not made up."""
    if was is None or now is None:
        return str(now) if was is None else f"was {was}"
    return f"{was} to {now}"


def _rejects(found: dict[str, Any]) -> list[str]:
    lines = [f"  {row['table']} row {row['row']}: {row['message']}" for row in found["rejects"][:_MOST]]
    return [f"{len(found['rejects'])} faults of rows that were not used", *lines] if lines else []
