"""``firmrating check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import firmrating as fr
from firmrating._files import read_document
from firmrating.cli.given import read_records
from firmrating.cli.options import ENCODING, EXTRA, JSON, ExtraColumns
from firmrating.cli.summary import records_text
from firmrating.cli.terminal import FOUND, refuse, say, say_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["check"]

_OPEN = "which the issuing document leaves open"
"""How the check of a structure of loss sharing tells an input that nothing was said of."""


def check(
    path: Annotated[Path, typer.Argument(help="A document (model, rulebook, lending policy, loss sharing, stress, catalogue; JSON or TOML file), or a folder of records.")],
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Find faults of a model, a rulebook, a lending policy, a structure of loss sharing, scenarios, a catalogue or of records.

    Exit code 1 if there is any: a fault of the document, or a row that would be rejected. `--json` gives every fault.
    What a structure of loss sharing leaves open is told and is no fault. The notice of a document, which says where its numbers
    come from, is told with it.
    """
    if not path.exists():
        refuse(f"expected a document (a model, a rulebook) or a folder of records, but `{path}` does not exist")
    found = _check_records(path, extra_columns, encoding) if path.is_dir() else _check_document(path)
    if as_json:
        say_json(found)
    else:
        say(found["text"])
    if found["faults"]:
        raise typer.Exit(FOUND)


def _check_document(path: Path) -> dict[str, Any]:
    try:
        given = read_document("model or rulebook", path)
    except fr.ModelError as error:
        return _faults_of(path, error)
    kind, of_kind = _kind(given)
    try:
        document = of_kind(given)
    except fr.ModelError as error:
        is_open = of_kind is fr.LossSharing and all(_OPEN in str(one) for one in error.errors)
        return _open_of(path, error) if is_open else _faults_of(path, error)
    told = f"{path}: a {kind} that holds together: {document.id} {document.version}, hash {document.hash}"
    # Where its numbers come from belongs to what was checked.
    told += f"\n{document.notice['en']}"
    return {"path": str(path), "faults": [], "hash": document.hash, "notice": document.notice, "text": told}


_Kind = type[fr.RatingModel | fr.Rulebook | fr.LendingPolicy | fr.LossSharing | fr.Stress | fr.Catalogue]


def _kind(given: str | dict[str, Any]) -> tuple[str, _Kind]:
    """What a document is, by a part that only its kind has; whatever else is wrong is told by the check itself."""
    has = (lambda name: f'"{name}"' in given) if isinstance(given, str) else given.__contains__
    if has("pillars"):
        return "model", fr.RatingModel
    if has("admission") and has("reference"):
        return "lending policy", fr.LendingPolicy
    if has("parties") and has("layers"):
        return "structure of loss sharing", fr.LossSharing
    if has("scenarios"):
        return "stress document", fr.Stress
    if has("products") and has("rulebook"):
        return "catalogue of products", fr.Catalogue
    return "rulebook", fr.Rulebook


def _open_of(path: Path, error: fr.ModelError) -> dict[str, Any]:
    """A structure that holds together as far as it can be said without what it leaves open."""
    left_open = [str(one) for one in error.errors]
    listed = "\n".join(f"  {one}" for one in left_open)
    told = f"{path}: a structure of loss sharing without a fault, but it can be used only with what it leaves open\n{listed}"
    return {"path": str(path), "faults": [], "open": left_open, "text": told}


def _faults_of(path: Path, error: fr.ModelError) -> dict[str, Any]:
    faults = [str(one) for one in error.errors]
    listed = "\n".join(f"  {fault}" for fault in faults)
    count = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
    return {"path": str(path), "faults": faults, "text": f"{path}: {count}\n{listed}"}


def _check_records(path: Path, extra_columns: ExtraColumns, encoding: str | None) -> dict[str, Any]:
    records = read_records(path, extra_columns, encoding)
    faults = records.rejects.to_dicts()
    text = records_text(records)
    if faults:
        text = "\n".join([text, "", "Faults", *_faults_by_rule(records.rejects)])
    return {"path": str(path), "faults": faults, "tables": records.counts.to_dicts(), "text": text}


def _faults_by_rule(rejects: pl.DataFrame) -> list[str]:
    """A line for each table, column and rule: how many faults, and the first of them."""
    import polars as pl

    first = pl.col("row", "message").first()
    counted = rejects.group_by("table", "field", "rule", maintain_order=True).agg(pl.len().alias("faults"), first)
    return [
        f"  {table}.{field}: {faults:,} x {rule}; row {row}: {message}"
        for table, field, rule, faults, row, message in counted.iter_rows()
    ]
