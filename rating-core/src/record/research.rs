//! What the science and technology department sends.

use super::Text;
use super::cell::Year;
use super::code::code_words;
use super::schema::record_table;
use crate::num::{Date, Money};

record_table! {
    /// Research of one year.
    ResearchYear in "research_years" ("研发投入", Research),
    key [year],
    known "31 May of the following year (end of the annual income tax settlement)" = |r| following_may(r.year);
    /// The year.
    year: Year = ["年度"];
    /// Research and development expense.
    expense: Option<Money> = ["研发费用"];
    /// Staff in science and technology, persons.
    research_staff: Option<u32> = ["科技人员数", "研发人员数"];
    /// All staff, persons.
    staff: Option<u32> = ["职工总数"];
    check {
        expense "must not be negative": |r| r.expense.is_none_or(|m| m >= Money::ZERO);
        research_staff "must not exceed `staff`":
            |r| r.research_staff.zip(r.staff).is_none_or(|(research, all)| research <= all);
    }
}

/// 31 May after the year: annual settlement of corporate income tax ends five months after the year.
/// Source: 中华人民共和国企业所得税法, article 54.
fn following_may(year: Year) -> Date {
    Date::new(year.saturating_add(1), 5, 31).unwrap_or(Date::MAX)
}

code_words! {
    /// Kind of certificate.
    CertificateKind {
        /// High and new technology enterprise.
        HighTechEnterprise = "high_tech_enterprise" | "高新技术企业";
        /// Technology-based small and medium-sized enterprise.
        TechnologySme = "technology_sme" | "科技型中小企业";
        /// Innovative small and medium-sized enterprise.
        InnovativeSme = "innovative_sme" | "创新型中小企业";
        /// Specialised, refined, distinctive and new SME.
        SpecialisedNew = "specialised_new" | "专精特新中小企业" | "专精特新";
        /// Specialised and new "little giant".
        LittleGiant = "little_giant" | "专精特新小巨人" | "小巨人";
    }
}

record_table! {
    /// One certificate with its validity.
    Certificate in "certificates" ("资质证书", Research),
    key [kind, number, valid_from],
    known "`valid_from`" = |r| r.valid_from;
    /// Which certificate.
    kind: CertificateKind = ["资质类型", "证书类型"];
    /// Its number.
    number: Option<Text> = ["证书编号"];
    /// First day of validity.
    valid_from: Date = ["有效期起", "发证日期"];
    /// Last day of validity.
    valid_to: Date = ["有效期止"];
    /// Day on which it was withdrawn; missing: not withdrawn.
    revoked_on: Option<Date> = ["撤销日期"];
    check {
        valid_to "must not be before `valid_from`": |r| r.valid_to >= r.valid_from;
    }
}

impl Certificate {
    /// Whether it is valid on a day.
    pub fn is_valid(&self, as_of: Date) -> bool {
        self.valid_from <= as_of && as_of <= self.valid_to && self.revoked_on.is_none_or(|d| d > as_of)
    }
}
