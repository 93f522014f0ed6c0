//! Values and attributes as people read them.

use super::language::Language;
use super::rule_words::code;
use crate::lending::{MeasureChange, MeasureTarget};
use crate::measure::{Measure, Measured, Missing, Unit, Words};
use crate::rating::Contribution;
use crate::record::{CodeWord, LoanClass, TaxLevel};
use crate::scorecard::{AttributeAt, AttributesSpec, Characteristic};

/// Most decimals that are ever shown.
const MOST_DECIMALS: i32 = 6;
const TEN_THOUSAND: f64 = 10_000.0;
const MILLION: f64 = 1_000_000.0;

/// A measure with its value and, where that says more, the attribute it fell into.
pub(super) fn told(characteristic: &Characteristic, c: &Contribution, language: Language) -> String {
    let entry = c.measure.entry();
    let name = language.pick(entry.en, entry.zh);
    let value = value(characteristic, c, language);
    match (attribute(characteristic, c, language), language) {
        (Some(attribute), Language::En) => format!("{name}: {value} ({attribute})"),
        (Some(attribute), Language::Zh) => format!("{name}：{value}（{attribute}）"),
        (None, Language::En) => format!("{name}: {value}"),
        (None, Language::Zh) => format!("{name}：{value}"),
    }
}

/// A value in the unit of its measure, or why there is none.
fn value(characteristic: &Characteristic, c: &Contribution, language: Language) -> String {
    match c.outcome {
        Measured::Missing(reason) => missing(reason, language).to_owned(),
        Measured::Value(value) => {
            let style = Style::of(c.measure);
            // Rounded no further than that the value shown lies in the attribute that the value is in.
            let is_faithful = |decimals: &i32| {
                let shown = style.rounded(value, *decimals);
                characteristic.attribute(Measured::Value(shown)) == c.attribute
            };
            let decimals = (style.least_decimals(value)..=MOST_DECIMALS).find(is_faithful);
            style.show(value, decimals.unwrap_or(MOST_DECIMALS), language)
        }
    }
}

/// A measure with its value, and what it would have to be.
pub(super) fn otherwise(change: &MeasureChange, language: Language) -> String {
    let entry = change.measure.entry();
    let style = Style::of(change.measure);
    let name = language.pick(entry.en, entry.zh);
    let now = match change.from {
        Measured::Missing(reason) => missing(reason, language).to_owned(),
        Measured::Value(value) => style.show(value, style.least_decimals(value) + 1, language),
    };
    let flag = |is: bool| style.show(if is { 1.0 } else { 0.0 }, 0, language);
    let then = match &change.to {
        MeasureTarget::AtLeast(_) if matches!(style, Style::Flag) => flag(true),
        MeasureTarget::Below(_) if matches!(style, Style::Flag) => flag(false),
        MeasureTarget::AtLeast(edge) => {
            let ends = (Some(*edge), None);
            band(ends, change.measure, language).unwrap_or_else(|| style.show(*edge, MOST_DECIMALS, language))
        }
        MeasureTarget::Below(edge) => {
            let ends = (None, Some(*edge));
            // A count below one is none.
            band(ends, change.measure, language)
                .unwrap_or_else(|| style.show(edge - 1.0, MOST_DECIMALS, language))
        }
        MeasureTarget::Words(words) => {
            let spoken: Vec<String> = words.iter().map(|word| style.word(word, language)).collect();
            language.list(&spoken)
        }
    };
    match language {
        Language::En => format!("{name}: {now} now, {then} would do"),
        Language::Zh => format!("{name}：现为{now}，需{then}"),
    }
}

fn missing(reason: Missing, language: Language) -> &'static str {
    match reason {
        Missing::NotReported => language.pick("not reported", "未报送"),
        Missing::NotApplicable => language.pick("not applicable", "不适用"),
        Missing::TooShort => language.pick("history too short or too old", "历史过短或过旧"),
    }
}

/// The attribute that a value fell into; none if it would only repeat the value.
fn attribute(characteristic: &Characteristic, c: &Contribution, language: Language) -> Option<String> {
    let style = Style::of(c.measure);
    match (c.attribute, &characteristic.spec().attributes) {
        (AttributeAt::Band(at), AttributesSpec::Bands(bands)) => {
            let end = |at: usize| bands.get(at).and_then(|band| band.below);
            band((at.checked_sub(1).and_then(end), end(at)), c.measure, language)
        }
        (AttributeAt::Category(at), AttributesSpec::Categories(categories)) => {
            let words = &categories.sets.get(at)?.words;
            let spoken: Vec<String> = words.iter().map(|word| style.word(word, language)).collect();
            (words.len() > 1).then(|| language.list(&spoken))
        }
        (AttributeAt::Special(_), _) => Some(language.pick("has points of its own", "单独计分").to_owned()),
        (AttributeAt::Unseen, _) => Some(language.pick("not named by the card", "评分卡未列").to_owned()),
        _ => None,
    }
}

/// An interval, closed below and open above.
fn band(ends: (Option<f64>, Option<f64>), measure: Measure, language: Language) -> Option<String> {
    let style = Style::of(measure);
    if matches!(style, Style::Flag) {
        return None;
    }
    let show = |end: f64| style.show(end, MOST_DECIMALS, language);
    let is_whole = |end: Option<f64>| end.is_none_or(|end| end.fract().abs() <= 0.0);
    let counts =
        matches!(measure.entry().unit, Unit::Count | Unit::Months) && is_whole(ends.0) && is_whole(ends.1);
    let low = measure.entry().range.0;
    Some(match (ends, language) {
        ((None, None), _) => language.pick("any value", "任意值").to_owned(),
        ((start, Some(end)), _) if counts && end - 1.0 <= start.unwrap_or(low) => return None,
        ((None, Some(end)), Language::En) if counts => format!("at most {}", show(end - 1.0)),
        ((None, Some(end)), Language::Zh) if counts => format!("至多{}", show(end - 1.0)),
        ((Some(start), Some(end)), Language::En) if counts => {
            format!("{} to {}", show(start), show(end - 1.0))
        }
        ((Some(start), Some(end)), Language::Zh) if counts => format!("{}至{}", show(start), show(end - 1.0)),
        ((None, Some(end)), Language::En) => format!("below {}", show(end)),
        ((None, Some(end)), Language::Zh) => format!("低于{}", show(end)),
        ((Some(start), Some(end)), Language::En) => format!("{} to below {}", show(start), show(end)),
        ((Some(start), Some(end)), Language::Zh) => format!("不低于{}且低于{}", show(start), show(end)),
        ((Some(start), None), Language::En) => format!("{} or more", show(start)),
        ((Some(start), None), Language::Zh) => format!("不低于{}", show(start)),
    })
}

/// How a measure's number is spoken.
#[derive(Clone, Copy, Debug)]
enum Style {
    Money,
    Percent,
    /// A number with its unit in both languages; the first English one is for exactly one.
    Number(&'static str, &'static str, &'static str),
    Flag,
    Word(&'static [CodeWord]),
}

impl Style {
    fn of(measure: Measure) -> Self {
        match measure.entry().unit {
            Unit::Yuan => Style::Money,
            Unit::Share => Style::Percent,
            Unit::Ratio if is_spoken_in_percent(measure) => Style::Percent,
            Unit::Ratio | Unit::Count => Style::Number("", "", ""),
            Unit::Years => Style::Number(" year", " years", "年"),
            Unit::Months => Style::Number(" month", " months", "个月"),
            Unit::Days => Style::Number(" day", " days", "天"),
            Unit::Flag => Style::Flag,
            Unit::Category(Words::TaxLevel) => Style::Word(TaxLevel::WORDS),
            Unit::Category(Words::LoanClass) => Style::Word(LoanClass::WORDS),
        }
    }

    /// Decimals of what is shown: of yuan, of ten thousand yuan, of a percent, of the unit.
    fn least_decimals(self, value: f64) -> i32 {
        match self {
            Style::Money if (TEN_THOUSAND..MILLION).contains(&value.abs()) => 2,
            Style::Number("", ..) if value.fract().abs() > 0.0 => 2,
            Style::Percent | Style::Number(" year", ..) => 1,
            Style::Money | Style::Number(..) | Style::Flag | Style::Word(_) => 0,
        }
    }

    /// The number that is shown with so many decimals.
    fn rounded(self, value: f64, decimals: i32) -> f64 {
        let unit = match self {
            Style::Money if value.abs() >= TEN_THOUSAND => TEN_THOUSAND,
            Style::Percent => 0.01,
            _ => 1.0,
        };
        let scale = 10_f64.powi(decimals);
        (value / unit * scale).round() / scale * unit
    }

    fn show(self, value: f64, decimals: i32, language: Language) -> String {
        let shown = self.rounded(value, decimals);
        match self {
            Style::Money => money(shown, language),
            Style::Percent => format!("{}%", number(shown * 100.0)),
            Style::Number(one, many, zh) => {
                let text = number(shown);
                let unit = language.pick(if text == "1" { one } else { many }, zh);
                format!("{text}{unit}")
            }
            Style::Flag => language
                .pick(
                    if value > 0.5 { "yes" } else { "no" },
                    if value > 0.5 { "是" } else { "否" },
                )
                .to_owned(),
            Style::Word(words) => {
                let at = words
                    .iter()
                    .enumerate()
                    .find(|(at, _)| (*at as f64 - value).abs() < 0.5);
                at.map_or_else(|| number(value), |(_, w)| self.word(w.word, language))
            }
        }
    }

    /// A word of a category.
    fn word(self, word: &str, language: Language) -> String {
        match self {
            Style::Word(words) => code(words, word, language),
            _ => word.to_owned(),
        }
    }
}

/// Ratios that the trade speaks of in percent: growth, margins, burdens, returns, debt to assets.
fn is_spoken_in_percent(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::TradeSalesGrowth
            | Measure::TradeSalesTrend
            | Measure::TradeRedLetterRate
            | Measure::TradeMargin
            | Measure::TradeTaxBurden
            | Measure::TaxDeclaredGrowth
            | Measure::TaxBurden
            | Measure::TaxArrearsToSales
            | Measure::TechnologyResearchIntensity
            | Measure::TechnologyResearchGrowth
            | Measure::CreditUtilisation
            | Measure::CreditGuaranteesToEquity
            | Measure::FinanceLeverage
            | Measure::FinanceReturnOnAssets
            | Measure::FinanceNetMargin
            | Measure::FinanceGrossMargin
            | Measure::FinanceSalesGrowth
            | Measure::FinanceNetAssetGrowth
    )
}

/// Yuan: from ten thousand on in 万元 in Chinese, from a million on in millions in English.
fn money(yuan: f64, language: Language) -> String {
    match language {
        Language::Zh if yuan.abs() >= TEN_THOUSAND => format!("{}万元", number(yuan / TEN_THOUSAND)),
        Language::Zh => format!("{}元", number(yuan)),
        Language::En if yuan.abs() >= MILLION => format!("CNY {} million", number(yuan / MILLION)),
        Language::En => format!("CNY {}", number(yuan)),
    }
}

/// A number with separators for thousands and at most eight decimals, without zeros at the end.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.8}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, ""), |(w, f)| (w, f));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if digits == "0" { "" } else { sign };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::ScorecardSpec;

    fn told_of(measure: &str, attributes: &str, outcome: impl Into<Measured>) -> [String; 2] {
        let text = format!(
            r#"[{{"measure": "{measure}", "attributes": {attributes},
                "missing": {{"not_reported": 0, "not_applicable": 0, "too_short": 0}}}}]"#
        );
        let card = serde_json::from_str::<ScorecardSpec>(&text)
            .unwrap()
            .check()
            .unwrap();
        let characteristic = &card.characteristics()[0];
        let outcome = outcome.into();
        let measure = characteristic.measure();
        let c = Contribution {
            family: measure.entry().family,
            measure,
            outcome,
            attribute: characteristic.attribute(outcome),
            points: 0,
            best_points: 0,
            lost: 0,
            lost_to_reference: None,
            weight: 100,
        };
        Language::ALL.map(|language| told(characteristic, &c, language))
    }

    #[test]
    fn numbers_have_separators_and_no_idle_zeros() {
        let shown = [0.0, -0.0, 999.0, 1_000.0, -1_234_567.5, 0.03, 12.10].map(number);
        assert_eq!(shown, ["0", "0", "999", "1,000", "-1,234,567.5", "0.03", "12.1"]);
    }

    #[test]
    fn money_is_told_in_ten_thousands_in_chinese_and_in_millions_in_english() {
        let bands =
            r#"{"bands": [{"below": 1000000, "points": 0}, {"below": 5000000, "points": 0}, {"points": 0}]}"#;
        let of = |yuan: f64| told_of("trade.sales_12m", bands, yuan);
        assert_eq!(
            of(4_534_567.0),
            [
                "sales invoiced in 12 months: CNY 4.53 million (CNY 1 million to below CNY 5 million)",
                "近12个月开票销售额：453万元（不低于100万元且低于500万元）"
            ]
        );
        assert_eq!(
            of(123_456.0)[0],
            "sales invoiced in 12 months: CNY 123,500 (below CNY 1 million)"
        );
        assert_eq!(of(123_456.0)[1], "近12个月开票销售额：12.35万元（低于100万元）");
        assert_eq!(of(9_512.4)[1], "近12个月开票销售额：9,512元（低于100万元）");
        // Rounding never lifts a value over the end of its band.
        assert_eq!(
            of(4_999_999.0)[1],
            "近12个月开票销售额：499.9999万元（不低于100万元且低于500万元）"
        );
    }

    #[test]
    fn shares_are_percent_and_keep_to_their_band() {
        let bands = r#"{"bands": [{"below": 0.3, "points": 0}, {"below": 0.8, "points": 0}, {"points": 0}]}"#;
        let of = |share: f64| told_of("trade.top_customer_share", bands, share);
        assert_eq!(of(0.923)[0], "share of the largest customer: 92.3% (80% or more)");
        assert_eq!(
            of(0.7999)[0],
            "share of the largest customer: 79.99% (30% to below 80%)"
        );
        assert_eq!(of(0.0)[1], "第一大客户占比：0%（低于30%）");
    }

    #[test]
    fn counts_flags_words_and_reasons_are_told_plainly() {
        let counts = r#"{"bands": [{"below": 1, "points": 0}, {"below": 4, "points": 0}, {"points": 0}]}"#;
        let of = |n: f64| told_of("tax.late_filings_12m", counts, n)[0].clone();
        assert_eq!(of(0.0), "late filings in 12 months: 0");
        assert_eq!(of(2.0), "late filings in 12 months: 2 (1 to 3)");
        assert_eq!(of(7.0), "late filings in 12 months: 7 (4 or more)");
        let flag = r#"{"bands": [{"below": 1, "points": 0}, {"points": 0}]}"#;
        assert_eq!(
            told_of("finance.audited", flag, 1.0),
            ["audited statement: yes", "是否审计：是"]
        );
        let sets =
            r#"{"categories": {"sets": [{"words": ["substandard", "loss"], "points": 0}], "unseen": 0}}"#;
        let of = |number: f64| told_of("credit.worst_class_24m", sets, number);
        assert_eq!(
            of(2.0)[0],
            "worst loan class in 24 months: substandard (substandard, loss)"
        );
        assert_eq!(of(2.0)[1], "近24个月最差五级分类：次级（次级、损失）");
        assert_eq!(
            of(1.0)[0],
            "worst loan class in 24 months: special mention (not named by the card)"
        );
        assert_eq!(
            told_of("finance.audited", flag, Missing::NotReported)[1],
            "是否审计：未报送"
        );
    }
}
