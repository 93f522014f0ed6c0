"""Which firms of the sample are technology SMEs by the published rules, and what keeps the others open.

Records alone rarely decide: nobody reports, say, whether a firm led a standard. An evaluation then stays open and names
what is missing; what a firm declares closes it.
"""

import polars as pl

import firmrating as fr

AS_OF = "2025-06-30"


def main() -> None:
    """Evaluates the sample twice: with the records alone, and with what the firms declare."""
    records = fr.datasets.sample()
    book = fr.Rulebook.preset("china")
    print(book.notice["en"], end="\n\n")

    found = book.evaluate(records, as_of=AS_OF)
    print(f"By the records alone\n{found.summary}\n")

    # One firm, part by part: every condition, block of points and admission.
    firm = found.frame.filter(evaluation="technology_sme", verdict="open")["firm_id"][0]
    print(f"Firm {firm}\n{found.parts.filter(firm_id=firm, evaluation='technology_sme').drop('firm_id', 'evaluation')}\n")

    missing = found.frame["missing"].drop_nulls().str.split(" ").explode().value_counts(sort=True)
    print(f"What is missing, and for how many evaluations\n{missing}\n")

    # Suppose that every firm declares the same: nothing forbidden, no incident, no award, no standard.
    asked = book.declared.filter(pl.col("words").is_null())["id"]
    declared = records.firms.to_frame().with_columns(pl.lit(0).alias(column) for column in asked)
    print(f"With what the firms declare\n{book.evaluate(records, as_of=AS_OF, declared=declared).summary}")


if __name__ == "__main__":
    with pl.Config(tbl_rows=40, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        main()
