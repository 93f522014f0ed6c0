//! Faults of the kinds that real deliveries have, put into the text of cells at stated rates.
//!
//! The tables of a [`Chunk`](crate::Chunk) are clean; dirt is put in when they are written as CSV. It depends
//! on the seed and the firm only, not on the cut into chunks. A row gets at most one fault. The rates are
//! assumptions, except where a constant says otherwise; other spellings are no faults, and every reader is
//! expected to understand them.

use crate::synthetic::{Draw, Values, credit_check, mix, patent_check};

/// Share of rows that are delivered twice. Between the 0.4 % and 2.7 % of full-row duplicates in the four
/// invoice tables of `cumcm2020c` (803 of 210,947; 4,436 of 162,484).
pub const DUPLICATE_ROWS: f64 = 0.005;
/// Share of rows, of tables with coded columns, with a word that no code list has.
pub const BAD_WORDS: f64 = 0.001;
/// Share of rows with a date that no calendar has.
pub const BAD_DATES: f64 = 0.001;
/// Share of rows without a cell that must be there.
pub const MISSING_REQUIRED: f64 = 0.001;
/// Share of rows whose firm has a wrong check character. Five of 9,461 codes in open data of Beijing's
/// departments (0.05 %) had one.
pub const WRONG_FIRM_CHECKS: f64 = 0.000_5;
/// Share of patents whose number has a wrong check character.
pub const WRONG_PATENT_CHECKS: f64 = 0.003;
/// Share of coded cells that hold a Chinese word instead of the canonical one: no fault.
pub const CHINESE_WORDS: f64 = 0.05;
/// Share of rows with dates like `2024/3/5` instead of `2024-03-05`: no fault.
pub const UNPADDED_DATES: f64 = 0.03;

/// How many rows of a table were written, and what was done to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DirtCount {
    /// Rows delivered a second time.
    pub duplicates: u64,
    /// Rows with a word that no code list has.
    pub bad_words: u64,
    /// Rows with a date that no calendar has.
    pub bad_dates: u64,
    /// Rows without a cell that must be there.
    pub missing: u64,
    /// Rows with a wrong check character of the firm.
    pub firm_checks: u64,
    /// Rows with a wrong check character of the patent.
    pub patent_checks: u64,
}

impl DirtCount {
    /// Rows that cannot be used: all faults but duplicates.
    pub fn unusable(&self) -> u64 {
        self.bad_words + self.bad_dates + self.missing + self.firm_checks + self.patent_checks
    }
}

/// What the cells of a column are, as far as dirt cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Day,
    Other,
}

/// Puts dirt into the rows of one table, in order.
#[derive(Debug)]
pub(crate) struct Dirt {
    table: &'static str,
    seed: u64,
    kinds: Vec<Kind>,
    required: Option<usize>,
    patent: Option<usize>,
    firm: String,
    draw: Draw,
    pub(crate) count: DirtCount,
}

impl Dirt {
    pub(crate) fn new(table: &'static str, seed: u64, columns: &[(&'static str, Values)]) -> Self {
        let kind = |values: &Values| match values {
            Values::Word(_) => Kind::Word,
            Values::Day(_) => Kind::Day,
            _ => Kind::Other,
        };
        let at = |wanted: &str| columns.iter().position(|(name, _)| *name == wanted);
        Self {
            table,
            seed,
            kinds: columns.iter().map(|(_, values)| kind(values)).collect(),
            required: at(must_be_there(table)),
            patent: if table == "patents" { at("number") } else { None },
            firm: String::new(),
            draw: Draw::new(seed, 0, 0),
            count: DirtCount::default(),
        }
    }

    /// Changes a row; true if it is to be written twice.
    pub(crate) fn apply(&mut self, cells: &mut [String]) -> bool {
        if let Some(firm) = cells.first()
            && *firm != self.firm
        {
            self.firm.clone_from(firm);
            self.draw = Draw::new(self.seed, hash(firm), hash(self.table));
        }
        self.vary(cells);
        self.fault(cells);
        let twice = self.draw.chance(DUPLICATE_ROWS);
        self.count.duplicates += u64::from(twice);
        twice
    }

    fn vary(&mut self, cells: &mut [String]) {
        let unpadded = self.draw.chance(UNPADDED_DATES);
        for (cell, kind) in cells.iter_mut().zip(&self.kinds) {
            match kind {
                Kind::Word if !cell.is_empty() && self.draw.chance(CHINESE_WORDS) => {
                    if let Some(chinese) = chinese_word(cell) {
                        chinese.clone_into(cell);
                    }
                }
                Kind::Day if unpadded => *cell = cell.replace("-0", "/").replace('-', "/"),
                _ => {}
            }
        }
    }

    fn fault(&mut self, cells: &mut [String]) {
        let mut left = self.draw.unit();
        let mut falls = |share: f64| {
            let hit = (0.0..share).contains(&left);
            left -= share;
            hit
        };
        let (word, date) = (falls(BAD_WORDS), falls(BAD_DATES));
        let (missing, firm) = (falls(MISSING_REQUIRED), falls(WRONG_FIRM_CHECKS));
        let patent = falls(WRONG_PATENT_CHECKS);
        if word && let Some(cell) = self.first_of(Kind::Word, cells) {
            self.draw
                .one_of(&["未知类别", "#N/A", "xx"], "xx")
                .clone_into(cell);
            self.count.bad_words += 1;
        } else if date && let Some(cell) = self.first_of(Kind::Day, cells) {
            self.draw
                .one_of(&["2024-02-30", "2023-13-01", "0000-00-00", "不详"], "不详")
                .clone_into(cell);
            self.count.bad_dates += 1;
        } else if missing && let Some(cell) = self.required.and_then(|at| cells.get_mut(at)) {
            cell.clear();
            self.count.missing += 1;
        } else if firm && let Some(cell) = cells.first_mut() {
            spoil_check(cell, credit_check);
            self.count.firm_checks += 1;
        } else if patent && let Some(cell) = self.patent.and_then(|at| cells.get_mut(at)) {
            spoil_check(cell, |code| patent_check(code.trim_end_matches('.')));
            self.count.patent_checks += 1;
        }
    }

    fn first_of<'a>(&self, kind: Kind, cells: &'a mut [String]) -> Option<&'a mut String> {
        let found = cells
            .iter_mut()
            .zip(&self.kinds)
            .find(|(cell, k)| **k == kind && !cell.is_empty());
        found.map(|(cell, _)| cell)
    }
}

/// Replaces the last character by another digit than the right check.
fn spoil_check(code: &mut String, check: impl Fn(&str) -> char) {
    code.pop();
    let wrong = if check(code) == '7' { '8' } else { '7' };
    code.push(wrong);
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0, |number, byte| mix(number ^ u64::from(byte)))
}

/// For each table a column whose cells must be there.
fn must_be_there(table: &str) -> &'static str {
    match table {
        "registrations" => "name",
        "registry_changes" => "changed_on",
        "annual_reports" | "filings" => "due_on",
        "listings" => "started_on",
        "tax_credit_levels" => "level",
        "tax_arrears" | "tax_penalties" | "guarantees" => "amount",
        "patents" => "filed_on",
        "research_years" => "year",
        "certificates" => "valid_to",
        "facilities" => "balance",
        "enquiries" => "enquired_on",
        "statements" => "assets",
        "answers" => "table",
        _ => "number",
    }
}

/// A Chinese word for a canonical one; none where there is no usual one.
fn chinese_word(word: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("A", "A级"),
        ("B", "B级"),
        ("C", "C级"),
        ("D", "D级"),
        ("M", "M级"),
        ("abandoned", "放弃"),
        ("abnormal_operation", "经营异常名录"),
        ("active", "存续"),
        ("address", "住所"),
        ("administrative_penalty", "行政处罚"),
        ("application", "贷款审批"),
        ("capital", "注册资本"),
        ("corporate_income", "企业所得税"),
        ("deregistered", "注销"),
        ("doubtful", "可疑"),
        ("dormant", "歇业"),
        ("expired", "期限届满"),
        ("guarantee", "保证"),
        ("high_tech_enterprise", "高新技术企业"),
        ("in_force", "授权"),
        ("innovative_sme", "创新型中小企业"),
        ("ip_pledge", "知识产权质押"),
        ("joint_stock_company", "股份有限公司"),
        ("judgment_debtor", "失信被执行人"),
        ("lapsed", "未缴年费"),
        ("legal_representative", "法定代表人"),
        ("limited_company", "有限责任公司"),
        ("liquidation", "清算"),
        ("little_giant", "小巨人"),
        ("loss", "损失"),
        ("major_tax_violation", "重大税收违法失信主体"),
        ("minor", "轻微"),
        ("mortgage", "抵押"),
        ("name", "名称"),
        ("ordinary", "一般"),
        ("other", "其他"),
        ("partnership", "合伙企业"),
        ("pass", "正常"),
        ("pending", "审中"),
        ("pledge", "质押"),
        ("purchase", "进项"),
        ("rejected", "驳回"),
        ("review", "贷后管理"),
        ("revoked", "吊销"),
        ("sale", "销项"),
        ("scope", "经营范围"),
        ("serious", "严重"),
        ("serious_violation", "严重违法失信名单"),
        ("shareholder", "股东"),
        ("software_copyright", "软件著作权"),
        ("special_mention", "关注"),
        ("specialised_new", "专精特新"),
        ("substandard", "次级"),
        ("technology_sme", "科技型中小企业"),
        ("trademark", "商标"),
        ("unsecured", "信用"),
        ("valid", "有效发票"),
        ("vat", "增值税"),
        ("void", "作废发票"),
        ("withheld_income", "个人所得税"),
    ];
    let at = WORDS
        .binary_search_by_key(&word, |(canonical, _)| canonical)
        .ok()?;
    WORDS.get(at).map(|(_, chinese)| *chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoilt_check_is_never_the_right_one() {
        for number in 0..500 {
            let right = crate::synthetic::firm_id(3, number);
            let mut wrong = right.clone();
            spoil_check(&mut wrong, credit_check);
            assert_ne!(wrong, right);
            assert_eq!(wrong.len(), 18);
        }
        let mut patent = String::from("201710601862.3");
        spoil_check(&mut patent, |code| patent_check(code.trim_end_matches('.')));
        assert_eq!(patent, "201710601862.7");
    }

    #[test]
    fn words_are_found_wherever_they_stand_in_the_list() {
        assert_eq!(chinese_word("A"), Some("A级"));
        assert_eq!(chinese_word("pass"), Some("正常"));
        assert_eq!(chinese_word("withheld_income"), Some("个人所得税"));
        assert_eq!(chinese_word("plant_variety"), None);
    }
}
