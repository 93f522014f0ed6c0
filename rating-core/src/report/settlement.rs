//! Settled losses and allocated budgets in words.

use super::language::Language::{self, En, Zh};
use super::lending_words as words;
use super::sheet::Sheet;
use crate::lending::loss_sharing::{Loss, LossSharing, Settled, Settlement};
use crate::lending::{Allocation, Budget, FirmChoices, Method};
use crate::num::Money;

/// Words a settlement in plain text: the loss, who pays what and out of which layer, which caps bound, and what stays with
/// the lender. Amounts are exact.
///
/// ```
/// use rating_core::lending::loss_sharing::{Inputs, Loss, LossAmount, LossSharingSpec, Pool};
/// use rating_core::num::Money;
/// use rating_core::report::{Language, settlement};
/// let structure = LossSharingSpec::preset("shandong-2023").ok_or("a preset")?;
/// let structure = structure.check(&Inputs::default()).map_err(|faults| faults[0].clone())?;
/// let loss = Loss {
///     claimed_on: "2025-01-01".parse()?, loan: "L1".into(), firm: "F1".into(), lent_on: "2024-01-01".parse()?,
///     recorded_on: None, defaulted_on: "2024-12-01".parse()?, is_eligible: true, traits: vec![],
///     amount: LossAmount::principal(Money::from_yuan(1_000_000)?),
/// };
/// let settled = structure.settle(&loss, &Pool::default());
/// assert!(settlement(&structure, (&loss, &settled), Language::Zh).contains("350,000元"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn settlement(
    structure: &LossSharing,
    (loss, settled): (&Loss, &Settlement),
    language: Language,
) -> String {
    let mut sheet = Sheet::default();
    let spec = structure.spec();
    sheet.paragraph(0, language.of(&spec.name));
    let (loan, firm, on) = (&loss.loan, &loss.firm, loss.claimed_on);
    let [total, counted] = [loss.amount.total(), settled.counted].map(|amount| words::yuan(amount, language));
    sheet.paragraph(
        0,
        &match language {
            En => {
                format!("Loan {loan} of firm {firm}, claimed {on}: loss {total}, of which {counted} counts")
            }
            Zh => format!("贷款{loan}（企业{firm}），{on}申请代偿：损失{total}，其中{counted}计入分担"),
        },
    );
    sheet.blank();
    match settled.settled {
        Settled::Paid => {}
        Settled::Waits(until) => sheet.paragraph(
            0,
            &match language {
                En => format!("Not yet paid: a claim is paid from {until} on."),
                Zh => format!("暂不代偿：须自{until}起方可受理。"),
            },
        ),
        Settled::Excluded(why) => {
            let why = words::exclusion(why, language);
            sheet.paragraph(
                0,
                &match language {
                    En => format!("Not shared: {why}."),
                    Zh => format!("不予分担：{why}。"),
                },
            );
        }
    }
    let party = |at: usize| spec.parties.get(at).map_or("", |party| language.of(&party.name));
    for payment in &settled.payments {
        let layer = payment.layer + 1;
        let name = match language {
            En => format!("{} (layer {layer})", party(payment.party)),
            Zh => format!("{}（第{layer}层）", party(payment.party)),
        };
        sheet.row(2, &name, &[words::yuan(payment.amount, language)]);
    }
    let unpaid = language.pick("left with the lender", "未获分担，由贷款人承担");
    sheet.row(2, unpaid, &[words::yuan(settled.unpaid, language)]);
    for bound in &settled.bound {
        let (scope, cut) = (
            words::scope(bound.scope, language),
            words::yuan(bound.cut, language),
        );
        let layer = bound.layer + 1;
        let whom = bound.party.map_or_else(
            || match language {
                En => format!("layer {layer}"),
                Zh => format!("第{layer}层"),
            },
            |at| party(at).to_owned(),
        );
        sheet.paragraph(
            2,
            &match language {
                En => format!("Reached: {whom}, {scope}; {cut} beyond it run on"),
                Zh => format!("触及上限：{whom}，{scope}；超出的{cut}由后续层级或贷款人承担"),
            },
        );
    }
    sheet.into_text()
}

/// Words an allocation in plain text: how many firms get how much of the budget, what it is worth, how far it may be from
/// the best, and each loan with its rate. `firms` are the choices that were allocated, with a name each.
///
/// ```
/// use rating_core::lending::{Budget, Choice, FirmChoices};
/// use rating_core::num::Money;
/// use rating_core::report::{Language, allocation};
/// let choice = Choice { amount: Money::from_yuan(100_000)?, rate: 0.05, value: 900.0 };
/// let firms = [FirmChoices { choices: vec![choice], caps: vec![] }];
/// let budget = Budget { total: Money::from_yuan(150_000)?, caps: vec![] };
/// let found = budget.allocate(&firms).map_err(|faults| faults[0].clone())?;
/// let text = allocation(&budget, (&firms, &["F1"]), &found, Language::En);
/// assert!(text.contains("1 of 1 firms") && text.contains("CNY 100,000"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn allocation(
    budget: &Budget,
    (firms, names): (&[FirmChoices], &[&str]),
    found: &Allocation,
    language: Language,
) -> String {
    let mut sheet = Sheet::default();
    let funded = found.chosen.iter().flatten().count();
    let all = firms.len();
    let [total, used] = [budget.total, found.used].map(|amount| words::yuan(amount, language));
    let value = words::about(found.value, language);
    sheet.paragraph(
        0,
        &match language {
            En => format!("Budget {total}: {used} lent to {funded} of {all} firms, worth {value}"),
            Zh => format!("预算{total}：向{all}家企业中的{funded}家放款{used}，预期价值{value}"),
        },
    );
    let gap = words::about(found.gap(), language);
    let price = words::percent(found.price);
    let how = match (found.method, language) {
        (Method::Exact, En) => "There is no better one for the choices as given.".to_owned(),
        (Method::Exact, Zh) => "在给定选项下为最优。".to_owned(),
        (Method::Priced, En) => format!("No other is worth more than {gap} more."),
        (Method::Priced, Zh) => format!("与最优值的差距不超过{gap}。"),
    };
    sheet.paragraph(0, &how);
    sheet.paragraph(
        0,
        &match language {
            En => format!(
                "If loans could be divided, a further yuan of budget would be worth {price} of itself."
            ),
            Zh => format!("若额度可任意分割，预算每增加1元，预期价值增加{price}。"),
        },
    );
    sheet.blank();
    let picked = firms.iter().zip(&found.chosen).zip(names);
    for ((firm, chosen), name) in picked {
        if let Some(choice) = chosen.and_then(|at| firm.choices.get(at)) {
            let cells = [words::yuan(choice.amount, language), words::percent(choice.rate)];
            sheet.row(2, name, &cells);
        }
    }
    if found.used == Money::ZERO {
        sheet.paragraph(2, language.pick("none", "无"));
    }
    sheet.into_text()
}
