//! The one catalogue: every measure with its id, unit, range, window, source tables, direction, names and
//! formula. Column names, documentation, checks and generators read it.

use crate::record::{LoanClass, TableName, TaxLevel};

/// What a measure's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Renminbi yuan.
    Yuan,
    /// A part of a whole, 1 is all of it.
    Share,
    /// One quantity over another, or a relative change.
    Ratio,
    /// Whole things.
    Count,
    /// Years of 365.25 days.
    Years,
    /// Calendar months.
    Months,
    /// Days.
    Days,
    /// 1 if it holds, 0 if not.
    Flag,
    /// One of several words; the number is the word's place, from 0.
    Category(Words),
}

/// The words of a categorical measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Yearly tax credit level, A to D.
    TaxLevel,
    /// Five-class loan classification, pass to loss.
    LoanClass,
}

impl Words {
    /// The words in order of their numbers.
    pub fn list(self) -> Vec<&'static str> {
        match self {
            Words::TaxLevel => TaxLevel::WORDS.iter().map(|w| w.word).collect(),
            Words::LoanClass => LoanClass::WORDS.iter().map(|w| w.word).collect(),
        }
    }
}

impl Unit {
    /// One word for tables: `yuan`, `share`, `ratio`, `count`, `years`, `months`, `days`, `flag`, `category`.
    pub const fn word(self) -> &'static str {
        match self {
            Unit::Yuan => "yuan",
            Unit::Share => "share",
            Unit::Ratio => "ratio",
            Unit::Count => "count",
            Unit::Years => "years",
            Unit::Months => "months",
            Unit::Days => "days",
            Unit::Flag => "flag",
            Unit::Category(_) => "category",
        }
    }
}

/// Which way a measure speaks of risk, where it speaks one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More of it is safer.
    Safer,
    /// More of it is riskier.
    Riskier,
    /// Neither, or not the same everywhere.
    Unordered,
}

impl Direction {
    /// One word for tables: `safer`, `riskier`, `unordered`.
    pub const fn word(self) -> &'static str {
        match self {
            Direction::Safer => "safer",
            Direction::Riskier => "riskier",
            Direction::Unordered => "unordered",
        }
    }
}

/// The family of a measure: one file, one department's point of view, one pillar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// VAT invoices.
    Trade,
    /// Filings, levels, arrears, penalties.
    Tax,
    /// Registration, changes, reports, lists.
    Registry,
    /// Patents, other rights, research, certificates.
    Technology,
    /// Facilities, guarantees, enquiries.
    Credit,
    /// Statements.
    Finance,
}

impl Family {
    /// One word for tables, the first part of its measures' ids: `trade`, `tax`, `registry`, `technology`, `credit`,
    /// `finance`.
    pub const fn word(self) -> &'static str {
        match self {
            Family::Trade => "trade",
            Family::Tax => "tax",
            Family::Registry => "registry",
            Family::Technology => "technology",
            Family::Credit => "credit",
            Family::Finance => "finance",
        }
    }
}

/// What the catalogue says of one measure.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The measure.
    pub measure: Measure,
    /// Its id, `family.name`: column name and key in a model document.
    pub id: &'static str,
    /// Its family.
    pub family: Family,
    /// Unit of its number.
    pub unit: Unit,
    /// Least and greatest number; results beyond are held to the end of the range.
    pub range: (f64, f64),
    /// How far back it looks, in words.
    pub window: &'static str,
    /// The tables it reads; the first must have been answered, or the measure is not reported.
    pub sources: &'static [TableName],
    /// Which way it speaks of risk.
    pub direction: Direction,
    /// English name.
    pub en: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// Definition and formula.
    pub formula: &'static str,
}

macro_rules! catalogue {
    ($($name:ident $id:literal $family:ident $unit:expr, $low:literal ..= $high:literal, $window:literal,
       [$($source:ident),+], $direction:ident, $en:literal, $zh:literal, $formula:literal;)+) => {
        /// A measured property of a firm as of a day. [`Measure::entry`] tells all about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure {
            $(#[doc = concat!($en, " (", $zh, "): ", $formula)] $name,)+
        }

        /// Every measure, in the order of the enum.
        pub const CATALOGUE: &[Entry] = &[
            $(Entry {
                measure: Measure::$name,
                id: $id,
                family: Family::$family,
                unit: $unit,
                range: ($low, $high),
                window: $window,
                sources: &[$(TableName::$source),+],
                direction: Direction::$direction,
                en: $en,
                zh: $zh,
                formula: $formula,
            },)+
        ];

        impl Measure {
            /// What the catalogue says of it.
            pub const fn entry(self) -> &'static Entry {
                match self { $(Measure::$name => {
                    const ENTRY: Entry = Entry {
                        measure: Measure::$name, id: $id, family: Family::$family, unit: $unit, range: ($low, $high),
                        window: $window, sources: &[$(TableName::$source),+], direction: Direction::$direction,
                        en: $en, zh: $zh, formula: $formula,
                    };
                    &ENTRY
                },)+ }
            }
        }
    };
}

/// How many measures there are.
pub const COUNT: usize = CATALOGUE.len();

impl Measure {
    /// Its id, `family.name`.
    pub const fn id(self) -> &'static str {
        self.entry().id
    }

    /// Its place in [`CATALOGUE`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The measure with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        CATALOGUE
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.measure)
    }
}

impl serde::Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Measure {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Measure".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let ids: Vec<&str> = CATALOGUE.iter().map(|entry| entry.id).collect();
        schemars::json_schema!({ "description": "Id of a measure of the catalogue.", "type": "string", "enum": ids })
    }
}

impl<'de> serde::Deserialize<'de> for Measure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let unknown =
            || serde::de::Error::custom(format!("unknown measure `{id}`; docs/measures.md lists them"));
        Self::from_id(&id).ok_or_else(unknown)
    }
}

catalogue! {
    TradeSales12m "trade.sales_12m" Trade Unit::Yuan, -1e12 ..= 1e12, "12 months", [Invoices], Safer, "sales invoiced in 12 months", "近12个月开票销售额", "sum of the amounts of valid sales invoices, red-letter ones with their sign, issued in the 12 months to the day";
    TradePurchases12m "trade.purchases_12m" Trade Unit::Yuan, -1e12 ..= 1e12, "12 months", [Invoices], Unordered, "purchases invoiced in 12 months", "近12个月进项采购额", "sum of the amounts of valid purchase invoices issued in the 12 months to the day";
    TradeSalesGrowth "trade.sales_growth" Trade Unit::Ratio, -1.0 ..= 100.0, "24 months", [Invoices], Safer, "growth of invoiced sales", "开票销售额增长率", "sales of the last 12 months / sales of the 12 months before − 1; not applicable if the latter are not positive, too short if the first invoice is not of the first month of the 24 or older";
    TradeSalesVolatility "trade.sales_volatility" Trade Unit::Ratio, 0.0 ..= 100.0, "12 months", [Invoices], Riskier, "volatility of monthly sales", "月销售额波动率", "population standard deviation / mean of the 12 monthly sales; not applicable if the mean is not positive, too short if the first invoice is not of the first month of the 12 or older";
    TradeSalesTrend "trade.sales_trend" Trade Unit::Ratio, -10.0 ..= 10.0, "24 months", [Invoices], Safer, "seasonality-robust trend of sales", "销售额同比趋势", "median over the last 12 months of (sales of the month − sales of the same month a year before) / mean monthly sales of the 24 months";
    TradeActiveMonths "trade.active_months" Trade Unit::Months, 0.0 ..= 12.0, "12 months", [Invoices], Safer, "months with a sale", "有销售月份数", "of the last 12 months, those with a valid sales invoice above zero";
    TradeLongestGap "trade.longest_gap" Trade Unit::Months, 0.0 ..= 12.0, "12 months", [Invoices], Riskier, "longest gap between sales", "最长连续无销售月数", "longest run of months without a valid sales invoice above zero within the last 12";
    TradeVoidRate "trade.void_rate" Trade Unit::Share, 0.0 ..= 1.0, "12 months", [Invoices], Riskier, "void share of sales invoices", "销项发票作废率", "void sales invoices / all sales invoices of the last 12 months, by number";
    TradePurchaseVoidRate "trade.purchase_void_rate" Trade Unit::Share, 0.0 ..= 1.0, "12 months", [Invoices], Riskier, "void share of purchase invoices", "进项发票作废率", "void purchase invoices / all purchase invoices of the last 12 months, by number";
    TradeRedLetterRate "trade.red_letter_rate" Trade Unit::Ratio, 0.0 ..= 10.0, "12 months", [Invoices], Riskier, "red-letter share of sales", "销项红字发票占比", "valid red-letter sales amounts, unsigned / valid sales amounts above zero, last 12 months";
    TradeInputOutputRatio "trade.input_output_ratio" Trade Unit::Ratio, 0.0 ..= 100.0, "12 months", [Invoices], Unordered, "purchases to sales", "进销比", "purchases / sales of the last 12 months; not applicable if sales are not positive";
    TradeMargin "trade.margin" Trade Unit::Ratio, -100.0 ..= 1.0, "12 months", [Invoices], Safer, "invoice margin", "进销毛利率", "(sales − purchases) / sales of the last 12 months; not applicable if sales are not positive";
    TradeTaxBurden "trade.tax_burden" Trade Unit::Ratio, -1.0 ..= 1.0, "12 months", [Invoices], Unordered, "invoiced tax burden", "开票税负率", "(tax on sales − tax on purchases) / sales of the last 12 months; not applicable if sales are not positive";
    TradeCustomerConcentration "trade.customer_concentration" Trade Unit::Share, 0.0 ..= 1.0, "12 months", [Invoices], Riskier, "concentration of customers", "客户集中度", "sum of squared shares of customers in sales (Herfindahl index), customers with positive net sales of the last 12 months";
    TradeTopCustomerShare "trade.top_customer_share" Trade Unit::Share, 0.0 ..= 1.0, "12 months", [Invoices], Riskier, "share of the largest customer", "第一大客户占比", "largest share of one customer, as in the concentration of customers";
    TradeSupplierConcentration "trade.supplier_concentration" Trade Unit::Share, 0.0 ..= 1.0, "12 months", [Invoices], Riskier, "concentration of suppliers", "供应商集中度", "sum of squared shares of suppliers in purchases (Herfindahl index), suppliers with positive net purchases of the last 12 months";
    TradeTopSupplierShare "trade.top_supplier_share" Trade Unit::Share, 0.0 ..= 1.0, "12 months", [Invoices], Riskier, "share of the largest supplier", "第一大供应商占比", "largest share of one supplier, as in the concentration of suppliers";
    TradeCustomers "trade.customers" Trade Unit::Count, 0.0 ..= 1e6, "12 months", [Invoices], Safer, "customers", "客户数", "customers with positive net sales in the last 12 months";
    TradeSuppliers "trade.suppliers" Trade Unit::Count, 0.0 ..= 1e6, "12 months", [Invoices], Safer, "suppliers", "供应商数", "suppliers with positive net purchases in the last 12 months";
    TradeReturningShare "trade.returning_share" Trade Unit::Share, 0.0 ..= 1.0, "24 months", [Invoices], Safer, "share of returning customers", "老客户销售占比", "net sales of the last 12 months to customers that also had positive net sales in the 12 months before / net sales to all customers with positive net sales; too short if the first invoice is not of the first month of the 24 or older";

    TaxDeclaredSales12m "tax.declared_sales_12m" Tax Unit::Yuan, 0.0 ..= 1e12, "12 months", [Filings], Safer, "declared sales in 12 months", "近12个月申报销售额", "sum of the taxable sales of VAT filings, filed by the day, for periods that ended in the 12 months to the end of the last period that was due before the day or filed by it (at most 4 months before the day)";
    TaxDeclaredGrowth "tax.declared_growth" Tax Unit::Ratio, -1.0 ..= 100.0, "24 months", [Filings], Safer, "growth of declared sales", "申报销售额增长率", "declared sales of those 12 months / of the 12 months before them − 1; not applicable if the latter are not positive, too short if the VAT periods on record do not reach back so far (the first is taken to be as long as the time to the second)";
    TaxPaid12m "tax.paid_12m" Tax Unit::Yuan, 0.0 ..= 1e12, "12 months", [Filings], Safer, "tax paid in 12 months", "近12个月缴税额", "sum of tax paid, all kinds, with a payment day in the 12 months to the day";
    TaxBurden "tax.burden" Tax Unit::Ratio, 0.0 ..= 1.0, "12 months", [Filings], Unordered, "declared tax burden", "申报税负率", "VAT payable / declared sales of the same 12 months; not applicable if declared sales are not positive";
    TaxLateFilings12m "tax.late_filings_12m" Tax Unit::Count, 0.0 ..= 1000.0, "12 months", [Filings], Riskier, "late filings in 12 months", "近12个月逾期申报次数", "filings due in the 12 months before the day that were filed after their due day or not yet";
    TaxLateFilings24m "tax.late_filings_24m" Tax Unit::Count, 0.0 ..= 1000.0, "24 months", [Filings], Riskier, "late filings in 24 months", "近24个月逾期申报次数", "the same over 24 months";
    TaxLatePayments12m "tax.late_payments_12m" Tax Unit::Count, 0.0 ..= 1000.0, "12 months", [Filings], Riskier, "late payments in 12 months", "近12个月逾期缴税次数", "filings with tax payable above zero, due in the 12 months before the day, paid after their due day or not yet";
    TaxLatePayments24m "tax.late_payments_24m" Tax Unit::Count, 0.0 ..= 1000.0, "24 months", [Filings], Riskier, "late payments in 24 months", "近24个月逾期缴税次数", "the same over 24 months";
    TaxUnfiled "tax.unfiled" Tax Unit::Count, 0.0 ..= 1000.0, "36 months", [Filings], Riskier, "filings overdue now", "未申报次数", "filings due in the 36 months before the day and not filed by it";
    TaxArrears "tax.arrears" Tax Unit::Yuan, 0.0 ..= 1e12, "now", [TaxArrears], Riskier, "tax arrears", "欠税余额", "sum of arrears owed since the day or earlier and not cleared by it";
    TaxArrearsToSales "tax.arrears_to_sales" Tax Unit::Ratio, 0.0 ..= 100.0, "12 months", [TaxArrears, Filings, Invoices], Riskier, "tax arrears to sales", "欠税与销售额之比", "arrears / declared sales of the last 12 months, or invoiced sales where filings were not reported; 0 without arrears; otherwise not applicable if these sales are not positive or neither was reported";
    TaxLevel "tax.level" Tax Unit::Category(Words::TaxLevel), 0.0 ..= 4.0, "24 months", [TaxCreditLevels], Unordered, "tax credit level", "纳税信用等级", "level of the latest year known that ended in the 24 months before the day; too short if there is only an older one";
    TaxLevelTrend "tax.level_trend" Tax Unit::Count, -4.0 ..= 4.0, "36 months", [TaxCreditLevels], Safer, "trend of the tax credit level", "纳税信用等级变化", "steps up (down: negative) from the year before to the latest year, in the order A, B, M, C, D; too short without two consecutive years";
    TaxPenalties24m "tax.penalties_24m" Tax Unit::Count, 0.0 ..= 1000.0, "24 months", [TaxPenalties], Riskier, "tax penalties in 24 months", "近24个月税务处罚次数", "penalties decided in the 24 months to the day";
    TaxInvoiceCoverage "tax.invoice_coverage" Tax Unit::Ratio, 0.0 ..= 100.0, "12 months", [Filings, Invoices], Unordered, "invoiced to declared sales", "开票申报比", "invoiced sales of the last 12 months / declared sales; not applicable if declared sales are not positive or invoiced ones negative, not reported if invoices were not";

    RegistryAge "registry.age" Registry Unit::Years, 0.0 ..= 300.0, "now", [Registrations], Safer, "age of the firm", "企业年龄", "days since establishment / 365.25; not applicable without a registration or before the establishment";
    RegistryCapital "registry.capital" Registry Unit::Yuan, 0.0 ..= 1e12, "now", [Registrations], Safer, "registered capital", "注册资本", "registered capital as known on the day; not reported if missing, not applicable without a registration";
    RegistryPaidInShare "registry.paid_in_share" Registry Unit::Share, 0.0 ..= 1.0, "now", [Registrations], Safer, "share of capital paid in", "实缴比例", "paid-in / registered capital; not reported if either is missing, not applicable if registered capital is zero or without a registration";
    RegistryStaff "registry.staff" Registry Unit::Count, 0.0 ..= 1e7, "now", [Registrations], Safer, "staff", "从业人数", "persons employed as registered; not reported if missing, not applicable without a registration";
    RegistryChanges12m "registry.changes_12m" Registry Unit::Count, 0.0 ..= 1000.0, "12 months", [RegistryChanges], Riskier, "registered changes in 12 months", "近12个月变更次数", "changes in the 12 months to the day";
    RegistryRepresentativeChanges24m "registry.representative_changes_24m" Registry Unit::Count, 0.0 ..= 1000.0, "24 months", [RegistryChanges], Riskier, "changes of legal representative in 24 months", "近24个月法定代表人变更次数", "changes of the legal representative in the 24 months to the day";
    RegistryShareholderChanges24m "registry.shareholder_changes_24m" Registry Unit::Count, 0.0 ..= 1000.0, "24 months", [RegistryChanges], Unordered, "changes of shareholders in 24 months", "近24个月股东变更次数", "changes of shareholders in the 24 months to the day";
    RegistryReportsOnTime "registry.reports_on_time" Registry Unit::Share, 0.0 ..= 1.0, "36 months", [AnnualReports], Safer, "annual reports on time", "年报按时公示率", "annual reports due in the 36 months before the day (from the same day 36 months before to the day before the day, which itself may still be used to publish) and published by their due day / all due; not applicable if none was due";
    RegistryReportsMissing "registry.reports_missing" Registry Unit::Count, 0.0 ..= 3.0, "36 months", [AnnualReports], Riskier, "annual reports not published", "未公示年报数", "annual reports due in the 36 months before the day, as in the reports on time, and not published by the day";
    RegistryListingsOpen "registry.listings_open" Registry Unit::Count, 0.0 ..= 1000.0, "now", [Listings], Riskier, "open listings", "在列异常及失信名单数", "entries on lists other than administrative penalties that started by the day, have not ended or been repaired by it, and against which no objection is pending; an entry without a last day stays open until it is repaired, even where a rule counts it for less";
    RegistryListingsClosed36m "registry.listings_closed_36m" Registry Unit::Count, 0.0 ..= 1000.0, "36 months", [Listings], Unordered, "listings closed in 36 months", "近36个月移出名单数", "entries on lists other than administrative penalties that expired in the 36 months to the day (an entry expires on the day after its last day) without a repair and without objection pending; a repaired entry is not used (国办发〔2025〕22号)";
    RegistryPenalties36m "registry.penalties_36m" Registry Unit::Count, 0.0 ..= 1000.0, "36 months", [Listings], Riskier, "administrative penalties in 36 months", "近36个月行政处罚次数", "penalties that started in the 36 months to the day, not repaired, without objection pending; one whose publication has ended counts";
    RegistryDays "registry.days" Registry Unit::Days, 0.0 ..= 1.1e5, "now", [Registrations], Safer, "days since establishment", "成立天数", "days from the day of establishment to the day; not applicable if it is not established yet";

    TechnologyInventions "technology.inventions" Technology Unit::Count, 0.0 ..= 1e6, "now", [Patents], Safer, "inventions in force", "有效发明专利数", "invention patents granted, in force and within their term on the day; here and below a patent taken over after the day is not yet the firm's";
    TechnologyClassOne "technology.class_one" Technology Unit::Count, 0.0 ..= 1e6, "now", [Patents, IntellectualProperties], Safer, "class I rights in force", "Ⅰ类知识产权数", "inventions in force and other rights of class I in force, these as far as reported (国科发政〔2017〕115号)";
    TechnologyClassTwo "technology.class_two" Technology Unit::Count, 0.0 ..= 1e6, "now", [Patents, IntellectualProperties], Safer, "class II rights in force", "Ⅱ类知识产权数", "utility models and designs in force and software copyrights in force, the latter as far as reported (国科发政〔2017〕115号)";
    TechnologySoftwareCopyrights "technology.software_copyrights" Technology Unit::Count, 0.0 ..= 1e6, "now", [IntellectualProperties], Safer, "software copyrights", "软件著作权数", "software copyrights in force on the day";
    TechnologyTrademarks "technology.trademarks" Technology Unit::Count, 0.0 ..= 1e6, "now", [IntellectualProperties], Safer, "trademarks", "商标数", "trademarks in force on the day";
    TechnologyApplications36m "technology.applications_36m" Technology Unit::Count, 0.0 ..= 1e6, "36 months", [Patents], Safer, "patent applications in 3 years", "近3年专利申请数", "patents applied for in the 36 months to the day and not transferred in";
    TechnologyGrantRate "technology.grant_rate" Technology Unit::Share, 0.0 ..= 1.0, "all", [Patents], Safer, "grant rate", "授权率", "patents granted by the day / patents decided by it (granted, rejected, or abandoned before a grant), the firm's own; without a day of grant, a status that follows a grant counts as one, and one that ended without saying how is left out; not applicable if none was decided";
    TechnologyMeanAge "technology.mean_age" Technology Unit::Years, 0.0 ..= 30.0, "now", [Patents], Unordered, "mean age of patents in force", "有效专利平均年龄", "mean of days since application / 365.25 over patents in force; not applicable if there is none";
    TechnologyRemainingLife "technology.remaining_life" Technology Unit::Years, 0.0 ..= 20.0, "now", [Patents], Safer, "mean remaining life of patents in force", "有效专利平均剩余年限", "mean of days to the end of the term / 365.25 over patents in force; not applicable if there is none";
    TechnologyTransferredShare "technology.transferred_share" Technology Unit::Share, 0.0 ..= 1.0, "now", [Patents], Riskier, "share of patents transferred in", "受让专利占比", "patents in force taken over from another owner by the day / patents in force; not applicable if there is none";
    TechnologyPledgedShare "technology.pledged_share" Technology Unit::Share, 0.0 ..= 1.0, "now", [Patents], Unordered, "share of patents pledged", "质押专利占比", "patents in force that stand pledged / patents in force; not applicable if there is none";
    TechnologyBreadth "technology.breadth" Technology Unit::Count, 0.0 ..= 1e4, "now", [Patents], Safer, "technical breadth", "技术领域广度", "distinct main classes of the patents in force, those without a class left out";
    TechnologyResearchExpense "technology.research_expense" Technology Unit::Yuan, 0.0 ..= 1e12, "latest year", [ResearchYears], Safer, "research expense", "研发费用", "expense of the latest research year known that ended in the 24 months before the day; too short if there is only an older one";
    TechnologyResearchIntensity "technology.research_intensity" Technology Unit::Ratio, 0.0 ..= 10.0, "latest year", [ResearchYears, Statements, Filings], Safer, "research intensity", "研发投入强度", "research expense / sales of the same year, from the statement of that year, else from its filed VAT filings; not reported without sales, not applicable if sales are not positive";
    TechnologyResearchGrowth "technology.research_growth" Technology Unit::Ratio, -1.0 ..= 100.0, "2 years", [ResearchYears], Safer, "growth of research expense", "研发费用增长率", "research expense of the latest year / of the year before − 1; too short if the year before states none, not applicable if the latter is zero";
    TechnologyResearchStaffShare "technology.research_staff_share" Technology Unit::Share, 0.0 ..= 1.0, "latest year", [ResearchYears], Safer, "share of research staff", "科技人员占比", "research staff / all staff of the latest research year; not reported if either is missing, not applicable if staff is zero";
    TechnologyHighTech "technology.high_tech" Technology Unit::Flag, 0.0 ..= 1.0, "now", [Certificates], Safer, "valid high-tech enterprise certificate", "有效高新技术企业证书", "1 if a high and new technology enterprise certificate is valid on the day";
    TechnologyCertificates "technology.certificates" Technology Unit::Count, 0.0 ..= 10.0, "now", [Certificates], Safer, "kinds of valid certificates", "有效科技资质数", "distinct kinds of certificates valid on the day";
    TechnologyResearchIntensity3y "technology.research_intensity_3y" Technology Unit::Ratio, 0.0 ..= 10.0, "3 years", [ResearchYears, Statements, Filings, Registrations], Safer, "research intensity over 3 years", "近3年研发投入强度", "research expense of the latest research year and the two before it / sales of the same years, taken as in research intensity; years before the year of establishment are left out; too short if another of these years is missing, not reported if one states no expense or has no sales, not applicable if the sales are not positive (国科发火〔2016〕32号)";

    CreditFacilities "credit.facilities" Credit Unit::Count, 0.0 ..= 1e5, "now", [Facilities], Unordered, "open facilities", "未结清信贷账户数", "facilities whose latest snapshot lies in the 3 months to the day and has a balance above zero, a maturity after the day, or no maturity; every measure of open facilities is too short if the last answer is older than these 3 months";
    CreditLenders "credit.lenders" Credit Unit::Count, 0.0 ..= 1e4, "now", [Facilities], Unordered, "lenders", "授信机构数", "distinct lenders of open facilities";
    CreditBalance "credit.balance" Credit Unit::Yuan, 0.0 ..= 1e12, "now", [Facilities], Unordered, "credit balance", "信贷余额", "sum of the balances of open facilities";
    CreditUtilisation "credit.utilisation" Credit Unit::Ratio, 0.0 ..= 10.0, "now", [Facilities], Riskier, "utilisation of limits", "授信使用率", "balances / limits of open facilities that state a limit; not applicable if the limits are zero";
    CreditClass "credit.class" Credit Unit::Category(Words::LoanClass), 0.0 ..= 4.0, "now", [Facilities], Unordered, "worst loan class now", "当前最差五级分类", "worst class of open facilities; not reported if none states a class, not applicable without open facilities";
    CreditWorstClass12m "credit.worst_class_12m" Credit Unit::Category(Words::LoanClass), 0.0 ..= 4.0, "12 months", [Facilities], Unordered, "worst loan class in 12 months", "近12个月最差五级分类", "worst class over snapshots in the 12 months to the day; not applicable without snapshots, too short if the last answer is older, not reported if none states a class";
    CreditWorstClass24m "credit.worst_class_24m" Credit Unit::Category(Words::LoanClass), 0.0 ..= 4.0, "24 months", [Facilities], Unordered, "worst loan class in 24 months", "近24个月最差五级分类", "the same over 24 months";
    CreditDaysOverdue12m "credit.days_overdue_12m" Credit Unit::Days, 0.0 ..= 1e5, "12 months", [Facilities], Riskier, "worst days overdue in 12 months", "近12个月最长逾期天数", "greatest days overdue over snapshots in the 12 months to the day; not applicable without snapshots, too short if the last answer is older, not reported if none states days";
    CreditDaysOverdue24m "credit.days_overdue_24m" Credit Unit::Days, 0.0 ..= 1e5, "24 months", [Facilities], Riskier, "worst days overdue in 24 months", "近24个月最长逾期天数", "the same over 24 months";
    CreditMonthsSinceOverdue "credit.months_since_overdue" Credit Unit::Months, 0.0 ..= 60.0, "60 months", [Facilities], Safer, "months since last overdue", "距最近一次逾期月数", "most calendar months that can be added to the day of the latest snapshot with days overdue above zero without passing the day; 60 if there is none in the 60 months to the day; not applicable without snapshots in them, too short if the last answer is older, not reported if none states days";
    CreditOverdueShare "credit.overdue_share" Credit Unit::Share, 0.0 ..= 1.0, "now", [Facilities], Riskier, "overdue share of the balance", "逾期余额占比", "amounts overdue / balances of open facilities that state an amount overdue; not reported if facilities are open and none states it, not applicable if the balance is zero";
    CreditRestructured24m "credit.restructured_24m" Credit Unit::Flag, 0.0 ..= 1.0, "24 months", [Facilities], Riskier, "restructured in 24 months", "近24个月重组标志", "1 if a snapshot in the 24 months to the day is restructured; not applicable without snapshots, too short if the last answer is older";
    CreditShortTermShare "credit.short_term_share" Credit Unit::Share, 0.0 ..= 1.0, "now", [Facilities], Riskier, "share falling due within a year", "一年内到期占比", "balances of open facilities that mature by the same day 12 months after the day, those past their maturity included / balances of open facilities that state a maturity; not applicable if the latter are zero";
    CreditUnsecuredShare "credit.unsecured_share" Credit Unit::Share, 0.0 ..= 1.0, "now", [Facilities], Safer, "unsecured share of the balance", "信用贷款占比", "balances without security / balances of open facilities that state their collateral; not applicable if the latter are zero";
    CreditGuaranteesToEquity "credit.guarantees_to_equity" Credit Unit::Ratio, 0.0 ..= 100.0, "now", [Guarantees, Statements], Riskier, "guarantees given to equity", "对外担保与净资产之比", "guarantees open on the day, their last day included / net assets of the latest statement of a year ended by the day; 0 without guarantees; not reported without such a statement, too short if its year ended more than 24 months before the day, not applicable if net assets are not positive";
    CreditEnquiries6m "credit.enquiries_6m" Credit Unit::Count, 0.0 ..= 1000.0, "6 months", [Enquiries], Riskier, "loan enquiries in 6 months", "近6个月贷款审批查询次数", "enquiries for a new loan in the 6 months to the day";
    CreditDaysOverdue "credit.days_overdue" Credit Unit::Days, 0.0 ..= 1e5, "now", [Facilities], Riskier, "worst days overdue now", "当前最长逾期天数", "greatest days overdue of open facilities; not reported if none states days, not applicable without open facilities";

    FinanceAssets "finance.assets" Finance Unit::Yuan, 0.0 ..= 1e12, "latest year", [Statements], Safer, "total assets", "资产总额", "assets of the latest statement known that ended in the 24 months before the day; every finance measure is too short if there is only an older one";
    FinanceNetAssets "finance.net_assets" Finance Unit::Yuan, -1e12 ..= 1e12, "latest year", [Statements], Safer, "net assets", "净资产", "assets − liabilities";
    FinanceSales "finance.sales" Finance Unit::Yuan, 0.0 ..= 1e12, "latest year", [Statements], Safer, "sales", "营业收入", "sales of the latest statement";
    FinanceLeverage "finance.leverage" Finance Unit::Ratio, 0.0 ..= 10.0, "latest year", [Statements], Riskier, "debt to assets", "资产负债率", "liabilities / assets; not applicable if assets are zero";
    FinanceCurrentRatio "finance.current_ratio" Finance Unit::Ratio, 0.0 ..= 100.0, "latest year", [Statements], Safer, "current ratio", "流动比率", "current assets / current liabilities; not applicable if the latter are zero";
    FinanceQuickRatio "finance.quick_ratio" Finance Unit::Ratio, -100.0 ..= 100.0, "latest year", [Statements], Safer, "quick ratio", "速动比率", "(current assets − inventory) / current liabilities";
    FinanceCashRatio "finance.cash_ratio" Finance Unit::Ratio, 0.0 ..= 100.0, "latest year", [Statements], Safer, "cash ratio", "现金比率", "cash / current liabilities";
    FinanceInterestCoverage "finance.interest_coverage" Finance Unit::Ratio, -100.0 ..= 1000.0, "latest year", [Statements], Safer, "interest coverage", "利息保障倍数", "(profit before tax + interest) / interest; not applicable if interest is zero";
    FinanceReturnOnAssets "finance.return_on_assets" Finance Unit::Ratio, -10.0 ..= 10.0, "latest year", [Statements], Safer, "return on assets", "总资产收益率", "net profit / assets";
    FinanceNetMargin "finance.net_margin" Finance Unit::Ratio, -100.0 ..= 10.0, "latest year", [Statements], Safer, "net margin", "销售净利率", "net profit / sales; not applicable if sales are not positive";
    FinanceGrossMargin "finance.gross_margin" Finance Unit::Ratio, -100.0 ..= 1.0, "latest year", [Statements], Safer, "gross margin", "销售毛利率", "(sales − cost) / sales; not applicable if sales are not positive";
    FinanceAssetTurnover "finance.asset_turnover" Finance Unit::Ratio, 0.0 ..= 100.0, "latest year", [Statements], Safer, "asset turnover", "总资产周转率", "sales / assets";
    FinanceReceivableDays "finance.receivable_days" Finance Unit::Days, 0.0 ..= 10000.0, "latest year", [Statements], Riskier, "receivable days", "应收账款周转天数", "360 · receivables / sales; not applicable if sales are not positive";
    FinanceInventoryDays "finance.inventory_days" Finance Unit::Days, 0.0 ..= 10000.0, "latest year", [Statements], Riskier, "inventory days", "存货周转天数", "360 · inventory / cost; not applicable if cost is not positive";
    FinanceSalesGrowth "finance.sales_growth" Finance Unit::Ratio, -1.0 ..= 100.0, "3 years", [Statements], Safer, "sales growth (195号)", "销售收入增长率", "½ · (S2/S1 + S3/S2) − 1 over the last three consecutive years; S1 zero: S3/S2 − 1; S2 zero: −1; registered after the first of the three years: S3/S2 − 1; too short if a year is lacking otherwise; not applicable if sales that are divided by are negative (国科发火〔2016〕195号)";
    FinanceNetAssetGrowth "finance.net_asset_growth" Finance Unit::Ratio, -100.0 ..= 100.0, "3 years", [Statements], Safer, "net asset growth (195号)", "净资产增长率", "½ · (NA2/NA1 + NA3/NA2) − 1, with the same edges; not applicable if a net asset value that is divided by is negative (国科发火〔2016〕195号)";
    FinanceAltmanZ "finance.altman_z" Finance Unit::Ratio, -1000.0 ..= 1000.0, "latest year", [Statements], Safer, "Altman Z''", "Altman Z″ 值", "6.56·working capital/assets + 3.26·retained earnings/assets + 6.72·(profit before tax + interest)/assets + 1.05·net assets/liabilities; not applicable if assets or liabilities are zero";
    FinanceAudited "finance.audited" Finance Unit::Flag, 0.0 ..= 1.0, "latest year", [Statements], Safer, "audited statement", "是否审计", "1 if the latest statement is audited; not reported if it does not say";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_name_their_family() {
        let mut seen = std::collections::HashSet::new();
        for (at, entry) in CATALOGUE.iter().enumerate() {
            assert!(seen.insert(entry.id), "{}", entry.id);
            assert_eq!(entry.measure.index(), at);
            assert_eq!(Measure::from_id(entry.id), Some(entry.measure));
            let family = serde_json::to_value(entry.family).unwrap();
            assert!(
                entry.id.starts_with(&format!("{}.", family.as_str().unwrap())),
                "{}",
                entry.id
            );
            assert!(entry.range.0 < entry.range.1, "{}", entry.id);
        }
        const { assert!(COUNT >= 70) };
    }
}
