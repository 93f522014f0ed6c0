//! Measures of many firms.

use crate::id::FirmId;
use crate::measure::Measures;
use crate::num::Date;
use crate::parallel;
use crate::record::Dossier;

/// Measures many firms as of a day, in parallel with the feature `parallel`; in the order of the firms, the same
/// for any number of threads. [`measures`](super::measures) lays them out.
pub fn measure_many(dossiers: &[Dossier], as_of: Date) -> Vec<(&FirmId, Measures)> {
    parallel::map(dossiers.iter().collect(), |dossier: &Dossier| {
        (dossier.firm(), Measures::of(&dossier.view(as_of)))
    })
}
