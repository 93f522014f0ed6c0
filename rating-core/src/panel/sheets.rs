//! A panel as tables.

use super::design::{Observation, PanelDesign};
use super::leak::Leak;
use crate::measure::{CATALOGUE, Measured};
use crate::portfolio::Table;

/// One row a firm and observation date.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `observed_on`, `window_end` | the firm, the day, the last day of the window |
/// | `outcome` | `good`, `bad`, `indeterminate`, `excluded` |
/// | `reason` | why it is neither good nor bad; empty for goods and bads |
/// | `event`, `first_event_on` | what happened that decided it, and when; of a bad the first default of the window |
/// | `split_time` | `train`, `gap`, `test`, if the document splits by time |
/// | `split_firm` | `train`, `test`, if it splits by firm |
/// | `fold` | 1 and up, if it asks for folds |
/// | the measures | a column each of the catalogue, empty where there is no value |
///
/// With `reasons`, a column `ID__missing` follows each measure and says why it has no value.
pub fn rows<'a>(design: &PanelDesign, observations: &'a [Observation<'_>], reasons: bool) -> Table<'a> {
    let all = || observations.iter();
    let event = || all().map(|row| row.outcome.event());
    let mut table = Table::default()
        .text("firm_id", all().map(|row| row.firm.as_str()))
        .days("observed_on", all().map(|row| Some(row.observed_on)))
        .days("window_end", all().map(|row| Some(row.window_end)))
        .text("outcome", all().map(|row| row.outcome.word()))
        .some_text("reason", all().map(|row| row.outcome.reason()))
        .some_text("event", event().map(|event| event.map(|e| e.kind.word())))
        .days("first_event_on", event().map(|event| event.map(|e| e.on)));
    let splits = &design.spec().splits;
    if splits.test_from.is_some() {
        let sides = all().map(|row| design.time_side(row).map(super::TimeSide::word));
        table = table.some_text("split_time", sides);
    }
    if splits.test_share.is_some() {
        let side = |is_test| if is_test { "test" } else { "train" };
        let sides = all().map(|row| design.is_test_firm(row.firm).map(side));
        table = table.some_text("split_firm", sides);
    }
    if splits.folds.is_some() {
        table = table.some_integers("fold", all().map(|row| design.fold(row.firm)));
    }
    for entry in CATALOGUE {
        let measured = || all().map(|row| row.measures.get(entry.measure));
        table = table.numbers(entry.id, measured().map(Measured::value));
        if reasons {
            let why = measured().map(|outcome| match outcome {
                Measured::Value(_) => None,
                Measured::Missing(reason) => Some(reason.word()),
            });
            table = table.some_text(format!("{}__missing", entry.id), why);
        }
    }
    table
}

/// One row a measure.
///
/// | column | what |
/// |---|---|
/// | `measure` | its id |
/// | `rows`, `values` | goods and bads, and those of them with a value |
/// | `auc`, `auc_lower`, `auc_upper` | area of the value alone, at least one half, with `DeLong`'s 95 % interval |
/// | `auc_missing` | area of "has a value" alone, at least one half |
/// | `changed` | rows that differ when made of what became known later |
/// | `distinct` | different values |
/// | `signs` | what is suspicious, separated by blanks: `auc`, `missing_auc`, `known_later`, `identifier`; else empty |
pub fn leaks(found: &[Leak]) -> Table<'_> {
    let all = || found.iter();
    let count = |of: fn(&Leak) -> usize| all().map(move |leak| i64::try_from(of(leak)).unwrap_or(i64::MAX));
    let interval = || all().map(|leak| leak.power.and_then(|power| power.interval));
    let signs = |leak: &Leak| {
        let words: Vec<&str> = leak.signs.iter().map(|sign| sign.word()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    Table::default()
        .text("measure", all().map(|leak| leak.measure.id()))
        .integers("rows", count(|leak| leak.rows))
        .integers("values", count(|leak| leak.values))
        .numbers("auc", all().map(|leak| leak.power.map(|power| power.auc)))
        .numbers(
            "auc_lower",
            interval().map(|interval| interval.map(|(lower, _)| lower)),
        )
        .numbers(
            "auc_upper",
            interval().map(|interval| interval.map(|(_, upper)| upper)),
        )
        .numbers("auc_missing", all().map(|leak| leak.power_of_missing))
        .integers("changed", count(|leak| leak.changed))
        .integers("distinct", count(|leak| leak.distinct))
        .some_text("signs", all().map(signs))
}
