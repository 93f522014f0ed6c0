"""The example `beijing_open.py`: on made-up files of the same form, and on the real ones where they are."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "python" / "beijing_open.py"
# The codes of the documentation of the standard; no code of a firm that the tables name.
CODES = ("91130600738737199K", "11210000001099719Y")


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("beijing_open", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made_up(tmp_path, example):
    """Eight small files under the real names: two encodings, title rows; the workbooks are texts here."""
    first, second = CODES
    texts = {
        example.TECHNOLOGY_SMES: f"序号,企业名称,统一社会信用代码,统计年份\n1,甲公司,{first},2018年\n2,甲公司,{first},2018年\n",
        example.HAIDIAN: f"序号,统一社会信用代码,法人单位名称\n1,{first} ,甲有限公司\n",
        example.REGISTERED: f"企业名称,统一社会信用代码,核准日期\n乙公司,{second},2018-02-08\n",
        example.ARREARS: f"企业或单位名称,纳税人识别号,欠税金额,税种\n乙,{second},1.500,房产税\n乙,{second},2.250,土地使用税\n"
        "丙,110105717776658000,7.000,增值税\n",
    }
    for file, (titles, _) in example.FILES.items():
        text = "标题\n" * titles + texts.get(file, "甲,乙\n1,2\n")
        encoding = "gb18030" if file in (example.HAIDIAN, example.ARREARS) else "utf-8-sig"
        (tmp_path / file).write_text(text, encoding=encoding)
    return tmp_path


def test_every_row_of_made_up_tables_is_accounted_for(example, made_up, capsys):
    assert example.main([str(made_up)]) == 0
    told = capsys.readouterr().out
    assert "share 1 firms by code, 0 by name" in told
    assert "certificates: 2 rows in = 1 used + 1 rejected" in told
    # Two local taxes of one firm are one sum of 3.75 yuan; a code that a spreadsheet rounded is refused.
    assert "tax_arrears: 2 rows in = 1 used + 1 rejected" in told
    assert "tax_arrears.firm_id: 1 x identifier" in told
    assert not [code for code in CODES if code in told]
    assert "甲" not in told


def test_without_the_data_the_script_says_so(example, tmp_path, capsys):
    assert example.main([str(tmp_path / "none")]) == 0
    assert capsys.readouterr().out.startswith("Skipped")


def test_the_real_tables_are_read_whole_and_no_firm_is_named(example, capsys):
    if not example.data_folder([]).is_dir():
        pytest.skip("the open data of Beijing are not here")
    assert example.main([]) == 0
    told = capsys.readouterr().out
    # Counted by others: 1,888 firms in common by code.
    assert "share 1,888 firms by code" in told
    assert "registrations: 8,376 rows in = 8,376 used + 0 rejected" in told
    assert "有限公司" not in told
