"""The words of the report of a run, English and Chinese."""

from __future__ import annotations

from typing import Any

from firmrating._report.words import words
from firmrating.catalogue import measures, tables

__all__ = ["Words"]

_WORDS = {
    "title": ("Nightly run", "每夜批量评级"),
    "against": ("against {} as of {}", "对比 {}（截至 {}）"),
    "alone": ("no run to compare with", "无对比批次"),
    "no_names": ("Sums alone: no firm is named on this page.", "仅含汇总数，本页不出现任何企业名称。"),
    "delivered": ("Delivered, used, rejected", "报送、使用与剔除"),
    "delivered_caption": ("Rows by table: rows in = used + rejected.", "按数据表统计行数：读入 = 使用 + 剔除。"),
    "rejects": ("Why rows were rejected", "剔除原因"),
    "rejects_caption": (
        "Rows with a fault, by table and rule. A row with faults of two rules counts under both.",
        "按数据表与规则统计有问题的行；同一行触犯两条规则时两处均计。",
    ),
    "fault": ("Rule", "规则"),
    "rows": ("Rows", "行数"),
    "faults": ("Faults", "问题数"),
    "standings": ("Firms by standing", "按评级状态统计企业"),
    "standing": ("Standing", "状态"),
    "grades_title": ("Firms by grade", "按等级统计企业"),
    "grades_note": ("By government grade after rules, least risk first.", "按规则处理后的政府评级，风险由低到高。"),
    "was": ("Before", "对比批次"),
    "difference": ("Difference", "变动"),
    "migration": ("Migration", "等级迁移"),
    "migration_caption": ("Firms by grade: a row a grade before, a column a grade now.", "按等级统计企业：行为此前等级，列为当前等级。"),
    "from_to": ("from \\ to", "此前 \\ 当前"),
    "new": ("new", "新增"),
    "gone": ("gone", "消失"),
    "changes": ("What moved firms", "变动原因"),
    "changes_caption": (
        "Firms whose grade differs, by what moved them; what moved most firms first. Of new and gone firms no reason is looked for.",
        "等级有变的企业按原因统计，由多到少；新增与消失的企业不分析原因。",
    ),
    "change": ("Change", "变动"),
    "kind": ("Moved by", "原因类别"),
    "reason": ("Reason", "原因"),
    "watch": ("Watch list", "关注名单"),
    "watch_caption": ("Firms by trigger; a firm may stand under several.", "按触发条件统计企业；同一企业可触发多项。"),
    "trigger": ("Trigger", "触发条件"),
    "terms": ("Terms", "条件"),
    "gates": ("Gates", "质量门"),
    "gates_caption": ("What had to hold before the run was published.", "发布前须满足的条件。"),
    "figure": ("Measure", "指标"),
    "value": ("Found", "结果"),
    "bounds": ("Asked for", "要求"),
    "at_least": ("at least {:g}", "不低于 {:g}"),
    "at_most": ("at most {:g}", "不高于 {:g}"),
    "outcome": ("Outcome", "结论"),
    "passed": ("passed", "通过"),
    "warned": ("warned", "警告"),
    "stopped": ("stopped", "中止"),
    "not_asked": ("not asked", "未检查"),
    "department_caption": ("Firms that a department answered for.", "各部门已报送的企业数。"),
    "applications": ("Loan applications", "贷款申请"),
    "decision": ("Decision", "决定"),
    "approve": ("approve", "批准"),
    "refer": ("refer", "转人工"),
    "decline": ("decline", "拒绝"),
    "number_of": ("Applications", "申请数"),
    "nothing": ("none", "无"),
    "standing_rated": ("rated", "已评级"),
    "standing_in_default": ("in default", "违约"),
    "standing_not_enough_information": ("not enough information", "信息不足"),
    "standing_withdrawn": ("withdrawn", "撤销评级"),
    "change_upgrade": ("upgrade", "上调"),
    "change_downgrade": ("downgrade", "下调"),
    "change_other": ("other", "其他"),
    "change_new": ("new", "新增"),
    "change_gone": ("gone", "消失"),
    "kind_model": ("model", "模型"),
    "kind_rule": ("rule", "规则"),
    "kind_standing": ("standing", "状态"),
    "kind_characteristic": ("measure", "指标"),
    "kind_pillar": ("pillar", "分项"),
    "gate_reject_share": ("share of rows rejected", "剔除行占比"),
    "gate_coverage": ("coverage", "数据覆盖"),
    "gate_not_enough_share": ("share of firms without enough information", "信息不足企业占比"),
    "gate_default_share": ("share of firms in default", "违约企业占比"),
    "gate_grade_psi": ("stability index of the grades", "等级稳定性指数"),
    "gate_migration_share": ("share of firms whose grade differs", "等级变动企业占比"),
    "gate_new_share": ("share of new firms", "新增企业占比"),
    "gate_gone_share": ("share of gone firms", "消失企业占比"),
    "foot": (
        "The same answers give the same page, byte for byte. Nothing on it is loaded from elsewhere.",
        "相同的结果生成逐字节相同的页面；页面不从外部加载任何内容。",
    ),
}

_LOANS = {
    "loans.applications": "贷款申请",
    "loans.assets": "押品",
    "loans.guarantees": "担保",
    "loans.insurance": "保险",
    "loans.covered": "在保贷款",
    "loans.subsidised": "已享贴息",
}


class Words:
    """What things are called in one language: those of the report of ratings, and those of a run."""

    def __init__(self, spec: dict[str, Any], lang: str) -> None:
        at = 1 if lang == "zh" else 0
        self.lang = lang
        self._words = {**words(lang), **{key: pair[at] for key, pair in _WORDS.items()}}
        self._measures: dict[str, str] = dict(measures().select("id", lang).iter_rows())
        self._pillars: dict[str, str] = {pillar["family"]: pillar["name"][lang] for pillar in spec["pillars"]}
        self._pillars["technology"] = spec["technology"]["name"][lang]
        self._rules: dict[str, str] = {rule["id"]: rule["basis"][lang] for rule in spec["rules"]}
        of_records: dict[str, str] = dict(tables().select("table", "zh").unique().iter_rows())
        self._tables = {**of_records, **_LOANS} if lang == "zh" else {}

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def of(self, kind: str, word: str | None) -> str:
        """The name of a word of data, or the word itself where it has none."""
        return "" if word is None else self._words.get(f"{kind}_{word}", word)

    def table(self, name: str) -> str:
        """The name of a table."""
        return self._tables.get(name, name)

    def reason(self, kind: str | None, reason: str | None) -> str:
        """What a reason of a change says to people."""
        if reason is None:
            return ""
        names: dict[str, dict[str, str]] = {"rule": self._rules, "characteristic": self._measures, "pillar": self._pillars}
        return self.of("standing", reason) if kind == "standing" else names.get(kind or "", {}).get(reason, reason)
