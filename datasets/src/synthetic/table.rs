//! The tables of a chunk: column by column, named as the schema of the records names them.

use super::day::Day;

/// The cells of one column; none where nothing was delivered.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Text.
    Text(Vec<Option<String>>),
    /// Words of a closed set.
    Word(Vec<Option<&'static str>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Days since 1970-01-01.
    Day(Vec<Option<i32>>),
    /// Amounts of renminbi in fen, a hundredth of a yuan.
    Fen(Vec<Option<i64>>),
    /// Truth values.
    Flag(Vec<Option<bool>>),
    /// Numbers without unit; in the table of outcomes only.
    Real(Vec<Option<f64>>),
}

impl Values {
    /// How many cells.
    pub fn len(&self) -> usize {
        match self {
            Values::Text(cells) => cells.len(),
            Values::Word(cells) => cells.len(),
            Values::Whole(cells) | Values::Fen(cells) => cells.len(),
            Values::Day(cells) => cells.len(),
            Values::Flag(cells) => cells.len(),
            Values::Real(cells) => cells.len(),
        }
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rows of one table for the firms of a chunk; a firm's rows stand together, firms in order of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratedTable {
    /// Canonical name.
    pub name: &'static str,
    /// Columns by canonical name, `firm_id` first, all of one length.
    pub columns: Vec<(&'static str, Values)>,
}

impl GeneratedTable {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    /// The cells of a column, by its name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.columns
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, cells)| cells)
    }
}

/// A word of a closed set.
pub(super) type Word = &'static str;

/// An amount in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fen(pub(crate) i64);

impl Fen {
    /// An amount in fen next to an amount in yuan.
    pub(crate) fn from_yuan(yuan: f64) -> Self {
        Fen(super::draw::whole_from(yuan * 100.0))
    }

    /// An amount of whole yuan next to an amount in yuan.
    pub(crate) fn whole_yuan(yuan: f64) -> Self {
        Fen(super::draw::whole_from(yuan).saturating_mul(100))
    }
}

/// A type that a field of a row may have.
pub(super) trait Field {
    /// What a column stores of it.
    type Stored;
    /// The cell.
    fn cell(self) -> Option<Self::Stored>;
    /// The column.
    fn values(cells: Vec<Option<Self::Stored>>) -> Values;
}

macro_rules! fields {
    ($($type:ty: $stored:ty = $variant:ident, |$value:ident| $cell:expr;)+) => {$(
        impl Field for $type {
            type Stored = $stored;
            fn cell(self) -> Option<$stored> {
                let $value = self;
                Some($cell)
            }
            fn values(cells: Vec<Option<$stored>>) -> Values {
                Values::$variant(cells)
            }
        }

        impl Field for Option<$type> {
            type Stored = $stored;
            fn cell(self) -> Option<$stored> {
                self.map(|$value| $cell)
            }
            fn values(cells: Vec<Option<$stored>>) -> Values {
                Values::$variant(cells)
            }
        }
    )+};
}
fields! {
    String: String = Text, |v| v;
    Word: Word = Word, |v| v;
    i64: i64 = Whole, |v| v;
    Day: i32 = Day, |v| v.0;
    Fen: i64 = Fen, |v| v.0;
    bool: bool = Flag, |v| v;
    f64: f64 = Real, |v| v;
}

/// Declares each table once: its name, the struct of a row, and the columns in order.
macro_rules! tables {
    ($($table:ident: $row:ident { $($column:ident: $type:ty,)+ })+) => {
        $(
            #[allow(clippy::struct_field_names, reason = "columns are named by the schema")]
            pub(super) struct $row {
                $(pub(super) $column: $type,)+
            }
        )+

        /// Names of the generated tables, in the order of the schema; outcomes last.
        const NAMES: &[&str] = &[$(stringify!($table)),+];

        mod columns {
            use super::*;
            $(
                #[derive(Default)]
                #[allow(clippy::struct_field_names, reason = "columns are named by the schema")]
                pub(in crate::synthetic) struct $row {
                    firm_id: Vec<Option<String>>,
                    $($column: Vec<Option<<$type as Field>::Stored>>,)+
                }

                impl $row {
                    pub(in crate::synthetic) fn push(&mut self, firm: &str, row: super::$row) {
                        self.firm_id.push(Some(firm.to_owned()));
                        $(self.$column.push(row.$column.cell());)+
                    }

                    fn finish(self) -> GeneratedTable {
                        GeneratedTable {
                            name: stringify!($table),
                            columns: vec![
                                ("firm_id", Values::Text(self.firm_id)),
                                $((stringify!($column), <$type as Field>::values(self.$column)),)+
                            ],
                        }
                    }
                }
            )+

            #[derive(Default)]
            pub(in crate::synthetic) struct Tables {
                $(pub(in crate::synthetic) $table: $row,)+
            }

            impl Tables {
                pub(in crate::synthetic) fn finish(self) -> Vec<GeneratedTable> {
                    vec![$(self.$table.finish()),+]
                }
            }
        }
        pub(super) use columns::Tables;
    };
}

tables! {
    registrations: Registration {
        name: String, former_names: Option<String>, established_on: Day, registered_capital: Option<Fen>,
        paid_in_capital: Option<Fen>, kind: Option<Word>, industry: Option<String>, region: Option<String>,
        status: Word, status_on: Option<Day>, staff: Option<i64>, known_on: Option<Day>,
    }
    registry_changes: RegistryChange { item: Word, changed_on: Day, known_on: Option<Day>, }
    annual_reports: AnnualReport { year: i64, due_on: Day, filed_on: Option<Day>, known_on: Option<Day>, }
    listings: Listing {
        list: Word, authority: Option<String>, reference: Option<String>, basis: Option<String>,
        severity: Option<Word>, started_on: Day, ends_on: Option<Day>, repaired_on: Option<Day>,
        objection_on: Option<Day>, known_on: Option<Day>,
    }
    filings: Filing {
        kind: Word, period_end: Day, due_on: Day, filed_on: Option<Day>, taxable_sales: Option<Fen>,
        payable: Option<Fen>, paid: Option<Fen>, paid_on: Option<Day>, known_on: Option<Day>,
    }
    invoices: Invoice {
        direction: Word, issued_on: Day, code: Option<String>, number: String, counterparty: String,
        amount: Fen, tax: Fen, status: Word, known_on: Option<Day>,
    }
    tax_credit_levels: TaxCreditLevel { year: i64, level: Word, direct: Option<bool>, known_on: Option<Day>, }
    tax_arrears: TaxArrear {
        kind: Word, since: Day, amount: Fen, cleared_on: Option<Day>, known_on: Option<Day>,
    }
    tax_penalties: TaxPenalty {
        reference: Option<String>, decided_on: Day, amount: Fen, paid_on: Option<Day>, known_on: Option<Day>,
    }
    patents: Patent {
        number: String, filed_on: Day, granted_on: Option<Day>, status: Word, status_on: Option<Day>,
        class: Option<String>, pledged_on: Option<Day>, pledge_released_on: Option<Day>,
        transferred_in_on: Option<Day>, known_on: Option<Day>,
    }
    intellectual_properties: IntellectualProperty {
        kind: Word, number: String, registered_on: Day, ended_on: Option<Day>, pledged_on: Option<Day>,
        known_on: Option<Day>,
    }
    research_years: ResearchYear {
        year: i64, expense: Option<Fen>, research_staff: Option<i64>, staff: Option<i64>, known_on: Option<Day>,
    }
    certificates: Certificate {
        kind: Word, number: Option<String>, valid_from: Day, valid_to: Day, revoked_on: Option<Day>,
        known_on: Option<Day>,
    }
    facilities: Facility {
        facility: String, lender: String, snapshot_on: Day, opened_on: Day, matures_on: Option<Day>,
        limit: Option<Fen>, balance: Fen, collateral: Option<Word>, class: Option<Word>,
        days_overdue: Option<i64>, amount_overdue: Option<Fen>, restructured: Option<bool>,
        known_on: Option<Day>,
    }
    guarantees: Guarantee {
        reference: String, beneficiary: Option<String>, amount: Fen, given_on: Day, ends_on: Option<Day>,
        known_on: Option<Day>,
    }
    enquiries: Enquiry { lender: String, enquired_on: Day, reason: Word, known_on: Option<Day>, }
    statements: Statement {
        year: i64, received_on: Day, audited: Option<bool>, assets: Fen, liabilities: Fen, equity: Option<Fen>,
        current_assets: Option<Fen>, current_liabilities: Option<Fen>, cash: Option<Fen>,
        inventory: Option<Fen>, receivables: Option<Fen>, payables: Option<Fen>,
        retained_earnings: Option<Fen>, sales: Option<Fen>, cost: Option<Fen>,
        profit_before_tax: Option<Fen>, net_profit: Option<Fen>, interest: Option<Fen>, known_on: Option<Day>,
    }
    answers: Answer { table: Word, answered_on: Day, known_on: Option<Day>, }
    outcomes: Outcome {
        at_risk: bool, defaulted: i64, default_on: Option<Day>, latent_quality: f64, latent_technology: f64,
        probability: f64,
    }
}

/// Names of the record tables, in the order of the schema.
pub const TABLE_NAMES: &[&str] = match NAMES.split_last() {
    Some((_, records)) => records,
    None => &[],
};
