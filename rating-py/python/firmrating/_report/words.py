"""The words of the report, English and Chinese."""

from __future__ import annotations

__all__ = ["department", "grade_name", "words"]

_DEPARTMENTS = {
    "registry": ("Business registry", "工商登记"),
    "listing": ("Lists and penalties", "名单与处罚"),
    "tax": ("Tax authority", "税务"),
    "patent": ("Intellectual property", "知识产权"),
    "research": ("Science and technology", "科技"),
    "credit": ("Credit register", "征信"),
    "finance": ("Financial statements", "财务报表"),
}

_GRADES = {
    "D": ("in default", "违约"),
    "NI": ("not enough information", "信息不足"),
    "NR": ("withdrawn", "撤销评级"),
}

_WORDS = {
    "lang": ("en", "zh-CN"),
    "report": ("Rating report", "评级报告"),
    "as_of": ("as of {}", "截至 {}"),
    "model": ("Model {} {}", "模型 {} {}"),
    "notice": ("Please note", "说明"),
    "contents": ("Contents", "目录"),
    "firms": ("Firms", "企业"),
    "no_firms": ("There are no firms in these ratings.", "本次评级没有企业。"),
    "rated": ("Rated", "已评级"),
    "of_firms": ("{} of firms", "占企业 {}"),
    "mean_pd": ("Mean PD, 12 months", "平均违约概率（12个月）"),
    "of_rated": ("rated firms", "已评级企业"),
    "median_grade": ("Median grade", "等级中位数"),
    "lowered": ("Lowered by rules", "被规则下调"),
    "lowered_note": ("by a cap", "受上限限制"),
    "rows_rejected": ("Rows rejected", "剔除行数"),
    "of_rows": ("of {} rows in", "共 {} 行"),
    "grades": ("Grade distribution", "等级分布"),
    "grades_caption": (
        "Firms by government grade after rules, least risk first. Shares are of all firms.",
        "按规则处理后的政府评级统计企业数，风险由低到高；占比以全部企业为基数。",
    ),
    "grade": ("Grade", "等级"),
    "share": ("Share", "占比"),
    "number": ("Firms", "企业数"),
    "pd": ("PD by grade", "各等级违约概率"),
    "pd_caption": (
        "Twelve-month PD of rated firms by government grade, on a logarithmic scale. The band is the PD range of the "
        "credit grade of the same name; technology and rules move firms across its edges.",
        "已评级企业12个月违约概率（对数刻度），按政府等级分列。底色带为同名信用等级的违约概率区间；科技等级与规则会使企业越过其边界。",
    ),
    "median": ("Median", "中位数"),
    "key_middle": ("median", "中位数"),
    "key_quartiles": ("middle half", "中间一半"),
    "key_ends": ("5 to 95 of 100", "5%至95%分位"),
    "key_band": ("range of the credit grade", "信用等级区间"),
    "no_rated": ("No firm is rated, so there is nothing to draw.", "没有已评级的企业，无可绘制。"),
    "pillars": ("Pillar profile", "分项画像"),
    "pillars_caption": (
        "Where rated firms stand between the worst (0%) and the best (100%) points a pillar can give. Firms without a "
        "single value in a pillar are left out of it.",
        "已评级企业在各分项最低分（0%）与最高分（100%）之间的位置。某分项没有任何数值的企业不计入该分项。",
    ),
    "pillar": ("Pillar", "分项"),
    "heat": ("Pillars by grade", "各等级的分项得分"),
    "heat_caption": (
        "Median place of the rated firms of a grade between worst (0) and best (100) points, by pillar.",
        "各等级已评级企业在分项最低分（0）与最高分（100）之间位置的中位数。",
    ),
    "coverage": ("Coverage", "数据覆盖"),
    "coverage_caption": (
        "Firms by the age of each department’s latest answer on the day of the rating.",
        "按各部门最近一次报送距评级日的时间统计企业。",
    ),
    "department": ("Department", "部门"),
    "answered": ("Answered", "已报送"),
    "median_age": ("Median age", "中位时长"),
    "days": ("{} days", "{} 天"),
    "day": ("1 day", "1 天"),
    "fresh": ("up to 3 months", "3个月以内"),
    "year": ("up to 12 months", "12个月以内"),
    "stale": ("older", "超过12个月"),
    "nothing": ("sent nothing", "未报送"),
    "rules": ("What the rules did", "规则结果"),
    "rules_caption": (
        "Firms by finding. A rule “lowered” a firm where its cap is below the matrix grade, or where it sets the firm "
        "in default or withdraws its rating. An objection freezes the effect of a record.",
        "按规则结论统计企业数。“下调”指上限低于矩阵等级，或认定违约、撤销评级；异议期间冻结该记录的效力。",
    ),
    "rule": ("Rule and basis", "规则与依据"),
    "effect": ("Effect", "效力"),
    "cap": ("cap at {}", "上限 {}"),
    "default": ("in default", "认定违约"),
    "withdraw": ("withdrawn", "撤销评级"),
    "fired": ("Fired", "触发"),
    "rule_lowered": ("Lowered", "下调"),
    "frozen": ("Frozen", "冻结"),
    "ended": ("Repaired or expired", "已修复或到期"),
    "no_data": ("No data", "缺数据"),
    "not_in_force": ("not in force on this day", "当日不在施行期内"),
    "no_rules": ("The model has no rules.", "模型没有规则。"),
    "lost": ("Where points are lost", "主要失分项"),
    "lost_caption": (
        "Mean points that rated firms lose against the best attribute of a measure. Solid: lost by a value; hatched: "
        "lost because there is no value.",
        "已评级企业相对各指标最优档的平均失分。实色：因数值失分；斜纹：因缺少数值失分。",
    ),
    "lost_credit": ("Credit score", "信用分"),
    "lost_technology": ("Technology score (of 100)", "科技分（满分100）"),
    "measure": ("Measure", "指标"),
    "mean_lost": ("Mean points lost", "平均失分"),
    "losing": ("Firms losing", "失分企业"),
    "by_value": ("by a value", "因数值"),
    "by_gap": ("no value", "缺数值"),
    "records": ("Records read", "读入记录"),
    "records_caption": (
        "Every row that came in was used or rejected; a rejected row is kept with its reasons.",
        "每一行读入的记录非用即剔；剔除的行连同原因一并保留。",
    ),
    "table": ("Table", "数据表"),
    "rows_in": ("Rows in", "读入"),
    "used": ("Used", "使用"),
    "rejected": ("Rejected", "剔除"),
    "rejected_share": ("Share rejected", "剔除比例"),
    "all_tables": ("All tables", "合计"),
    "pages": ("Explained firms", "企业评级说明"),
    "none": ("–", "–"),
    "foot_model": ("Model {} {}, content hash", "模型 {} {}，内容哈希"),
    "foot_same": (
        "The same ratings give the same page, byte for byte. Nothing on it is loaded from elsewhere.",
        "相同的评级生成逐字节相同的页面；页面不从外部加载任何内容。",
    ),
    "top": ("Back to top", "返回顶部"),
}


def words(lang: str) -> dict[str, str]:
    """Every word of the report in a language."""
    return {key: pair[_at(lang)] for key, pair in _WORDS.items()}


def department(word: str, lang: str) -> str:
    """The name of a department, or its word if it has none here."""
    return _DEPARTMENTS.get(word, (word, word))[_at(lang)]


def grade_name(grade: str, lang: str) -> str:
    """What a symbol beside the rated grades stands for; empty for a rated grade."""
    return _GRADES.get(grade, ("", ""))[_at(lang)]


def _at(lang: str) -> int:
    return 1 if lang == "zh" else 0
