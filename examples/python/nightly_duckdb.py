"""The nightly run between two engines: DuckDB writes the delivery, firmrating rates it, DuckDB reads the answers.

    python examples/python/nightly_duckdb.py

Rates the embedded synthetic sample. Needs `duckdb`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

import firmrating as fr
from firmrating.nightly import run

RUN = """
as_of = 2025-06-30
out = "ratings"
records = "delivery"
partitions = 4
rulebook = "china"

[[gates]]
measure = "reject_share"
at_most = 0.05
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sample = fr.datasets.write_sample(folder / "sample")
        (folder / "delivery").mkdir()
        with duckdb.connect() as duck:
            # Everything as text: types are the business of the one door, and no digit of a code is lost.
            for path in sorted(sample.glob("*.csv.gz")):
                target = folder / "delivery" / f"{path.name.removesuffix('.csv.gz')}.parquet"
                duck.execute(f"COPY (FROM read_csv('{path}', all_varchar = true)) TO '{target}' (FORMAT parquet)")
            (folder / "run.toml").write_text(RUN, encoding="utf-8")
            published = run(folder / "run.toml")
            print(f"{published.manifest['firms']['all']:,} firms, content {published.content_hash[:12]}")
            latest = folder / "ratings" / "latest"
            print(
                duck.sql(f"""
                    SELECT grade, count(*) AS firms, round(avg(pd), 4) AS mean_pd
                    FROM '{latest}/ratings/*.parquet' GROUP BY grade ORDER BY mean_pd
                """)
            )
            print(
                duck.sql(f"""
                    SELECT evaluation, verdict, count(*) AS firms
                    FROM '{latest}/evaluations/*.parquet' JOIN '{latest}/ratings/*.parquet' USING (firm_id)
                    WHERE standing = 'rated' GROUP BY ALL ORDER BY ALL
                """)
            )
            rejected = duck.sql(f"SELECT count(*) FROM '{latest}/rejects/*.parquet'").fetchall()
            print(f"{rejected[0][0]:,} faults of rows that were not used")


if __name__ == "__main__":
    main()
