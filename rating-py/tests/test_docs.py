"""The blocks of the guides run, from the first to the last, and print what stands under them.

``UPDATE_DOCS=1 pytest tests/test_docs.py`` writes what they print.
"""

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.DOTALL)


def run(path: Path) -> tuple[str, str]:
    """The page as it is, and as it would be with what its blocks print."""
    page, names, made, end = path.read_text("utf-8"), {"__name__": "guide"}, [], 0
    for block in BLOCK.finditer(page):
        printed, line = io.StringIO(), page.count("\n", 0, block.start()) + 1
        with contextlib.redirect_stdout(printed):
            # As many empty lines before it, so that an error names the line of the page.
            exec(compile("\n" * line + block["code"], str(path), "exec"), names)
        told = f"\n```text\n{printed.getvalue()}```\n" if printed.getvalue() else ""
        made += [page[end : block.start()], f"```python\n{block['code']}```\n{told}"]
        end = block.end()
    return page, "".join([*made, page[end:]])


@pytest.mark.parametrize("name", ["building.md"])
def test_a_guide_prints_what_stands_in_it(name, tmp_path, monkeypatch):
    if name == "building.md":
        pytest.importorskip("sklearn")
    monkeypatch.chdir(tmp_path)
    page, made = run(DOCS / name)
    if os.environ.get("UPDATE_DOCS"):
        (DOCS / name).write_text(made, "utf-8")
        return
    assert page == made
