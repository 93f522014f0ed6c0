//! One firm's records.

use super::shelf::Shelf;
use super::{
    AnnualReport, Answer, Certificate, Enquiry, FacilitySnapshot, Filing, GuaranteeGiven,
    IntellectualProperty, Invoice, Listing, Patent, PersonRecord, Registration, RegistryChange, ResearchYear,
    Statement, TABLES, TableName, TaxArrear, TaxCreditLevel, TaxPenalty, for_each_table,
};
use super::{Department, Record};
use crate::id::FirmId;
use crate::num::Date;

/// Where the records of some firms come from.
pub(crate) trait Shelves {
    /// Fills the shelves of one table, given by its place in [`TABLES`]; one a firm, in order of the firms.
    fn fill<'s, T: Record + 's>(&mut self, table: usize, shelves: impl Iterator<Item = &'s mut Shelf<T>>);
}

macro_rules! define_dossier {
    ($($table:ident: $record:ident,)+) => {
        /// One firm's records: typed, immutable, in an order that does not depend on their delivery.
        ///
        /// Made by [`read_tables`](super::read_tables) from columns, or parsed from JSON. What a rating may see of
        /// it is a [`View`] as of a day.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Dossier {
            firm: FirmId,
            $($table: Shelf<$record>,)+
            /// For each held invoice the number of its counterparty, counted from 0 in order of their codes.
            partners: Vec<u32>,
            partner_count: usize,
        }

        impl Dossier {
            /// A firm without a record.
            pub(crate) fn empty(firm: FirmId) -> Self {
                Self { firm, $($table: Shelf::default(),)+ partners: Vec::new(), partner_count: 0 }
            }

            /// The dossiers of some firms, filled table by table.
            pub(crate) fn of_firms(firms: Vec<FirmId>, shelves: &mut impl Shelves) -> Vec<Self> {
                let mut dossiers: Vec<Self> = firms.into_iter().map(Self::empty).collect();
                let mut table = 0;
                $(
                    shelves.fill(table, dossiers.iter_mut().map(|dossier| &mut dossier.$table));
                    table += 1;
                )+
                debug_assert_eq!(table, TABLES.len(), "invariant: one shelf a table");
                for dossier in &mut dossiers {
                    (dossier.partners, dossier.partner_count) = number_partners(&dossier.invoices);
                }
                dossiers
            }

            /// The tables that hold a record, as JSON arrays of objects, after `firm_id`.
            pub(super) fn tables_json(&self) -> Result<serde_json::Map<String, serde_json::Value>, serde_json::Error> {
                let mut object = serde_json::Map::new();
                object.insert("firm_id".to_owned(), self.firm.to_string().into());
                $(
                    let rows = self.$table.all().map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
                    if !rows.is_empty() {
                        object.insert(stringify!($table).to_owned(), rows.into());
                    }
                )+
                Ok(object)
            }

            /// How many records it holds, versions counted.
            pub fn record_count(&self) -> usize {
                0 $(+ self.$table.all().len())+
            }
        }

        impl<'a> View<'a> {
            $(
                #[doc = concat!("Rows of `", stringify!($table), "` as known on the day, in key order.")]
                pub fn $table(&self) -> impl Iterator<Item = &'a $record> + Clone + use<'a> {
                    self.dossier.$table.known(self.known_by).map(|(_, record)| record)
                }
            )+

            /// For each table the day of the latest record or answer known.
            fn latest_answers(dossier: &Dossier, as_of: Date) -> [Option<Date>; TABLES.len()] {
                let mut latest = [$(latest_known(&dossier.$table, as_of)),+];
                for (_, answer) in dossier.answers.known(as_of).filter(|(_, a)| a.answered_on <= as_of) {
                    if let Some(day) = latest.get_mut(answer.table.index()) {
                        *day = (*day).max(Some(answer.answered_on));
                    }
                }
                latest
            }
        }
    };
}
for_each_table!(define_dossier);

fn latest_known<T: Record>(shelf: &Shelf<T>, as_of: Date) -> Option<Date> {
    shelf.known(as_of).map(|(_, record)| record.known_on()).max()
}

/// Numbers the counterparties of the held invoices, so that a measure can add up by an array.
fn number_partners(invoices: &Shelf<Invoice>) -> (Vec<u32>, usize) {
    let mut codes: Vec<&str> = invoices.all().map(|i| i.counterparty.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let number = |code: &str| {
        codes
            .binary_search(&code)
            .ok()
            .and_then(|at| u32::try_from(at).ok())
            .unwrap_or(u32::MAX)
    };
    (
        invoices.all().map(|i| number(i.counterparty.as_str())).collect(),
        codes.len(),
    )
}

impl Dossier {
    /// The firm.
    pub fn firm(&self) -> &FirmId {
        &self.firm
    }

    /// The firm as it was known on a day.
    ///
    /// A record that became known later is hidden; one that was corrected later stands as it was.
    pub fn view(&self, as_of: Date) -> View<'_> {
        View {
            dossier: self,
            as_of,
            known_by: as_of,
            latest: View::latest_answers(self, as_of),
        }
    }

    /// The firm as of a day with the records that became known later: what no rating may see, to find out what it would
    /// have changed. A table that was not answered by the day stays unanswered.
    pub(crate) fn view_in_hindsight(&self, as_of: Date, known_by: Date) -> View<'_> {
        View {
            dossier: self,
            as_of,
            known_by,
            latest: View::latest_answers(self, as_of),
        }
    }
}

/// One firm as it was known on a day.
///
/// Dates *inside* a visible record may lie after the day (a penalty's end, but also a repair that was
/// delivered later): ask [`View::happened`] before using one as a fact.
#[derive(Clone, Debug)]
pub struct View<'a> {
    dossier: &'a Dossier,
    as_of: Date,
    /// The day of the view, but in hindsight a later one.
    known_by: Date,
    latest: [Option<Date>; TABLES.len()],
}

impl<'a> View<'a> {
    /// The day.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The firm.
    pub fn firm(&self) -> &'a FirmId {
        &self.dossier.firm
    }

    /// A date that is not after the day; later ones have not happened yet.
    pub fn happened(&self, date: Option<Date>) -> Option<Date> {
        date.filter(|d| *d <= self.as_of)
    }

    /// Up to when a table was answered; none if its department did not report it.
    pub fn answered_on(&self, table: TableName) -> Option<Date> {
        self.latest.get(table.index()).copied().flatten()
    }

    /// The latest answer of a department over all its tables; none if it sent nothing.
    pub fn department_answered_on(&self, department: Department) -> Option<Date> {
        TableName::ALL
            .iter()
            .filter(|t| t.department() == Some(department))
            .filter_map(|t| self.answered_on(*t))
            .max()
    }

    /// The registration, if it was reported.
    pub fn registration(&self) -> Option<&'a Registration> {
        self.registrations().next()
    }

    /// Every version of the registration that was known by the day, in the order in which they became known.
    pub(crate) fn registration_versions(&self) -> impl Iterator<Item = &'a Registration> + use<'a> {
        let as_of = self.as_of;
        let versions = self.dossier.registrations.all();
        versions.filter(move |r| r.known_on <= as_of)
    }

    /// Invoices as known on the day, each with the number of its counterparty below [`View::partner_count`].
    pub fn trades(&self) -> impl Iterator<Item = (&'a Invoice, usize)> + Clone + use<'a> {
        let dossier = self.dossier;
        dossier.invoices.known(self.known_by).map(move |(at, invoice)| {
            // INVARIANT: one partner number a held invoice.
            (invoice, dossier.partners.get(at).map_or(0, |p| *p as usize))
        })
    }

    /// How many counterparties the firm's invoices name, over all versions.
    pub fn partner_count(&self) -> usize {
        self.dossier.partner_count
    }
}
