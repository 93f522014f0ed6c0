//! What a firm is before any department sees it.

use super::Portfolio;
use super::day::{Day, Month};
use super::draw::{Draw, logistic, mix, whole_from};
use super::identifier::firm_id;
use super::table::Word;

/// Log-odds of a default in twelve months for a firm of average quality and size past its start-up years.
/// Assumption: chosen so that about 4 % of the firms at risk default.
const DEFAULT_INTERCEPT: f64 = -4.15;
/// What one standard deviation of quality does to the log-odds of default. Assumption.
const DEFAULT_QUALITY: f64 = -1.5;
/// What one standard deviation of size does to the log-odds of default. Assumption.
const DEFAULT_SIZE: f64 = -0.25;
/// What being a start-up does to the log-odds of default. Assumption.
const DEFAULT_START_UP: f64 = 0.35;

macro_rules! sources {
    ($($variant:ident = $name:literal, $coverage:literal;)+) => {
        /// A record table, as something that a department answers or not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Source { $($variant,)+ }

        impl Source {
            pub(super) const ALL: &'static [Source] = &[$(Source::$variant),+];

            /// The name of the table.
            pub(super) const fn name(self) -> Word {
                match self { $(Source::$variant => $name,)+ }
            }

            /// Share of firms for which it is answered.
            pub(super) const fn coverage(self) -> f64 {
                match self { $(Source::$variant => $coverage,)+ }
            }
        }
    };
}
sources! {
    Registrations = "registrations", 0.995;
    RegistryChanges = "registry_changes", 0.98;
    AnnualReports = "annual_reports", 0.97;
    Listings = "listings", 0.99;
    Filings = "filings", 0.94;
    Invoices = "invoices", 0.88;
    TaxCreditLevels = "tax_credit_levels", 0.95;
    TaxArrears = "tax_arrears", 0.94;
    TaxPenalties = "tax_penalties", 0.93;
    Patents = "patents", 0.97;
    IntellectualProperties = "intellectual_properties", 0.90;
    ResearchYears = "research_years", 0.75;
    Certificates = "certificates", 0.92;
    Facilities = "facilities", 0.86;
    Guarantees = "guarantees", 0.84;
    Enquiries = "enquiries", 0.85;
    Statements = "statements", 0.66;
}

/// Which firms a portfolio has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Population {
    /// Technology firms, with years of records from every department that answers.
    #[default]
    TechFirms,
    /// Every enterprise of a region. Three in a hundred are as above; the others are small: few departments answer, with
    /// records of the last one or two years, about twelve in all, and for a few with no record at all. A mean of
    /// 17 records a firm; assumptions, all of them.
    AllFirms,
}

/// Share of firms among all that have the records of a technology firm. Assumption.
const FULL_SHARE: f64 = 0.033;
/// The tables that are answered for small firms, and for how many of those that would answer. Assumptions.
const SMALL: &[(Source, f64)] = &[
    (Source::Registrations, 0.99),
    (Source::AnnualReports, 0.70),
    (Source::Filings, 0.60),
    (Source::TaxCreditLevels, 0.35),
    (Source::Invoices, 0.18),
    (Source::Listings, 0.15),
    (Source::Facilities, 0.02),
    (Source::Patents, 0.05),
];

/// Stage of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Under three years old.
    StartUp,
    /// Three to eight years old.
    Growth,
    /// Over eight years old.
    Stable,
}

/// What a firm does: its industry code (GB/T 4754), the VAT rate of its sales in percent, whether it makes
/// goods, and how common it is. The rates are those of goods (13) and services (6); the shares are assumptions.
type Trade = (Word, i64, bool);

const TRADES: &[(Trade, f64)] = &[
    (("I6513", 6, false), 0.24),
    (("I6531", 6, false), 0.10),
    (("I6420", 6, false), 0.06),
    (("M7320", 6, false), 0.09),
    (("M7340", 6, false), 0.03),
    (("C2614", 13, true), 0.04),
    (("C2710", 13, true), 0.05),
    (("C3062", 13, true), 0.03),
    (("C3484", 13, true), 0.05),
    (("C3562", 13, true), 0.07),
    (("C3670", 13, true), 0.04),
    (("C3821", 13, true), 0.06),
    (("C3973", 13, true), 0.05),
    (("C4014", 13, true), 0.06),
];

/// What becomes of a firm.
#[derive(Clone, Debug)]
pub(super) struct Fate {
    /// In business and not in default on the day of observation.
    pub(super) at_risk: bool,
    /// The probability of default in the twelve months after that day; 0 for a firm not at risk.
    pub(super) probability: f64,
    /// The day of its default (more than 90 days overdue, or insolvent), before or after the day.
    pub(super) default_on: Option<Day>,
    /// An end or pause of business: the state of the registration and its day.
    pub(super) end: Option<(Word, Day)>,
}

/// A firm.
#[derive(Clone, Debug)]
pub(super) struct Firm {
    seed: u64,
    pub(super) number: u64,
    pub(super) id: String,
    pub(super) as_of: Day,
    pub(super) invoice_scale: f64,
    /// So many invoices, whatever the scale; 0: as the scale says.
    pub(super) giant_invoices: u32,
    /// How many years before the last one are told: three, or one of a small firm.
    pub(super) years_back: i32,
    /// Standard normal; higher is better.
    pub(super) quality: f64,
    /// Standard normal, correlation 0.4 with quality.
    pub(super) technology: f64,
    /// Standard normal.
    pub(super) size: f64,
    pub(super) established: Day,
    pub(super) stage: Stage,
    pub(super) industry: Word,
    pub(super) vat_percent: i64,
    pub(super) makes_goods: bool,
    /// Files VAT each month; otherwise each quarter.
    pub(super) general_taxpayer: bool,
    pub(super) gross_margin: f64,
    /// Research expense to sales.
    pub(super) research_intensity: f64,
    /// Valid certificate of a high-tech enterprise, in most years.
    pub(super) high_tech: bool,
    pub(super) staff: i64,
    pub(super) capital_yuan: f64,
    pub(super) paid_in_share: f64,
    pub(super) fate: Fate,
    sales: Sales,
    covered: u32,
}

/// Sales by month, in yuan.
#[derive(Clone, Debug)]
struct Sales {
    first: Month,
    months: Vec<f64>,
}

impl Firm {
    /// The firm of a number.
    pub(super) fn new(portfolio: &Portfolio, number: u64) -> Self {
        let as_of = Day(portfolio.as_of);
        let mut draw = Draw::new(portfolio.seed, number, family("firm"));
        let quality = draw.normal();
        // 0.84 = 1 − 0.4²: the sum has variance 1.
        let technology = 0.4 * quality + libm::sqrt(0.84) * draw.normal();
        let size = draw.normal();
        let age_years = libm::exp(1.8 + 0.65 * draw.normal()).clamp(0.4, 28.0);
        let established = as_of.plus(-i32::try_from(whole_from(age_years * 365.25)).unwrap_or(365));
        let stage = match age_years {
            years if years < 3.0 => Stage::StartUp,
            years if years < 8.0 => Stage::Growth,
            _ => Stage::Stable,
        };
        let (industry, vat_percent, makes_goods) = draw.by_share(TRADES, ("C4014", 13, true));
        let annual = annual_sales(size, quality, stage);
        let general_taxpayer = annual > 5_000_000.0 || draw.chance(0.1);
        let gross_margin = 0.36 + 0.05 * quality + 0.05 * technology + 0.10 * draw.normal();
        let early = if stage == Stage::StartUp { 0.5 } else { 0.0 };
        let research_intensity = 0.055 * libm::exp(0.45 * technology + early + 0.4 * draw.normal());
        let staff = annual / (450_000.0 * draw.factor(0.5));
        let capital_yuan = round_capital(annual * 0.35 * draw.factor(0.9));
        let paid_in_share = if draw.chance(0.35) { 1.0 } else { draw.unit() };
        let high_tech = draw.chance(logistic(-0.9 + 1.1 * technology + 0.4 * size - 2.0 * early));
        let mut firm = Self {
            seed: portfolio.seed,
            number,
            id: firm_id(portfolio.seed, number),
            as_of,
            invoice_scale: portfolio.invoice_scale,
            giant_invoices: if number == 0 { portfolio.giant_invoices } else { 0 },
            years_back: 3,
            quality,
            technology,
            size,
            established,
            stage,
            industry,
            vat_percent,
            makes_goods,
            general_taxpayer,
            gross_margin: gross_margin.clamp(0.05, 0.85),
            research_intensity: research_intensity.clamp(0.002, 0.6),
            high_tech,
            staff: whole_from(staff).clamp(2, 5_000),
            capital_yuan,
            paid_in_share,
            fate: Fate {
                at_risk: true,
                probability: 0.0,
                default_on: None,
                end: None,
            },
            sales: Sales {
                first: Month(0),
                months: Vec::new(),
            },
            covered: 0,
        };
        firm.fate = firm.draw_fate();
        firm.sales = firm.draw_sales(annual);
        firm.covered = firm.draw_coverage();
        if portfolio.population == Population::AllFirms {
            firm.shrink();
        }
        if firm.giant_invoices > 0 {
            firm.covered |= 1 << Source::Invoices as u32;
        }
        firm
    }

    /// Makes it one of the many, or leaves it as it is.
    fn shrink(&mut self) {
        let mut draw = self.draw("population");
        if draw.chance(FULL_SHARE) || self.giant_invoices > 0 {
            return;
        }
        self.years_back = 1;
        self.general_taxpayer = false;
        self.invoice_scale *= 0.05;
        let mut answered = 0;
        for (source, share) in SMALL {
            if draw.chance(*share) {
                answered |= 1 << *source as u32;
            }
        }
        self.covered &= answered;
    }

    /// Whether it is one of the many of which little is known.
    pub(super) fn is_small(&self) -> bool {
        self.years_back == 1
    }

    /// The seed of its portfolio.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// The draws of one family.
    pub(super) fn draw(&self, name: &str) -> Draw {
        Draw::new(self.seed, self.number, family(name))
    }

    /// Whether a department answers for this firm.
    pub(super) fn answers(&self, source: Source) -> bool {
        self.covered & (1 << source as u32) != 0
    }

    /// The last month that ends on the day of observation or before.
    pub(super) fn last_month(&self) -> Month {
        let month = self.as_of.month();
        if month.end() == self.as_of {
            month
        } else {
            Month(month.0 - 1)
        }
    }

    /// The last financial year that ends on the day of observation or before.
    pub(super) fn last_year(&self) -> i32 {
        let month = self.last_month();
        if month.number() == 12 {
            month.year()
        } else {
            month.year() - 1
        }
    }

    /// The last day on which something is known about it.
    pub(super) fn horizon(&self) -> Day {
        self.as_of.plus(365)
    }

    /// Whether it is in business on a day.
    pub(super) fn trades_on(&self, day: Day) -> bool {
        day >= self.established && self.fate.end.is_none_or(|(_, end)| day < end)
    }

    /// Sales of a month in yuan; 0 outside the years that are told.
    pub(super) fn sales(&self, month: Month) -> f64 {
        let at = usize::try_from(month.0 - self.sales.first.0).ok();
        at.and_then(|at| self.sales.months.get(at))
            .copied()
            .unwrap_or(0.0)
    }

    /// Sales of a calendar year in yuan.
    pub(super) fn sales_of_year(&self, year: i32) -> f64 {
        (1..=12).map(|month| self.sales(Month::new(year, month))).sum()
    }

    /// The day from which payments are missed, 91 days before the default.
    pub(super) fn overdue_since(&self) -> Option<Day> {
        self.fate.default_on.map(|day| day.plus(-91))
    }

    fn draw_fate(&self) -> Fate {
        let mut draw = self.draw("fate");
        let age = self.as_of.since(self.established);
        if age > 300 && draw.chance(0.009 * libm::exp(-0.5 * self.quality)) {
            let word = draw.by_share(&[("revoked", 0.4), ("deregistered", 0.5)], "liquidation");
            let end = (word, draw.after(self.as_of, -(age - 250).min(700), -10));
            return Fate {
                at_risk: false,
                probability: 0.0,
                default_on: None,
                end: Some(end),
            };
        }
        if age > 400 && draw.chance(logistic(-5.6 - 1.3 * self.quality)) {
            let default_on = draw.after(self.as_of, -(age - 250).min(600), -1);
            return Fate {
                at_risk: false,
                probability: 0.0,
                default_on: Some(default_on),
                end: None,
            };
        }
        let start_up = if self.stage == Stage::StartUp {
            DEFAULT_START_UP
        } else {
            0.0
        };
        let log_odds =
            DEFAULT_INTERCEPT + DEFAULT_QUALITY * self.quality + DEFAULT_SIZE * self.size + start_up;
        let probability = logistic(log_odds);
        let default_on = draw.chance(probability).then(|| draw.after(self.as_of, 1, 365));
        let closes = default_on.filter(|_| draw.chance(0.2));
        let end = match closes {
            Some(day) => Some(("revoked", draw.after(day, 30, 200))),
            None if draw.chance(0.004) => Some(("dormant", draw.after(self.as_of, -150.min(age / 2), -5))),
            None => None,
        };
        Fate {
            at_risk: true,
            probability,
            default_on,
            end: end.filter(|(_, day)| *day <= self.horizon()),
        }
    }

    fn draw_sales(&self, annual: f64) -> Sales {
        let mut draw = self.draw("sales");
        let first = Month::new(self.last_year() - 3, 1);
        let last = Month(self.last_month().0 + 12);
        let base = match self.stage {
            Stage::StartUp => 0.28,
            Stage::Growth => 0.14,
            Stage::Stable => 0.04,
        };
        let growth =
            (base + 0.10 * self.quality + 0.03 * self.technology + 0.12 * draw.normal()).clamp(-0.5, 1.2);
        let monthly_growth = libm::exp(libm::log1p(growth) / 12.0);
        let gap = logistic(-4.6 - 0.9 * self.quality + if self.stage == Stage::StartUp { 1.0 } else { 0.0 });
        let roughness = 0.16 * libm::exp(-0.2 * self.quality);
        let born = self.established.month();
        let ill_from = self.fate.default_on.map(|day| Month(day.month().0 - 6));
        let mut level =
            annual / 12.0 * libm::exp(-libm::log1p(growth) / 12.0 * f64::from(self.last_month().0 - first.0));
        let mut shock = 0.0;
        let months = (first.0..=last.0).map(Month).map(|month| {
            level *= monthly_growth;
            shock = 0.6 * shock + roughness * draw.normal();
            let idle = draw.chance(gap);
            if month < born || idle || !self.trades_on(month.end()) {
                return 0.0;
            }
            let ramp = (f64::from(month.0 - born.0 + 1) / 7.0).min(1.0);
            let illness = match ill_from {
                Some(from) if month.0 > from.0 + 6 => 0.35,
                Some(from) if month >= from => 0.65,
                _ => 1.0,
            };
            level * libm::exp(shock) * ramp * illness * season(month)
        });
        Sales {
            first,
            months: months.collect(),
        }
    }

    fn draw_coverage(&self) -> u32 {
        let mut draw = self.draw("coverage");
        let mut covered = 0;
        for source in Source::ALL {
            // Larger firms hand in statements more often.
            let tilt = if *source == Source::Statements {
                0.10 * self.size
            } else {
                0.0
            };
            if draw.chance(source.coverage() + tilt) {
                covered |= 1 << *source as u32;
            }
        }
        covered
    }
}

/// Number of a family's stream, made of its name.
const fn family(name: &str) -> u64 {
    let mut number = 0;
    let mut rest = name.as_bytes();
    while let Some((byte, others)) = rest.split_first() {
        number = mix(number ^ *byte as u64);
        rest = others;
    }
    number
}

/// Yearly sales in yuan about the day of observation. Assumption: lognormal, median 6 million for a firm in growth.
fn annual_sales(size: f64, quality: f64, stage: Stage) -> f64 {
    let stage_level = match stage {
        Stage::StartUp => -1.1,
        Stage::Growth => 0.0,
        Stage::Stable => 0.5,
    };
    (6e6 * libm::exp(1.15 * size + 0.15 * quality + stage_level)).clamp(1.5e5, 2e9)
}

/// Few sales around the new year, many in December. Assumption.
fn season(month: Month) -> f64 {
    match month.number() {
        1 => 0.9,
        2 => 0.7,
        12 => 1.3,
        _ => 1.01,
    }
}

/// Registered capital comes in round amounts.
fn round_capital(yuan: f64) -> f64 {
    const STEPS: [f64; 9] = [3e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8];
    STEPS.into_iter().find(|step| yuan <= step * 1.2).unwrap_or(2e8)
}
