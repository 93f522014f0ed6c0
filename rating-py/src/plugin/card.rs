//! What a fitted card says of each row of a frame, by the names of its variables.

use crate::columns::{Delivered, Frame};
use crate::measured::Wanted;
use rating_core::fit::points::{FittedCard, FittedCharacteristic};
use rating_core::num::Points;
use rating_core::record::Cell;
use rating_core::scale::MasterScale;

/// Scores and PDs of the rows of a frame, and with a scale their grades.
pub(super) fn scored(
    (card, scale): (&FittedCard, Option<&MasterScale>),
    frame: &Delivered,
    wanted: Wanted,
) -> Result<Frame, String> {
    let names = card.characteristics().iter().map(|of| of.name.as_str());
    let absent: Vec<_> = names
        .filter(|name| !frame.has(name))
        .map(|name| format!("`{name}`"))
        .collect();
    if !absent.is_empty() {
        let absent = absent.join(", ");
        return Err(format!(
            "the scorecard asks for the columns {absent}, which the frame does not have"
        ));
    }
    let mut scores = vec![card.base_points(); frame.rows()];
    for (at, of) in card.characteristics().iter().enumerate() {
        add(card, (at, of), frame, &mut scores)?;
    }
    let mut answer = Frame::default();
    if wanted.has(Wanted::Score) {
        answer = answer.integers("score", scores.iter().map(|score| i64::from(*score)));
    }
    if wanted.has(Wanted::Pd) {
        answer = answer.numbers("pd", scores.iter().map(|score| card.pd(*score).get()));
    }
    if let Some(scale) = scale
        && wanted.has(Wanted::Grade)
    {
        let symbol = |score: &Points| scale.symbol(scale.grade_from_pd(card.pd(*score)));
        answer = answer.text("credit_grade", scores.iter().map(symbol));
    }
    Ok(answer)
}

/// Adds the points of a variable: of doubles, or of text.
fn add(
    card: &FittedCard,
    (at, of): (usize, &FittedCharacteristic),
    frame: &Delivered,
    scores: &mut [Points],
) -> Result<(), String> {
    if card.is_words(at) != Some(true) {
        let values = frame.doubles(&of.name);
        let values = values.ok_or_else(|| format!("`{}` must be a column of numbers", of.name))?;
        card.add_points(at, &values, scores);
        return Ok(());
    }
    let table = frame.lend().map_err(|error| crate::error::told(&error))?;
    let mut rest = scores;
    for chunk in &table.chunks {
        let Some((_, cells)) = chunk.iter().find(|(name, _)| *name == of.name) else {
            continue;
        };
        let word = |row| match cells.cell(row) {
            Cell::Null => Ok(None),
            Cell::Text(word) => Ok(Some(word)),
            other => Err(format!(
                "`{}` must be a column of words, got `{}`",
                of.name,
                other.shown(40)
            )),
        };
        let words = (0..cells.len()).map(word).collect::<Result<Vec<_>, _>>()?;
        let (part, after) = rest.split_at_mut(words.len().min(rest.len()));
        card.add_points_of_words(at, &words, part);
        rest = after;
    }
    Ok(())
}
