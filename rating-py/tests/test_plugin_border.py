"""The border to polars from the other side: what its calls do when they are handed what no polars hands over."""

import ctypes

import polars as pl
import pytest

import firmrating as fr
from firmrating import _firmrating


class Schema(ctypes.Structure):
    """A type in the C Data Interface of Arrow."""

    _fields_ = [
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


class Column(ctypes.Structure):
    """A column as polars hands it over: its type, and pointers to its pieces."""

    _fields_ = [
        ("field", ctypes.POINTER(Schema)),
        ("arrays", ctypes.POINTER(ctypes.c_void_p)),
        ("len", ctypes.c_size_t),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    library = ctypes.CDLL(_firmrating.__file__)
    library._polars_plugin_get_last_error_message.restype = ctypes.c_char_p
    for call in (library._polars_plugin_firmrating_score, library._polars_plugin_field_firmrating_score):
        call.restype = None
    return library


def told(library: ctypes.CDLL) -> str:
    return library._polars_plugin_get_last_error_message().decode()


def columns_of(kind: Schema | None) -> ctypes.Array[Column]:
    """One column of a type, without pieces."""
    none = (ctypes.c_void_p * 1)()
    field = ctypes.POINTER(Schema)() if kind is None else ctypes.pointer(kind)
    return (Column * 1)(Column(field, ctypes.cast(none, ctypes.POINTER(ctypes.c_void_p)), 0, None, None))


def score(library: ctypes.CDLL, kind: Schema | None) -> Column:
    """What the call that scores gives of a column of a type; empty if it gives nothing."""
    columns, answer = columns_of(kind), Column()
    nothing = ctypes.c_char_p(b"")
    count, length = ctypes.c_size_t(1), ctypes.c_size_t(0)
    library._polars_plugin_firmrating_score(ctypes.byref(columns), count, nothing, length, ctypes.byref(answer), None)
    return answer


def test_a_panic_becomes_a_message_and_does_not_unwind(library, capfd):
    """A type without a format, which the Arrow library asserts that it has."""
    answer = score(library, Schema(name=b"measured"))
    assert not answer.field and not answer.arrays and not answer.release
    assert told(library).startswith("this is a fault of firmrating: ")
    assert "panicked" in capfd.readouterr().err  # or this test tests something else


def test_a_panic_over_a_type_becomes_a_message_too(library, capfd):
    answer = Schema()
    one, empty, nothing = ctypes.c_size_t(1), ctypes.c_size_t(0), ctypes.c_char_p(b"")
    kinds = (Schema * 1)(Schema(name=b"measured"))
    library._polars_plugin_field_firmrating_score(ctypes.byref(kinds), one, ctypes.byref(answer), nothing, empty)
    assert answer.format is None and not answer.release
    assert told(library).startswith("this is a fault of firmrating: ")
    assert "panicked" in capfd.readouterr().err


def test_a_failure_is_a_message_and_no_panic(library, capfd):
    answer = score(library, None)
    assert not answer.field
    assert told(library) == "expected a column, got none"
    assert capfd.readouterr().err == ""


def test_the_plugin_scores_on_after_a_panic(library, capfd):
    card = fr.Scorecard.fit({"age": [1, 1, 1, 5, 5, 5]}, [1, 1, 0, 1, 0, 0], base_odds=1)
    frame = pl.DataFrame({"age": [1.0, 5.0, None]})
    before = frame.select(card.expr("score"))
    score(library, Schema(name=b"measured"))
    assert frame.select(card.expr("score")).equals(before)
    assert before["score"].to_list() == card.score(frame).to_list()
    capfd.readouterr()
