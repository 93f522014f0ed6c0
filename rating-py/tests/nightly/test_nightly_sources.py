"""Which files a run reads, and what it says of those that it cannot read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nights import Night, bytes_of

from firmrating.nightly import source
from firmrating.nightly.errors import DocumentError, SourceError
from firmrating.nightly.night import run
from firmrating.nightly.published import PublishedRun
from firmrating.nightly.source import SourceFile, counted, firms_about, rows_about, weighed

# Puts foreign rows under the name of a source when the first table was split, then dies before it is weighed again.
REPLACED = """
import os, shutil, signal, sys
from firmrating.nightly import night

def weigh_no_more(files):
    os.kill(os.getpid(), signal.SIGKILL)

class Meddler:
    def tell(self, event, **of):
        if event == "split":
            shutil.copyfile(sys.argv[2], sys.argv[3])
    def close(self):
        pass

night.unchanged = weigh_no_more
night.run(sys.argv[1], reporter=Meddler())
"""


class Meddler:
    """Does something once, when the first table was split."""

    def __init__(self, act: Any) -> None:
        self._act = act

    def tell(self, event: str, **of: Any) -> None:
        if event == "split" and self._act is not None:
            act, self._act = self._act, None
            act()

    def close(self) -> None:
        pass


def foreign(night: Night, table: str) -> pl.DataFrame:
    """The rows of a table with amounts that nobody delivered."""
    return pl.read_parquet(night.records / f"{table}.parquet").with_columns(amount=pl.lit("1.00"))


def test_rows_of_a_file_that_was_replaced_for_a_while_are_not_taken_up(night: Night) -> None:
    """The run is refused; then the deliverer restores the file, and the same document is started again."""
    expected = night.run(out="undisturbed")
    path = night.records / "invoices.parquet"
    original, other = path.read_bytes(), foreign(night, "invoices")
    with pytest.raises(SourceError, match="changed while it was read"):
        night.run(reporter=Meddler(lambda: other.write_parquet(path)))
    path.write_bytes(original)
    again = night.run()
    assert bytes_of(again) == bytes_of(expected)


def test_rows_that_a_killed_run_did_not_weigh_again_are_not_taken_up(night: Night) -> None:
    expected = night.run(out="undisturbed")
    path, other = night.records / "invoices.parquet", night.folder / "other.parquet"
    original = path.read_bytes()
    foreign(night, "invoices").write_parquet(other)
    command = [sys.executable, "-c", REPLACED, str(night.document()), str(other), str(path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    path.write_bytes(original)
    assert bytes_of(night.run()) == bytes_of(expected)


def test_a_copy_of_text_of_a_file_that_was_replaced_is_not_taken_up(night: Night) -> None:
    """A file in another encoding is copied first, under the hash of what was weighed."""
    path = night.records / "invoices.parquet"
    text = path.with_suffix(".csv")
    rows, other = pl.read_parquet(path), foreign(night, "invoices")
    text.write_bytes(rows.write_csv().encode("gb18030"))
    path.unlink()
    sources = {one.stem: f"records/{one.name}" for one in sorted(night.records.glob("*.parquet"))}
    keys = {"records": None, "sources": {**sources, "invoices": {"files": "records/invoices.csv", "encoding": "gb18030"}}}
    expected = night.run(out="undisturbed", **keys)
    with pytest.raises(SourceError, match="changed while it was read"):
        night.run(reporter=Meddler(lambda: text.write_bytes(other.write_csv().encode("gb18030"))), **keys)
    text.write_bytes(rows.write_csv().encode("gb18030"))
    assert bytes_of(night.run(**keys)) == bytes_of(expected)


def test_a_row_that_got_lost_is_not_lost_again_at_the_next_start(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    from firmrating.nightly import night as night_module

    whole = night_module.split

    def losing(query: pl.LazyFrame, *of: Any, **more: Any) -> None:
        whole(query.head(10) if of[2].name == "patents" else query, *of, **more)

    monkeypatch.setattr(night_module, "split", losing)
    with pytest.raises(SourceError, match="table `patents`: expected"):
        night.run()
    monkeypatch.setattr(night_module, "split", whole)
    assert bytes_of(night.run()) == bytes_of(night.run(out="undisturbed"))


def faults_of(night: Night, **keys: Any) -> list[str]:
    with pytest.raises((DocumentError, SourceError)) as raised:
        night.run(**keys)
    assert night.published() == []
    return list(raised.value.faults)


def read(run: PublishedRun, table: str) -> list[tuple[str, int]]:
    return [(one["file"], one["rows"]) for one in run.manifest["inputs"] if one["table"] == table]


def in_folder(night: Night, table: str, name: str = "part-0.parquet") -> Path:
    """Puts the file of a table into a folder of its own."""
    (night.records / table).mkdir()
    return (night.records / f"{table}.parquet").rename(night.records / table / name)


def test_a_folder_that_names_no_table_is_refused(night: Night) -> None:
    (night.records / "invoces").mkdir()
    (night.records / "invoices.parquet").rename(night.records / "invoces" / "1.parquet")
    (night.records / "pattents.parquet").touch()
    assert faults_of(night) == [
        "`records`: folder `invoces` names no table; did you mean `invoices`",
        "`records`: file `pattents.parquet` names no table; did you mean `patents`",
    ]


def test_hidden_folders_and_the_runs_are_no_tables(night: Night) -> None:
    for name in (".cache", "_delta_log"):
        (night.records / name).mkdir()
    run = night.run(out="records/runs")
    again = night.run(out="records/runs", compare_with="latest")
    assert run.manifest["inputs"] == again.manifest["inputs"]


@pytest.mark.parametrize("given", ["records/invoices", "records/inv*/*.parquet", "records/invoices/**", "records/inv*"])
def test_half_written_files_are_passed_over_at_any_depth(night: Night, given: str) -> None:
    """As Spark leaves them while it writes, and editors and checksums beside the data."""
    path = in_folder(night, "invoices")
    rows = pl.read_parquet(path)
    for name in ("_temporary/0/task/part-1.parquet", ".staging/part-1.parquet", "_part-2.parquet", ".part-0.parquet.crc", "_SUCCESS"):
        other = path.parent / name
        other.parent.mkdir(parents=True, exist_ok=True)
        rows.head(5).write_parquet(other)
    run = night.run(records=None, sources={"invoices": given})
    assert read(run, "invoices") == [("records/invoices/part-0.parquet", rows.height)]


def test_a_path_that_names_a_hidden_file_is_read(night: Night) -> None:
    (night.records / "_new").mkdir()
    (night.records / "patents.parquet").rename(night.records / "_new" / "_patents.parquet")
    for given in ("records/_new/_patents.parquet", "records/_new/_pat*", "records/_n*/_p*"):
        run = night.run(out=f"out-{len(given)}", records=None, sources={"patents": given})
        assert [name for name, _ in read(run, "patents")] == ["records/_new/_patents.parquet"]


def test_links_are_followed(night: Night) -> None:
    path = in_folder(night, "invoices")
    rows, elsewhere = pl.read_parquet(path), night.folder / "elsewhere"
    elsewhere.mkdir()
    rows.head(100).write_parquet(path)
    rows.slice(100).write_parquet(elsewhere / "b.parquet")
    (path.parent / "2024").symlink_to(elsewhere)
    assert read(night.run(), "invoices") == [("records/invoices/2024/b.parquet", rows.height - 100), ("records/invoices/part-0.parquet", 100)]


def test_links_that_lead_nowhere_or_around_are_refused(night: Night) -> None:
    path = in_folder(night, "invoices")
    link = path.parent / "link"
    link.symlink_to("/nowhere/x.parquet")
    assert faults_of(night) == ["`records`: cannot read `records/invoices`: `link` leads nowhere"]
    assert faults_of(night, records=None, sources={"invoices": "records/invoices/*"}) == [
        "`sources.invoices`: cannot read `records/invoices/*`: `link` leads nowhere"
    ]
    link.unlink()
    link.symlink_to(path.parent)
    assert faults_of(night) == ["`records`: cannot read `records/invoices`: `link` leads to a folder that it lies in"]
    link.unlink()
    (night.records / "patents.parquet").unlink()
    (night.records / "patents.parquet").symlink_to("/nowhere/x.parquet")
    assert faults_of(night) == ["`records`: cannot read `records/patents.parquet`: `patents.parquet` leads nowhere"]
    (night.records / "patents.parquet").unlink()
    os.mkfifo(night.records / "patents.parquet")
    assert faults_of(night) == ["`records`: cannot read `records/patents.parquet`: `patents.parquet` is no file"]


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (["records/inv*.parquet", "records/invoices.parquet"], "file `records/invoices.parquet` is named twice"),
        (["records/invoices.parquet", "records/../records/invoices.parquet"], "file `records/invoices.parquet` is named twice"),
        (["records/invoices.parquet", "{folder}/records/invoices.parquet"], "file `records/invoices.parquet` is named twice"),
        (["records/invoices.parquet", "link.parquet"], "`link.parquet` and `records/invoices.parquet` are one file"),
        (["folder", "records/invoices.parquet"], "`folder/invoices.parquet` and `records/invoices.parquet` are one file"),
    ],
)
def test_a_file_that_two_paths_lead_to_is_refused(night: Night, files: list[str], fault: str) -> None:
    (night.folder / "link.parquet").symlink_to(night.records / "invoices.parquet")
    (night.folder / "folder").mkdir()
    (night.folder / "folder" / "invoices.parquet").symlink_to(night.records / "invoices.parquet")
    given = [file.format(folder=night.folder) for file in files]
    assert faults_of(night, records=None, sources={"invoices": given}) == [f"`sources.invoices`: {fault}"]


def test_brackets_in_any_path_are_only_signs(delivery: Path, tmp_path: Path) -> None:
    base = tmp_path / "br[1]"
    shutil.copytree(delivery, base / "records[2]")
    plain = Night(tmp_path / "plain")
    shutil.copytree(delivery, plain.folder / "records[2]")
    night = Night(base)
    keys: dict[str, Any] = {"out": "out[3]", "records": "records[2]", "rulebook": "china"}
    expected = plain.run(**{**keys, "out": "out"})
    first = night.run(**keys)
    assert bytes_of(first) == bytes_of(expected)
    assert first.content_hash == expected.content_hash
    later = night.run(**keys, partitions=5, compare_with="latest")
    assert later.scan("changes").collect().height == 0
    path = base / "records[2]" / "patents.parquet"
    pl.read_parquet(path, glob=False).head(50).write_parquet(path)
    delta = night.run(**keys, partitions=5, compare_with="latest", mode="delta", name="delta")
    assert delta.manifest["firms"]["all"] == 150
    sources = {"patents": "records[2]/pat*.parquet", "invoices": "records[2]/inv?ices.parquet", "registrations": "records[2]/registrations.parquet"}
    other = night.run(out="out[4]", records=None, sources=sources)
    assert read(other, "patents") == [("records[2]/patents.parquet", 50)]


def test_a_run_has_one_name_wherever_it_is_started(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """With absolute paths of sources inside the folder of the document, and a way to it over a link."""
    (night.folder.parent / "way").symlink_to(night.folder)
    document = night.document(records=str(night.records))
    names = [run(document).folder.name]
    for folder, given in ((night.folder, "run.toml"), (night.folder.parent, f"{night.folder.name}/run.toml"), (night.folder.parent, "way/run.toml")):
        monkeypatch.chdir(folder)
        names.append(run(given).folder.name)
    assert names == names[:1] * 4
    assert len(night.published()) == 1
    assert night.run(out="relative").manifest["inputs"] == PublishedRun.find(night.out).manifest["inputs"]


def test_a_file_outside_the_folder_of_the_document_keeps_its_way(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    (night.folder / "documents").mkdir()
    (night.folder / "documents" / "run.toml").write_text('as_of = 2025-06-30\nout = "../out"\nrecords = "../records"\npartitions = 3\n')
    first = run(night.folder / "documents" / "run.toml")
    assert read(first, "patents")[0][0] == "../records/patents.parquet"
    monkeypatch.chdir(night.folder / "documents")
    assert run("run.toml").folder.name == first.folder.name


def firms_counted(folder: Path, *tables: str) -> int:
    return firms_about(counted(weighed(SourceFile(table.split(".")[0], folder / table, table) for table in tables)))


def test_firms_are_counted_across_tables_and_spellings(tmp_path: Path) -> None:
    firms = [f"F-{at}" for at in range(300)]
    pl.DataFrame({"firm_id": firms}).write_parquet(tmp_path / "registrations.parquet")
    pl.DataFrame({"企业代号": [f" F-{at}" for at in range(200, 400)] * 3}).write_csv(tmp_path / "invoices.csv")
    assert firms_counted(tmp_path, "registrations.parquet", "invoices.csv") == 400


def test_very_many_firms_are_counted_by_a_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_COUNTED", 20_000)
    pl.select(firm_id=pl.format("F-{}", pl.int_range(200_000) // 2)).write_parquet(tmp_path / "patents.parquet")
    # One firm in ten is looked at: ten thousand of a hundred thousand, with a standard error of one in a hundred.
    assert firms_counted(tmp_path, "patents.parquet") == pytest.approx(100_000, rel=0.05)


def test_of_a_file_that_cannot_be_read_as_it_is_every_row_may_be_a_firm(tmp_path: Path) -> None:
    path = tmp_path / "patents.csv"
    path.write_text("firm_id,number\n" + "F-1,1\n" * 50, encoding="gb18030")
    (file,) = weighed([SourceFile("patents", path, path.name, "gb18030")])
    assert firms_about([file]) == rows_about(file) > 1
