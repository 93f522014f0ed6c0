//! What the departments sent, immutable and typed: door 2.
//!
//! Every table is declared once (name, columns, types, units, Chinese headers, what a column means) by
//! `record_table!`; readers, documentation and generators take it from [`TABLES`]. Everything that enters,
//! be it a column of a frame, a row of a file or one firm's JSON, goes through [`columns`], which types it,
//! checks it and keeps what it cannot use as a [`Reject`] with all its faults.
//!
//! A record says when it happened and when it became known. [`Dossier::view`] shows one firm as of a day: what
//! was not yet known is hidden, what was corrected since stands as it was known then, and a date inside a
//! record that lies after the day has not happened yet.
//!
//! ```
//! use rating_core::record::Dossier;
//! let dossier: Dossier = r#"{
//!     "firm_id": "F-000001",
//!     "registrations": [{"name": "甲科技", "established_on": "2016-03-01", "status": "存续"}],
//!     "patents": [{"number": "201710601862.3", "filed_on": "2017-07-21", "status": "pending"}]
//! }"#
//! .parse()?;
//! let view = dossier.view("2017-01-01".parse()?);
//! assert_eq!(view.patents().count(), 0); // not yet filed
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answers;
mod cell;
mod code;
pub mod columns;
mod credit;
mod distinct;
mod dossier;
mod error;
mod finance;
mod json;
mod listing;
mod patent;
mod person;
mod registry;
mod reject;
mod research;
mod schema;
mod shelf;
mod tax;
mod text;

pub use answers::Answer;
pub use cell::{Cell, CellFault, CellValue, FieldValue, Year};
pub use code::CodeWord;
pub use columns::{Intake, TableCount, read_tables};
pub use credit::{CollateralKind, Enquiry, EnquiryReason, FacilitySnapshot, GuaranteeGiven, LoanClass};
pub use dossier::{Dossier, View};
pub use error::RecordError;
pub use finance::Statement;
pub use listing::{ListKind, Listing, ListingState, Severity};
pub use patent::{IntellectualProperty, Patent, PatentStatus, PropertyClass, PropertyKind};
pub use person::{PersonRecord, PersonRecordKind, PersonRole};
pub use registry::{AnnualReport, ChangeItem, FirmKind, FirmStatus, Registration, RegistryChange};
pub use reject::{Fault, Reject};
pub use research::{Certificate, CertificateKind, ResearchYear};
pub use schema::{Department, Field, FieldKind, Table};
pub use tax::{
    Direction, Filing, Invoice, InvoiceStatus, TaxArrear, TaxCreditLevel, TaxKind, TaxLevel, TaxPenalty,
};
pub use text::{Text, TextError};

pub(crate) use columns::RowReader;
pub(crate) use distinct::Distinct;
use std::cmp::Ordering;

/// The list of tables: hands `field: Type` pairs to a macro, so that no second list exists.
macro_rules! for_each_table {
    ($callback:ident) => {
        $callback! {
            registrations: Registration,
            registry_changes: RegistryChange,
            annual_reports: AnnualReport,
            listings: Listing,
            filings: Filing,
            invoices: Invoice,
            tax_credit_levels: TaxCreditLevel,
            tax_arrears: TaxArrear,
            tax_penalties: TaxPenalty,
            patents: Patent,
            intellectual_properties: IntellectualProperty,
            research_years: ResearchYear,
            certificates: Certificate,
            facilities: FacilitySnapshot,
            guarantees: GuaranteeGiven,
            enquiries: Enquiry,
            statements: Statement,
            responsible_persons: PersonRecord,
            answers: Answer,
        }
    };
}
pub(crate) use for_each_table;

code::code_words! {
    /// The tables that a department can answer, in the order of [`TABLES`].
    TableName {
        /// Registration.
        Registrations = "registrations" | "企业登记";
        /// Registered changes.
        RegistryChanges = "registry_changes" | "变更登记";
        /// Annual reports.
        AnnualReports = "annual_reports" | "企业年报";
        /// Lists and penalties.
        Listings = "listings" | "失信名单";
        /// Tax filings.
        Filings = "filings" | "纳税申报";
        /// VAT invoices.
        Invoices = "invoices" | "增值税发票";
        /// Tax credit levels.
        TaxCreditLevels = "tax_credit_levels" | "纳税信用等级";
        /// Tax arrears.
        TaxArrears = "tax_arrears" | "欠税信息";
        /// Tax penalties.
        TaxPenalties = "tax_penalties" | "税务处罚";
        /// Patents.
        Patents = "patents" | "专利";
        /// Other intellectual property.
        IntellectualProperties = "intellectual_properties" | "其他知识产权";
        /// Research expense and staff.
        ResearchYears = "research_years" | "研发投入";
        /// Certificates.
        Certificates = "certificates" | "资质证书";
        /// Facility snapshots.
        Facilities = "facilities" | "信贷账户";
        /// Guarantees given.
        Guarantees = "guarantees" | "对外担保";
        /// Enquiries.
        Enquiries = "enquiries" | "查询记录";
        /// Financial statements.
        Statements = "statements" | "财务报表";
        /// Negative records of persons who carry responsibility.
        ResponsiblePersons = "responsible_persons" | "责任人不良记录";
    }
}

impl TableName {
    /// Place in [`TABLES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The department that sends it; none for records of persons, which are no records of the firm.
    pub fn department(self) -> Option<Department> {
        TABLES.get(self.index()).and_then(|table| table.department)
    }
}

macro_rules! list_tables {
    ($($table:ident: $record:ident,)+) => {
        /// Every table with its columns: the one schema. The last is the table of answers.
        pub const TABLES: &[&Table] = &[$(<$record as Record>::TABLE),+];
    };
}
for_each_table!(list_tables);

/// A row of a table: made by `record_table!` and by nothing else.
pub trait Record: Ord + Clone + std::fmt::Debug {
    /// Its table.
    const TABLE: &'static Table;

    /// The day on which it became known.
    fn known_on(&self) -> crate::num::Date;

    /// Order of the key: rows of a firm that compare equal are versions of one fact.
    fn compare_keys(&self, other: &Self) -> Ordering;

    /// Reads the fields behind `firm_id` in schema order; none if the row has a fault.
    fn read(row: &mut RowReader<'_, '_>) -> Option<Self>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_stand_in_the_order_of_the_tables() {
        for (name, table) in TableName::ALL.iter().zip(TABLES) {
            assert_eq!(name.word(), table.name);
            assert_eq!(TableName::from_word(table.zh), Some(*name));
            assert_eq!(name.department(), table.department);
            assert_eq!(
                name.department().is_none(),
                *name == TableName::ResponsiblePersons
            );
        }
        assert_eq!(TABLES.len(), TableName::ALL.len() + 1);
    }

    #[test]
    fn no_header_names_two_columns_of_a_table() {
        for table in TABLES {
            let mut seen = std::collections::HashSet::new();
            for field in table.fields {
                for header in std::iter::once(&field.name).chain(field.aliases) {
                    assert!(seen.insert(*header), "{}: `{header}`", table.name);
                }
            }
        }
    }

    #[test]
    fn every_key_names_columns() {
        for table in TABLES {
            assert!(
                table.key.iter().all(|k| table.field(k).is_some()),
                "{}",
                table.name
            );
        }
    }
}
