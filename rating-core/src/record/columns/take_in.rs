//! Typed rows, sorted into dossiers.
//!
//! First the firms of all rows are numbered as they are met, and the rows of each table are sorted by these numbers. Then the
//! dossiers of a lot of firms with neighbouring numbers are made, table by table: rows of one firm mostly stand together, so
//! that a lot reads a stretch of each column, and each row is read to the place where it stays. Lots are shared out over the
//! cores; all dossiers are put in order at the end.

use super::super::dossier::Shelves;
use super::super::shelf::{Dropped, Row, Shelf};
use super::super::{
    AnnualReport, Answer, Certificate, Enquiry, FacilitySnapshot, Filing, GuaranteeGiven,
    IntellectualProperty, Invoice, Listing, Patent, PersonRecord, Registration, RegistryChange, ResearchYear,
    Statement, TaxArrear, TaxCreditLevel, TaxPenalty,
};
use super::super::{Dossier, Fault, Record, Reject, for_each_table};
use super::firms::{Firms, NumberedRows};
use super::{BoundChunk, BoundTable, Intake, RowReader, TableCount};
use crate::id::FirmId;
use crate::parallel;

/// Firms of which one task makes the dossiers: few enough for the cache of a core, enough to pay for a task.
const FIRMS_A_LOT: usize = 512;

/// A table and its rows by firm.
struct Delivery<'b, 'a, 'i> {
    table: &'b BoundTable<'a, 'i>,
    numbered: NumberedRows,
}

pub(super) fn take_in(bound: &[BoundTable<'_, '_>]) -> Intake {
    let mut firms = Firms::default();
    let number = |table| Delivery {
        table,
        numbered: firms.number(table),
    };
    let delivered: Vec<Delivery<'_, '_, '_>> = bound.iter().map(number).collect();
    let ids = firms.into_ids();
    let order = in_order(&ids);
    // A firm of which every row was rejected still has a dossier: an empty one. Nothing is lost.
    let made = parallel::map(lots(ids), |Lot { firms, first }| {
        let mut rows = LotRows {
            delivered: &delivered,
            first,
            rejects: Vec::new(),
        };
        let dossiers: Vec<Option<Dossier>> = Dossier::of_firms(firms, &mut rows)
            .into_iter()
            .map(Some)
            .collect();
        (dossiers, rows.rejects)
    });
    let mut rejects: Vec<Reject> = delivered.iter().flat_map(reject_unknown).collect();
    let mut dossiers = Vec::with_capacity(made.len());
    for (of_lot, mut rejected) in made {
        dossiers.push(of_lot);
        rejects.append(&mut rejected);
    }
    rejects.sort_unstable();
    let mut dossier = |at: usize| {
        dossiers
            .get_mut(at / FIRMS_A_LOT)?
            .get_mut(at % FIRMS_A_LOT)?
            .take()
    };
    Intake {
        dossiers: order.into_iter().filter_map(&mut dossier).collect(),
        counts: bound.iter().map(|table| count(table, &rejects)).collect(),
        rejects,
        ignored: bound
            .iter()
            .flat_map(|b| b.unknown.iter().map(|u| (b.table.name, u.clone())))
            .collect(),
    }
}

/// The places of identifiers in their order.
fn in_order(ids: &[FirmId]) -> Vec<usize> {
    // No identifier has a character of value 0, so shorter ones come first as they should.
    let head = |id: &FirmId| {
        let mut head = [0; 16];
        head.iter_mut()
            .zip(id.as_str().as_bytes())
            .for_each(|(slot, byte)| *slot = *byte);
        u128::from_be_bytes(head)
    };
    let mut order: Vec<(u128, usize)> = ids.iter().map(head).zip(0..).collect();
    order.sort_unstable_by(|one, two| {
        one.0
            .cmp(&two.0)
            .then_with(|| ids.get(one.1).cmp(&ids.get(two.1)))
    });
    order.into_iter().map(|(_, at)| at).collect()
}

/// Firms with neighbouring numbers.
struct Lot {
    firms: Vec<FirmId>,
    /// Number of the first of them.
    first: u32,
}

fn lots(ids: Vec<FirmId>) -> Vec<Lot> {
    let mut lots = Vec::with_capacity(ids.len().div_ceil(FIRMS_A_LOT));
    let mut left = ids.into_iter();
    let mut first = 0;
    while left.len() > 0 {
        let firms: Vec<FirmId> = left.by_ref().take(FIRMS_A_LOT).collect();
        let next = first + u32::try_from(firms.len()).unwrap_or_default();
        lots.push(Lot { firms, first });
        first = next;
    }
    lots
}

/// The rows of a lot of firms.
struct LotRows<'d, 'b, 'a, 'i> {
    delivered: &'d [Delivery<'b, 'a, 'i>],
    /// Number of the first firm.
    first: u32,
    /// Rows that could not be used.
    rejects: Vec<Reject>,
}

impl Shelves for LotRows<'_, '_, '_, '_> {
    fn fill<'s, T: Record + 's>(&mut self, table: usize, shelves: impl Iterator<Item = &'s mut Shelf<T>>) {
        let Some(Delivery { table, numbered }) = self.delivered.iter().find(|d| d.table.index == table)
        else {
            return;
        };
        let mut reader = TableReader { table, chunk: None };
        let mut rows = Vec::new();
        for (shelf, firm) in shelves.zip(self.first..) {
            for row in numbered.of(firm) {
                let place = *row as u64 + 1;
                match reader.read(place) {
                    Ok(record) => rows.push(Row { place, record }),
                    Err(faults) => self.rejects.push(reject(table, place, faults)),
                }
            }
            if !rows.is_empty() {
                let rejects = &mut self.rejects;
                *shelf = Shelf::take(&mut rows, |dropped| rejects.push(reject_dropped(table, &dropped)));
            }
        }
    }
}

/// Reads rows of a table one after another.
struct TableReader<'b, 'a, 'i> {
    table: &'b BoundTable<'a, 'i>,
    /// The chunk of the row before.
    chunk: Option<&'b BoundChunk<'a, 'i>>,
}

impl TableReader<'_, '_, '_> {
    /// Reads a row, given by its place from 1; every fault if it has one.
    fn read<T: Record>(&mut self, place: u64) -> Result<T, Vec<Fault>> {
        let is_here = |chunk: &&BoundChunk<'_, '_>| chunk.holds(place);
        self.chunk = self.chunk.filter(is_here).or_else(|| self.table.chunk_of(place));
        let mut reader = RowReader {
            table: self.table.table,
            fields: self.chunk.map_or(&[], |chunk| &chunk.fields),
            row: self.chunk.map_or(0, |chunk| chunk.offset(place)),
            next: 1,
            faults: Vec::new(),
        };
        T::read(&mut reader).ok_or(reader.faults)
    }
}

macro_rules! define_reject_unknown {
    ($($name:ident: $record:ident,)+) => {
        /// Rejects the rows whose firm cannot be read.
        fn reject_unknown(delivery: &Delivery<'_, '_, '_>) -> Vec<Reject> {
            match delivery.table.table.name {
                $(stringify!($name) => reject_unknown_rows::<$record>(delivery),)+
                // INVARIANT: a bound table stands in the schema, which is the list of this macro.
                _ => Vec::new(),
            }
        }
    };
}
for_each_table!(define_reject_unknown);

fn reject_unknown_rows<T: Record>(delivery: &Delivery<'_, '_, '_>) -> Vec<Reject> {
    let table = delivery.table;
    let mut reader = TableReader { table, chunk: None };
    let unknown = delivery.numbered.faults.iter().map(|(row, fault)| {
        let place = *row as u64 + 1;
        let mut faults = vec![Fault::clone(fault)];
        faults.extend(reader.read::<T>(place).err().into_iter().flatten());
        reject(table, place, faults)
    });
    unknown.collect()
}

fn reject(table: &BoundTable<'_, '_>, row: u64, faults: Vec<Fault>) -> Reject {
    Reject {
        table: table.table.name,
        row,
        faults,
        content: table.content(row),
    }
}

fn reject_dropped(table: &BoundTable<'_, '_>, dropped: &Dropped) -> Reject {
    let (rule, what) = if dropped.is_repeat {
        ("repeated", "the same as")
    } else {
        ("conflict", "contradicted by")
    };
    let is_kept = if dropped.other_is_kept {
        "which is kept"
    } else {
        "which is not kept either"
    };
    let message = format!("{what} row {}, {is_kept}", dropped.other);
    let fault = Fault {
        field: "firm_id",
        rule,
        value: String::new(),
        message,
    };
    reject(table, dropped.row, vec![fault])
}

fn count(table: &BoundTable<'_, '_>, rejects: &[Reject]) -> TableCount {
    let rows_in = table.rows() as u64;
    let rejected = rejects.iter().filter(|r| r.table == table.table.name).count() as u64;
    TableCount {
        table: table.table.name,
        rows_in,
        used: rows_in - rejected,
        rejected,
    }
}
