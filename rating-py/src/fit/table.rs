//! Tables of binnings on their way out.

use crate::columns::Frame;
use rating_core::fit::binning::{Cell, Line, LineOf, Policy, TargetKind};

/// A policy in one word, with the place or the label of the bin if it names one.
fn policy(policy: &Policy) -> String {
    match policy {
        Policy::Own => "own".to_owned(),
        Policy::Worst => "worst".to_owned(),
        Policy::Best => "best".to_owned(),
        Policy::Neutral => "neutral".to_owned(),
        Policy::Nearest => "nearest".to_owned(),
        Policy::Into(at) => format!("into {at}"),
        Policy::Named(label) => format!("into {label}"),
    }
}

/// What the lines are about: name, kind, edges and words.
pub(super) fn named(frame: Frame, lines: &[Line]) -> Frame {
    let edge = |pick: fn(&LineOf) -> Option<f64>| lines.iter().map(move |line| pick(&line.of)).chain([None]);
    let labels = lines.iter().map(|line| line.of.label()).chain(["total".into()]);
    let kinds = lines.iter().map(|line| line.of.kind()).chain(["total"]);
    frame
        .text("bin", labels)
        .text("kind", kinds)
        .some_numbers(
            "from",
            edge(|of| match of {
                LineOf::Band { from, .. } => *from,
                _ => None,
            }),
        )
        .some_numbers(
            "to",
            edge(|of| match of {
                LineOf::Band { to, .. } => *to,
                _ => None,
            }),
        )
}

/// What the rows of the lines show, their total last. Names end in `end`.
pub(super) fn counted(frame: Frame, (lines, kind): (&[Line], TargetKind), end: &str) -> Frame {
    let name = |name: &str| format!("{name}{end}");
    let (total, iv) = Line::total(lines);
    let cells = || lines.iter().map(|line| &line.cell).chain([&total]);
    let one = |total: &Cell| if total.rows > 0 { 1.0 } else { 0.0 };
    let frame = frame
        .counts(&name("rows"), cells().map(|cell| cell.rows))
        .numbers(
            &name("share"),
            lines.iter().map(|line| line.share).chain([one(&total)]),
        )
        .numbers(&name("weight"), cells().map(|cell| cell.weight))
        .numbers(
            &name("weight_share"),
            lines.iter().map(|line| line.weight_share).chain([one(&total)]),
        );
    let frame = match kind {
        TargetKind::Classes => frame
            .numbers(&name("goods"), cells().map(Cell::goods))
            .numbers(&name("bads"), cells().map(Cell::bads)),
        TargetKind::Amounts => frame.numbers(&name("sum"), cells().map(|cell| cell.target)),
    };
    let rate = match kind {
        TargetKind::Classes => "bad_rate",
        TargetKind::Amounts => "mean",
    };
    let interval = |pick: fn((f64, f64)) -> f64| {
        lines
            .iter()
            .map(move |line| line.interval.map(pick))
            .chain([None])
    };
    let rates = lines.iter().map(|line| line.rate).chain([total.rate()]);
    let frame = frame
        .some_numbers(&name(rate), rates)
        .some_numbers(&name(&format!("{rate}_lower")), interval(|ends| ends.0))
        .some_numbers(&name(&format!("{rate}_upper")), interval(|ends| ends.1));
    match kind {
        TargetKind::Classes => frame
            .some_numbers(&name("woe"), lines.iter().map(|line| line.woe).chain([None]))
            .numbers(&name("iv"), lines.iter().map(|line| line.iv).chain([iv])),
        TargetKind::Amounts => {
            frame.numbers(&name("explained"), lines.iter().map(|line| line.iv).chain([iv]))
        }
    }
    .some_numbers(
        &name("p_value"),
        lines.iter().map(|line| line.p_value).chain([None]),
    )
}

/// What a value of each line counts as, and by which policy.
pub(super) fn worth(frame: Frame, lines: &[Line]) -> Frame {
    let policies = lines
        .iter()
        .map(|line| line.policy.as_ref().map(policy))
        .chain([None]);
    let worth = lines.iter().map(|line| Some(line.counts_as)).chain([None]);
    frame
        .some_text("policy", policies)
        .some_numbers("counts_as", worth)
}
