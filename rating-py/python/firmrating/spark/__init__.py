"""Ratings on Apache Spark: the kernel of the nightly run in the Python workers of a cluster.

    from firmrating import RatingModel, spark as fs

    found = fs.rate(session, {"registrations": "s3a://…/registrations", …}, RatingModel.preset(), "2025-06-30")
    found.ratings        # Spark data frames
    found.manifest()     # what went in and what came of it
    found.write("…")     # the folders of a nightly run

Needs ``firmrating[spark]`` and a session of PySpark 4.1 or later; ``import firmrating`` does not take it in.
Described in docs/spark.md.
"""

from __future__ import annotations

from firmrating.spark.answers import SparkRatings
from firmrating.spark.job import rate

__all__ = ["SparkRatings", "rate"]
