//! A fund in many futures in words.

use super::language::Language::{self, En, Zh};
use super::lending_words as words;
use super::sheet::Sheet;
use crate::lending::loss_sharing::{FundOutlook, LossSharing};

/// Words an outlook in plain text: what a party is expected to pay and what it pays in the worst futures, how often and when
/// the structure warns and stops, and how many loans it does not take, by reason. `party` is the place of the party that was
/// looked at. Amounts of futures are to the nearest fen.
///
/// ```
/// use rating_core::lending::loss_sharing::{FundLoan, FundPortfolio, Inputs, LossSharingSpec, simulate};
/// use rating_core::num::{Lgd, Money, Pd};
/// use rating_core::report::{Language, outlook};
/// let structure = LossSharingSpec::preset("shandong-2023").ok_or("a preset")?;
/// let structure = structure.check(&Inputs::default()).map_err(|faults| faults[0].clone())?;
/// let loan = FundLoan {
///     loan: "L1".into(), firm: "F1".into(), principal: Money::from_yuan(1_000_000)?, pd: Pd::new(1.0)?, lgd: Lgd::new(1.0)?,
///     traits: vec![],
/// };
/// let portfolio = FundPortfolio {
///     loans: vec![loan], start: "2025-01-01".parse()?, months: 12, correlation: 0.0, party: 0,
/// };
/// let found = simulate(&structure, &portfolio, 10, || 0.5).map_err(|faults| faults[0].clone())?;
/// let text = outlook((&structure, 0), &found, Language::En);
/// assert!(text.contains("CNY 350,000 are expected"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn outlook((structure, party): (&LossSharing, usize), found: &FundOutlook, language: Language) -> String {
    let mut sheet = Sheet::default();
    let spec = structure.spec();
    sheet.paragraph(0, language.of(&spec.name));
    let name = spec
        .parties
        .get(party)
        .map_or("", |party| language.of(&party.name));
    let (lent, futures) = (words::about(found.lent, language), found.paid.len());
    let (mean, tail) = (
        words::about(found.expected(), language),
        words::about(found.quantile(0.99), language),
    );
    sheet.paragraph(
        0,
        &match language {
            En => format!(
                "{name}, loans of {lent}, {futures} futures: {mean} are expected to be paid, and at most {tail} in 99% of them."
            ),
            Zh => format!("{name}，贷款{lent}，共{futures}种情景：预期支付{mean}，99%的情景下不超过{tail}。"),
        },
    );
    if let Some(breaker) = spec.breaker {
        let warning = ("The warning", "预警");
        let stop = ("The stop", "叫停");
        for ((what, share), (frequency, months)) in [
            (
                (warning, breaker.warn),
                (found.breaker_warns(), &found.months_to_warning),
            ),
            (
                (stop, breaker.stop),
                (found.breaker_opens(), &found.months_to_breaker),
            ),
        ] {
            let when = months
                .get(months.len() / 2)
                .map(|month| words::months(*month, language));
            let (share, often) = (words::share(share), words::percent(frequency));
            let text = match language {
                En => {
                    let when = when.map_or(String::new(), |when| {
                        format!(", after {when} in the middle one of them")
                    });
                    format!(
                        "{} at {share} of non-performing loans comes in {often} of the futures{when}.",
                        what.0
                    )
                }
                Zh => {
                    let when = when.map_or(String::new(), |when| format!("，居中情景为第{when}"));
                    format!("不良率达到{share}触发{}：占全部情景的{often}{when}。", what.1)
                }
            };
            sheet.paragraph(0, &text);
        }
    }
    not_taken(&mut sheet, (structure, found), language);
    sheet.into_text()
}

/// How many loans are not taken, by reason, in the order in which reasons first come.
fn not_taken(sheet: &mut Sheet, (structure, found): (&LossSharing, &FundOutlook), language: Language) {
    let mut by_reason: Vec<(String, usize)> = Vec::new();
    for (_, refusal) in &found.not_taken {
        let reason = words::refusal(refusal, structure, language);
        match by_reason.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => by_reason.push((reason, 1)),
        }
    }
    for (reason, count) in by_reason {
        let text = match language {
            En if count == 1 => format!("1 loan is not taken: {reason}."),
            En => format!("{count} loans are not taken: {reason}."),
            Zh => format!("{count}笔贷款不纳入：{reason}。"),
        };
        sheet.paragraph(0, &text);
    }
}
