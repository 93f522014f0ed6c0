"""Tables that many tests share. The firms are made up."""

import datetime as dt
import signal

import polars as pl
import pytest

import firmrating as fr


@pytest.fixture(scope="session", autouse=True)
def ctrl_c() -> None:
    """A shell that starts a job in the background has it ignore Ctrl-C; tests that interrupt would wait for ever."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def arrears() -> pl.DataFrame:
    """Two firms with arrears, every row in order."""
    return pl.DataFrame(
        {
            "firm_id": ["F-1", "F-2"],
            "kind": ["vat", "vat"],
            "since": [dt.date(2025, 1, 15), dt.date(2025, 2, 17)],
            "amount": [1500.5, 20.0],
        }
    )


@pytest.fixture(scope="session")
def sample() -> fr.Records:
    return fr.datasets.sample()
