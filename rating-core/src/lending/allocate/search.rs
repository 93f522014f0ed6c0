//! Branch and bound: the best allocation where few firms are left undecided by prices.

use super::dual::Prices;
use super::problem::FirmChoices;
use super::room::Room;

/// Most nodes that are visited, less than a second of work.
const MOST_NODES: u32 = 2_000_000;
/// Most firms that are undecided.
const MOST_FIRMS: usize = 400;

/// Looks for an allocation that is worth more than the best known one.
///
/// What a firm loses with a choice, at prices, against its best one is taken from the bound; a choice with which the bound
/// falls to the best known value is left out, and so is everything behind it. Such a choice is decided at once for most
/// firms.
pub(super) struct Search {
    /// What no allocation is worth more than.
    most: f64,
    /// Best known choices …
    pub(super) chosen: Vec<Option<usize>>,
    /// … and what they are worth.
    value: f64,
    /// Choices on the way: the place of a firm and its choice.
    path: Vec<(usize, Option<usize>)>,
    room: Room,
    nodes: u32,
    /// Whether there is nothing better than what is chosen.
    pub(super) is_complete: bool,
}

/// A firm that prices do not decide.
struct Undecided<'a> {
    at: usize,
    firm: &'a FirmChoices,
    options: Vec<Choosing>,
}

/// Something that a firm may take.
#[derive(Clone, Copy)]
struct Choosing {
    choice: Option<usize>,
    fen: i64,
    value: f64,
    /// What it loses at the prices against the firm's best.
    loss: f64,
}

impl Search {
    /// Searches from what is known: the bound at some prices, all of the room, and choices that fit.
    pub(super) fn run(
        firms: &[FirmChoices],
        (prices, most): (&Prices, f64),
        room: Room,
        chosen: Vec<Option<usize>>,
    ) -> Self {
        let value = firms
            .iter()
            .zip(&chosen)
            .map(|(firm, at)| firm.taken(*at).1)
            .sum();
        let mut search = Self {
            most,
            chosen,
            value,
            path: Vec::new(),
            room,
            nodes: 0,
            is_complete: true,
        };
        let (mut undecided, mut decided, mut lost, mut worth) = (Vec::new(), Vec::new(), 0.0, 0.0);
        for (at, firm) in firms.iter().enumerate() {
            let mut options = options(firm, prices.of(firm));
            options.retain(|option| search.may_lose(option.loss));
            match options.as_slice() {
                [only] => {
                    search.room.take(firm, only.fen);
                    decided.push((at, only.choice));
                    (lost, worth) = (lost + only.loss, worth + only.value);
                }
                _ => undecided.push(Undecided { at, firm, options }),
            }
        }
        if undecided.len() > MOST_FIRMS {
            search.is_complete = false;
            return search;
        }
        search.path = decided;
        // Nearly decided firms first: their other choices leave little to look at.
        let second = |firm: &Undecided<'_>| firm.options.get(1).map_or(0.0, |option| option.loss);
        undecided.sort_by(|a, b| second(b).total_cmp(&second(a)).then(a.at.cmp(&b.at)));
        search.visit(&undecided, lost, worth);
        search
    }

    /// Whether something better may be left when so much is lost. What is off by a million-millionth is noise.
    fn may_lose(&self, lost: f64) -> bool {
        self.most - lost > self.value + 1e-12 * self.most.abs()
    }

    fn visit(&mut self, firms: &[Undecided<'_>], lost: f64, worth: f64) {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            self.is_complete = false;
            return;
        }
        let Some((first, rest)) = firms.split_first() else {
            if worth > self.value && self.room.is_kept() {
                self.value = worth;
                for (at, choice) in &self.path {
                    if let Some(slot) = self.chosen.get_mut(*at) {
                        *slot = *choice;
                    }
                }
            }
            return;
        };
        for option in &first.options {
            if !self.is_complete || !self.may_lose(lost + option.loss) {
                break;
            }
            if self.room.holds(first.firm, option.fen) {
                self.room.take(first.firm, option.fen);
                self.path.push((first.at, option.choice));
                self.visit(rest, lost + option.loss, worth + option.value);
                self.path.pop();
                self.room.take(first.firm, -option.fen);
            }
        }
    }
}

/// What a firm may take at a price for each yuan, the least loss first.
fn options(firm: &FirmChoices, price: f64) -> Vec<Choosing> {
    let kept = firm.kept(price);
    let all = [None].into_iter().chain((0..firm.choices.len()).map(Some));
    let mut options: Vec<Choosing> = all
        .map(|choice| {
            let (fen, value) = firm.taken(choice);
            let loss = (kept - (value - price * (fen as f64 / 100.0))).max(0.0);
            Choosing {
                choice,
                fen,
                value,
                loss,
            }
        })
        .collect();
    options.sort_by(|a, b| a.loss.total_cmp(&b.loss).then(b.choice.cmp(&a.choice)));
    options
}
