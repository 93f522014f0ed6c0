//! The one schema: what tables there are, their columns, units and words.

use super::CodeWord;

/// What a field holds; decides how a cell is read and in what unit it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// The identifier that joins a firm's records.
    FirmId,
    /// Text of at most 200 characters.
    Text,
    /// A calendar day.
    Date,
    /// An amount of renminbi, in yuan, with two decimals.
    Amount,
    /// A whole number of things, not negative.
    Count,
    /// A calendar year.
    Year,
    /// True or false.
    Flag,
    /// One of a closed set of words.
    Code(&'static [CodeWord]),
    /// A Chinese patent application number.
    PatentNumber,
    /// A six-digit region code, GB/T 2260.
    RegionCode,
    /// An industry code, GB/T 4754.
    IndustryCode,
}

impl FieldKind {
    /// One word for documentation: `firm id`, `text`, `date`, `amount`, `count`, `year`, `flag`, `code`,
    /// `patent number`, `region code`, `industry code`.
    pub const fn word(self) -> &'static str {
        match self {
            FieldKind::FirmId => "firm id",
            FieldKind::Text => "text",
            FieldKind::Date => "date",
            FieldKind::Amount => "amount",
            FieldKind::Count => "count",
            FieldKind::Year => "year",
            FieldKind::Flag => "flag",
            FieldKind::Code(_) => "code",
            FieldKind::PatentNumber => "patent number",
            FieldKind::RegionCode => "region code",
            FieldKind::IndustryCode => "industry code",
        }
    }

    /// The unit of the values, empty where there is none.
    pub const fn unit(self) -> &'static str {
        match self {
            FieldKind::Amount => "yuan",
            FieldKind::Date => "day",
            _ => "",
        }
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The canonical column name.
    pub name: &'static str,
    /// Type and unit.
    pub kind: FieldKind,
    /// Whether a row without it is rejected.
    pub required: bool,
    /// Other headers, Chinese ones included, that are read as this column.
    pub aliases: &'static [&'static str],
    /// What it means.
    pub doc: &'static str,
}

/// One table that a department sends.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The canonical name, also the stem of its file.
    pub name: &'static str,
    /// Its Chinese name, an alias.
    pub zh: &'static str,
    /// Who sends it; none for records of persons, which are no records of the firm, and for the table of answers itself.
    pub department: Option<Department>,
    /// What one row is.
    pub doc: &'static str,
    /// Its columns, `firm_id` first and `known_on` last.
    pub fields: &'static [Field],
    /// The columns that make a row a version of another: same firm, same key, known later.
    pub key: &'static [&'static str],
    /// When a row became known if its `known_on` is missing, in words.
    pub known_default: &'static str,
}

impl Table {
    /// The field with this canonical name or alias; blanks around a header do not count.
    pub fn field(&self, header: &str) -> Option<(usize, &'static Field)> {
        let header = header.trim();
        let named = |f: &Field| f.name.eq_ignore_ascii_case(header) || f.aliases.contains(&header);
        self.fields.iter().enumerate().find(|(_, field)| named(field))
    }

    /// Whether a name is this table's, canonical or Chinese.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.trim()) || self.zh == name.trim()
    }
}

super::code::code_words! {
    /// A family of records, by the public body that keeps it.
    Department {
        /// Business registry: registration, changes, annual reports.
        Registry = "registry" | "工商";
        /// Published lists and penalties.
        Listing = "listing" | "名单";
        /// Tax authority: filings, invoices, credit levels, arrears, penalties.
        Tax = "tax" | "税务";
        /// Intellectual property office: patents and other intellectual property.
        Patent = "patent" | "知识产权";
        /// Science and technology department: research expense, staff, certificates.
        Research = "research" | "科技";
        /// Credit register of the central bank: facilities, guarantees, enquiries.
        Credit = "credit" | "征信";
        /// Financial statements.
        Finance = "finance" | "财务";
    }
}

/// Declares a record: the struct, its row of the schema and its reader, from one list of fields.
///
/// `T` is a required field, `Option<T>` one that may be missing. `known` is when a row became known if its
/// `known_on` cell is missing. `check` lists what must hold between the fields of one row.
macro_rules! record_table {
    (@department) => { None };
    (@department $department:ident) => { Some($crate::record::Department::$department) };
    (
        $(#[doc = $doc:literal])+
        $name:ident in $table:literal ($zh:literal $(, $department:ident)?),
        key [$($key:ident),* $(,)?],
        known $known_doc:literal = |$record:ident| $known:expr;
        $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty = [$($alias:literal),* $(,)?];)+
        check { $($bad_field:ident $message:literal: |$r:ident| $holds:expr;)* }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: $type,)+
            /// The day on which it became known to the department that sends it.
            pub known_on: $crate::num::Date,
        }

        impl $crate::record::Record for $name {
            const TABLE: &'static $crate::record::Table = &$crate::record::Table {
                name: $table,
                zh: $zh,
                department: $crate::record::schema::record_table!(@department $($department)?),
                doc: concat!($($doc),+),
                fields: &[
                    $crate::record::Field {
                        name: "firm_id",
                        kind: $crate::record::FieldKind::FirmId,
                        required: true,
                        aliases: &["统一社会信用代码", "企业代号", "纳税人识别号", "企业代码"],
                        doc: " The firm: unified social credit code, an older code, or an internal one.",
                    },
                    $($crate::record::Field {
                        name: stringify!($field),
                        kind: <$type as $crate::record::FieldValue>::KIND,
                        required: <$type as $crate::record::FieldValue>::REQUIRED,
                        aliases: &[$($alias),*],
                        doc: concat!($($field_doc),+),
                    },)+
                    $crate::record::Field {
                        name: "known_on",
                        kind: $crate::record::FieldKind::Date,
                        required: false,
                        aliases: &["获知日期", "数据日期"],
                        doc: concat!(" The day on which it became known; if missing: ", $known_doc, "."),
                    },
                ],
                key: &[$(stringify!($key)),*],
                known_default: $known_doc,
            };

            fn known_on(&self) -> $crate::num::Date {
                self.known_on
            }

            #[allow(unused_variables, reason = "a table without a key has one row a firm")]
            fn compare_keys(&self, other: &Self) -> std::cmp::Ordering {
                std::cmp::Ordering::Equal $(.then_with(|| self.$key.cmp(&other.$key)))*
            }

            fn read(row: &mut $crate::record::RowReader<'_, '_>) -> Option<Self> {
                // Every field is read before the first `?`, so that all faults of the row are collected.
                $(let $field = row.take::<$type>();)+
                let known_on = row.take::<Option<$crate::num::Date>>();
                let mut $record = $name { $($field: $field?,)+ known_on: $crate::num::Date::MAX };
                $record.known_on = match known_on? {
                    Some(known_on) => known_on,
                    None => $known,
                };
                $({
                    let $r = &$record;
                    row.check($holds, stringify!($bad_field), $message);
                })*
                row.is_sound().then_some($record)
            }
        }
    };
}
pub(crate) use record_table;
