//! Typed rows, sorted into dossiers.
//!
//! First the firms of all rows are numbered as they are met. Then the tables are read, block by block, and each row goes to
//! a lot of firms with neighbouring numbers: rows of one firm mostly stand together, so that a lot is nearly in order. The
//! dossiers of a lot are made together, and all are put in order at the end. Blocks and lots are shared out over the cores.

use super::super::dossier::LotRows;
use super::super::shelf::{Dropped, Row};
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

/// Rows that one task reads: enough to pay for a thread, few enough to share out evenly.
const ROWS_A_TASK: usize = 16_384;
/// Firms of which one task makes the dossiers.
const FIRMS_A_LOT: usize = 4_096;

/// Some rows of a chunk with their firms.
type Block<'b, 'a, 'i> = (&'b BoundChunk<'a, 'i>, NumberedRows);

pub(super) fn take_in(bound: &[BoundTable<'_, '_>]) -> Intake {
    let mut firms = Firms::default();
    let blocks: Vec<Vec<Block<'_, '_, '_>>> = bound.iter().map(|table| blocks(table, &mut firms)).collect();
    let mut lots = lots(firms.into_ids());
    let mut rejects = Vec::new();
    for (table, blocks) in bound.iter().zip(blocks) {
        read_table(table, blocks, &mut lots, &mut rejects);
    }
    // A firm of which every row was rejected still has a dossier: an empty one. Nothing is lost.
    let made = parallel::map(lots, |lot| {
        let mut dropped = Vec::new();
        let note = |table, left_out| dropped.push((table, left_out));
        let dossiers = lot.rows.dossiers(lot.firms, lot.first, note);
        (dossiers, dropped)
    });
    let mut dossiers = Vec::with_capacity(made.iter().map(|(dossiers, _)| dossiers.len()).sum());
    for (of_lot, dropped) in made {
        dossiers.extend(of_lot.into_iter().map(Some));
        for (index, left_out) in dropped {
            let Some(table) = bound.iter().find(|b| b.index == index) else {
                continue;
            };
            rejects.extend(left_out.into_iter().map(|d| reject_dropped(table, &d)));
        }
    }
    rejects.sort_unstable();
    let counts = bound.iter().map(|table| count(table, &rejects)).collect();
    let ignored = bound
        .iter()
        .flat_map(|b| b.unknown.iter().map(|u| (b.table.name, u.clone())))
        .collect();
    Intake {
        dossiers: in_order(dossiers),
        rejects,
        counts,
        ignored,
    }
}

/// Dossiers in order of their firms, each moved once: they are large.
fn in_order(mut dossiers: Vec<Option<Dossier>>) -> Vec<Dossier> {
    let mut order: Vec<usize> = (0..dossiers.len()).collect();
    let firm = |at: usize| dossiers.get(at).and_then(Option::as_ref).map(Dossier::firm);
    order.sort_unstable_by(|a, b| firm(*a).cmp(&firm(*b)));
    order
        .into_iter()
        .filter_map(|at| dossiers.get_mut(at).and_then(Option::take))
        .collect()
}

/// Firms with neighbouring numbers, and their rows.
struct Lot {
    firms: Vec<FirmId>,
    /// Number of the first of them.
    first: u32,
    rows: LotRows,
}

fn lots(ids: Vec<FirmId>) -> Vec<Lot> {
    let mut lots = Vec::with_capacity(ids.len().div_ceil(FIRMS_A_LOT));
    let mut left = ids.into_iter();
    let mut first = 0;
    while left.len() > 0 {
        let firms: Vec<FirmId> = left.by_ref().take(FIRMS_A_LOT).collect();
        let next = first + u32::try_from(firms.len()).unwrap_or_default();
        let rows = LotRows::default();
        lots.push(Lot { firms, first, rows });
        first = next;
    }
    lots
}

fn lot_of(firm: u32) -> usize {
    firm as usize / FIRMS_A_LOT
}

/// The rows of a table in blocks, with the numbers of their firms.
fn blocks<'b, 'a, 'i>(table: &'b BoundTable<'a, 'i>, firms: &mut Firms) -> Vec<Block<'b, 'a, 'i>> {
    let mut blocks = Vec::new();
    for chunk in &table.chunks {
        let column = chunk.fields.first().copied().flatten();
        for start in (0..chunk.rows).step_by(ROWS_A_TASK) {
            let rows = start..chunk.rows.min(start + ROWS_A_TASK);
            blocks.push((chunk, firms.number(column, rows)));
        }
    }
    blocks
}

macro_rules! define_read_table {
    ($($name:ident: $record:ident,)+) => {
        /// Reads a table; its rows go to the lots of their firms.
        fn read_table(
            table: &BoundTable<'_, '_>,
            blocks: Vec<Block<'_, '_, '_>>,
            lots: &mut [Lot],
            rejects: &mut Vec<Reject>,
        ) {
            match table.table.name {
                $(stringify!($name) => {
                    let lots = lots.iter_mut().map(|lot| &mut lot.rows.$name).collect();
                    read_rows::<$record>(table, blocks, lots, rejects);
                })+
                // INVARIANT: a bound table stands in the schema, which is the list of this macro.
                _ => {}
            }
        }
    };
}
for_each_table!(define_read_table);

fn read_rows<T: Record + Send>(
    table: &BoundTable<'_, '_>,
    blocks: Vec<Block<'_, '_, '_>>,
    mut lots: Vec<&mut Vec<Row<T>>>,
    rejects: &mut Vec<Reject>,
) {
    let mut rows_of_lot = vec![0_usize; lots.len()];
    for firm in blocks.iter().flat_map(|(_, numbered)| &numbered.firms) {
        if let Some(count) = rows_of_lot.get_mut(lot_of(*firm)) {
            *count += 1;
        }
    }
    for (lot, rows) in lots.iter_mut().zip(rows_of_lot) {
        lot.reserve_exact(rows);
    }
    for (rows, mut rejected) in parallel::map(blocks, |(chunk, numbered)| read_block(table, chunk, numbered))
    {
        rejects.append(&mut rejected);
        for row in rows {
            if let Some(lot) = lots.get_mut(lot_of(row.firm)) {
                lot.push(row);
            }
        }
    }
}

fn read_block<T: Record>(
    table: &BoundTable<'_, '_>,
    chunk: &BoundChunk<'_, '_>,
    numbered: NumberedRows,
) -> (Vec<Row<T>>, Vec<Reject>) {
    let mut rows = Vec::with_capacity(numbered.firms.len());
    let mut rejects = Vec::new();
    let mut unknown = numbered.faults.into_iter().peekable();
    for (at, firm) in numbered.rows.zip(numbered.firms) {
        let row = chunk.first_row + at as u64;
        let mut reader = RowReader {
            table: table.table,
            fields: &chunk.fields,
            row: at,
            next: 1,
            faults: Vec::new(),
        };
        let record = T::read(&mut reader);
        let fault = unknown.next_if(|(faulty, _)| *faulty == at);
        match (fault, record) {
            (None, Some(record)) => rows.push(Row {
                firm,
                place: row,
                record,
            }),
            (fault, _) => {
                let fault = fault.map(|(_, fault)| Fault::clone(&fault));
                rejects.push(Reject {
                    table: table.table.name,
                    row,
                    faults: fault.into_iter().chain(reader.faults).collect(),
                    content: table.content(row),
                });
            }
        }
    }
    (rows, rejects)
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
    let content = table.content(dropped.row);
    Reject {
        table: table.table.name,
        row: dropped.row,
        faults: vec![fault],
        content,
    }
}

fn count(table: &BoundTable<'_, '_>, rejects: &[Reject]) -> TableCount {
    let rows_in = table.rows_in();
    let rejected = rejects.iter().filter(|r| r.table == table.table.name).count() as u64;
    TableCount {
        table: table.table.name,
        rows_in,
        used: rows_in - rejected,
        rejected,
    }
}
