//! `docs/models/tech-firm.md`: the model card, as far as the document of the model can tell it.

use super::{codes, hold_page, number, table};
use rating_core::measure::{Measure, Unit};
use rating_core::rating::{ModelSpec, RatingModel};
use rating_core::rule::{Effect, RuleKind, RuleSpec};
use rating_core::scorecard::{AttributesSpec, CharacteristicSpec, Scorecard};
use std::collections::BTreeMap;

#[test]
fn the_model_card_says_what_the_preset_says() {
    let spec = ModelSpec::preset("tech-firm").unwrap();
    let model = spec.clone().check().unwrap();
    let blocks = [
        ("identity", identity(&model)),
        ("pillars", pillars(&model)),
        ("reference", reference(&spec)),
        ("calibration", calibration(&spec)),
        ("master scale", master_scale(&model)),
        ("technology", technology(&model)),
        ("technology scale", technology_scale(&spec)),
        ("matrix", matrix(&model)),
        ("rules", rules(&spec)),
    ];
    hold_page("docs/models/tech-firm.md", &blocks);
}

fn identity(model: &RatingModel) -> String {
    let spec = model.spec();
    let rows = [
        ("id", format!("`{}`", spec.id)),
        ("version", spec.version.clone()),
        ("name", format!("{} · {}", spec.name.en, spec.name.zh)),
        ("notice", format!("{} {}", spec.notice.en, spec.notice.zh)),
        ("content hash", format!("`{}`", model.hash())),
    ];
    table(&["", ""], rows.map(|(name, value)| vec![name.to_owned(), value]))
}

fn signed(points: i32) -> String {
    number(f64::from(points))
}

fn pillars(model: &RatingModel) -> String {
    let spec = model.spec();
    let (least, most) = span(model);
    let mut text = format!(
        "Every firm starts with {} points; scores lie between {} and {}. A rating needs a value for at least {} of the \
         {} characteristics.\n\n",
        spec.base_points,
        signed(least),
        signed(most),
        spec.minimum.characteristics,
        spec.pillars
            .iter()
            .map(|p| p.card.characteristics.len())
            .sum::<usize>(),
    );
    let row = |(pillar, card): (&rating_core::rating::PillarSpec, &Scorecard)| {
        let (least, most) = card.bounds();
        vec![
            format!("{} · {}", pillar.name.en, pillar.name.zh),
            pillar.card.characteristics.len().to_string(),
            signed(least),
            signed(most),
        ]
    };
    let rows = spec.pillars.iter().zip(model.pillars()).map(row);
    text += &table(
        &["pillar", "characteristics", "fewest points", "most points"],
        rows,
    );
    for pillar in &spec.pillars {
        text += &format!("\n### {} · {}\n\n", pillar.name.en, pillar.name.zh);
        text += &card(&pillar.card.characteristics);
    }
    text
}

fn span(model: &RatingModel) -> (i32, i32) {
    let base = model.spec().base_points;
    let bounds = model.pillars().iter().map(Scorecard::bounds);
    bounds.fold((base, base), |s, b| (s.0 + b.0, s.1 + b.1))
}

fn card(characteristics: &[CharacteristicSpec]) -> String {
    let row = |c: &CharacteristicSpec| {
        let entry = c.measure.entry();
        vec![
            format!("`{}`<br>{}", entry.id, entry.zh),
            unit_word(c.measure).to_owned(),
            attributes(c),
            signed(c.missing.not_reported),
            signed(c.missing.not_applicable),
            signed(c.missing.too_short),
        ]
    };
    let headers = [
        "measure",
        "unit",
        "attributes: points",
        "not reported",
        "not applicable",
        "too short",
    ];
    table(&headers, characteristics.iter().map(row))
}

fn unit_word(measure: Measure) -> &'static str {
    match measure.entry().unit {
        Unit::Category(_) => "",
        unit => unit.word(),
    }
}

fn attributes(c: &CharacteristicSpec) -> String {
    let mut lines: Vec<String> = c
        .special
        .iter()
        .map(|s| format!("exactly {}: {}", number(s.value), signed(s.points)))
        .collect();
    match &c.attributes {
        AttributesSpec::Bands(bands) => {
            let mut from: Option<f64> = None;
            for band in bands {
                let range = match (from, band.below) {
                    (None, Some(below)) => format!("below {}", number(below)),
                    (Some(from), Some(below)) => format!("{} to below {}", number(from), number(below)),
                    (Some(from), None) => format!("from {}", number(from)),
                    (None, None) => "any value".to_owned(),
                };
                lines.push(format!("{range}: {}", signed(band.points)));
                from = band.below;
            }
        }
        AttributesSpec::Categories(categories) => {
            for set in &categories.sets {
                let words = codes(set.words.iter().map(String::as_str));
                lines.push(format!("{words}: {}", signed(set.points)));
            }
            lines.push(format!("any other word: {}", signed(categories.unseen)));
        }
    }
    lines.join("<br>")
}

fn reference(spec: &ModelSpec) -> String {
    let Some(reference) = &spec.reference else {
        return "This document stores no reference population.".to_owned();
    };
    let mean =
        |(id, points): (&String, &f64)| vec![format!("`{id}`"), number((points * 100.0).round() / 100.0)];
    let means = table(&["measure", "mean points"], reference.points.iter().map(mean));
    format!("{} · {}\n\n{means}", reference.name.en, reference.name.zh)
}

fn calibration(spec: &ModelSpec) -> String {
    let c = spec.calibration.line().unwrap();
    let rows = [
        ("a score of", number(c.base_score)),
        ("has odds good : bad of", format!("{} : 1", number(c.base_odds))),
        ("points that double the odds", number(c.pdo)),
        ("central tendency", percent(c.central_tendency)),
        ("tendency of the unanchored scale", percent(c.model_tendency)),
        ("least PD", percent(c.pd_floor)),
    ];
    table(&["", ""], rows.map(|(name, value)| vec![name.to_owned(), value]))
}

/// A fraction as a percentage with at most four decimals.
fn percent(fraction: f64) -> String {
    format!("{} %", number((fraction * 1e6).round() / 1e4))
}

fn master_scale(model: &RatingModel) -> String {
    let (least, most) = span(model);
    let calibration = model.spec().calibration.check(least, most).unwrap();
    let scale = model.master_scale();
    let mut from = 0.0;
    let mut rows = Vec::new();
    for band in scale.bands() {
        let is_here = |score: &i32| scale.symbol(scale.grade_from_pd(calibration.pd(*score))) == band.grade;
        let (low, high) = ((least..=most).find(is_here), (least..=most).rfind(is_here));
        let scores = match low.zip(high) {
            Some((low, high)) => format!("{} to {}", signed(low), signed(high)),
            None => "out of reach".to_owned(),
        };
        let pd = match band.pd_below {
            Some(below) => format!("{} to below {}", percent(from), percent(below)),
            None => format!("from {}", percent(from)),
        };
        from = band.pd_below.unwrap_or(from);
        rows.push(vec![format!("**{}**", band.grade), pd, scores]);
    }
    table(&["credit grade", "PD, twelve months", "scores"], rows)
}

fn technology(model: &RatingModel) -> String {
    let spec = &model.spec().technology;
    let stages = spec.stages;
    let mut text = card(&spec.card.characteristics);
    text += &format!(
        "\nWeights in hundredths, by stage of life: a start-up is younger than {} years, a stable firm {} years or older; \
         the others, and firms of unknown age, are growing.\n\n",
        number(stages.start_up_below_years),
        number(stages.stable_from_years),
    );
    let weight = |set: &BTreeMap<String, u8>, id: &str| set.get(id).copied().unwrap_or_default().to_string();
    let row = |c: &CharacteristicSpec| {
        let id = c.measure.id();
        let w = &spec.weights;
        vec![
            format!("`{id}`"),
            weight(&w.start_up, id),
            weight(&w.growth, id),
            weight(&w.stable, id),
        ]
    };
    let rows = spec.card.characteristics.iter().map(row);
    text += &table(&["measure", "start-up", "growing", "stable"], rows);
    text
}

fn technology_scale(spec: &ModelSpec) -> String {
    let row = |b: &rating_core::scale::TechnologyBandSpec| {
        vec![format!("**{}**", b.grade), format!("{}", b.at_least)]
    };
    table(
        &["technology grade", "technology score at least"],
        spec.technology.scale.iter().map(row),
    )
}

fn matrix(model: &RatingModel) -> String {
    let mut headers = vec!["credit ↓ technology →"];
    headers.extend(model.technology_scale().bands().iter().map(|b| b.grade.as_str()));
    let spec = model.matrix().spec();
    let row = |band: &rating_core::scale::PdBandSpec| {
        let mut cells = vec![format!("**{}**", band.grade)];
        cells.extend(spec.matrix.get(&band.grade).unwrap().iter().cloned());
        cells
    };
    let scale = spec.scale.join(", ");
    let cells = table(&headers, model.master_scale().bands().iter().map(row));
    format!("Government scale, least risk first: {scale}.\n\n{cells}")
}

fn rules(spec: &ModelSpec) -> String {
    spec.rules.iter().map(rule).collect::<Vec<_>>().join("\n")
}

fn rule(rule: &RuleSpec) -> String {
    let effect = match &rule.effect {
        Effect::Cap(grade) => format!("the government grade is not better than **{grade}**"),
        Effect::Default => "the firm is in default (**D**)".to_owned(),
        Effect::Withdraw => "the firm is not rated (**NR**)".to_owned(),
    };
    let until = rule
        .valid_to
        .map_or("further notice".to_owned(), |d| d.to_string());
    let rows = [
        ("looks at", looks_at(&rule.kind)),
        ("effect", effect),
        ("applies", format!("from {} to {until}", rule.valid_from)),
        ("basis", rule.basis.document.clone()),
        ("says", format!("{} {}", rule.basis.en, rule.basis.zh)),
        ("provenance", rule.basis.provenance.clone()),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    format!("### `{}`\n\n{}", rule.id, table(&["", ""], rows))
}

fn looks_at(kind: &RuleKind) -> String {
    match kind {
        RuleKind::Registration { any_of } => {
            format!(
                "registration in one of the states {}",
                codes(any_of.iter().map(|s| s.word()))
            )
        }
        RuleKind::Listing {
            list,
            longest_months: None,
        } => {
            format!("entry on the list `{}`", list.word())
        }
        RuleKind::Listing {
            list,
            longest_months: Some(months),
        } => format!(
            "entry on the list `{}`; one without an end of its own counts for {months} months",
            list.word()
        ),
        RuleKind::DirectTaxLevelD => "latest tax credit level: D, set directly; counts until 30 April of the third year after the one evaluated".to_owned(),
        RuleKind::LoanInDefault => {
            "latest snapshot of a facility within three months: a non-performing class, or more \
             than 90 days overdue"
                .to_owned()
        }
    }
}
