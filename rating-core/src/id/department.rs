//! The department that keeps a register.

/// The department that keeps the register a unified social credit code was issued from: its first character.
///
/// Only the published codes; 9 is what nearly every company has.
///
/// ```
/// use rating_core::id::Department;
/// assert_eq!(Department::from_code('9').map(Department::zh), Some("工商"));
/// assert_eq!(Department::from_code('B'), None);
/// ```
/// Source: GB 32100-2015.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Department {
    /// 1 机构编制.
    Establishment,
    /// 2 外交.
    ForeignAffairs,
    /// 3 司法行政.
    Justice,
    /// 4 文化.
    Culture,
    /// 5 民政.
    CivilAffairs,
    /// 6 旅游.
    Tourism,
    /// 7 宗教.
    Religion,
    /// 8 工会.
    TradeUnions,
    /// 9 工商.
    IndustryAndCommerce,
    /// A 中央军委改革和编制办公室.
    Military,
    /// N 农业.
    Agriculture,
    /// Y 其他.
    Other,
}

impl Department {
    /// All departments in order of their codes.
    pub const ALL: [Department; 12] = [
        Self::Establishment,
        Self::ForeignAffairs,
        Self::Justice,
        Self::Culture,
        Self::CivilAffairs,
        Self::Tourism,
        Self::Religion,
        Self::TradeUnions,
        Self::IndustryAndCommerce,
        Self::Military,
        Self::Agriculture,
        Self::Other,
    ];

    /// The department of a code; `None` for a character that the standard gives to nobody.
    pub fn from_code(code: char) -> Option<Self> {
        Self::ALL.into_iter().find(|department| department.code() == code)
    }

    /// First character of the credit codes that the department issues.
    pub const fn code(self) -> char {
        self.row().0
    }

    /// Chinese name, as the standard words it.
    pub const fn zh(self) -> &'static str {
        self.row().1
    }

    /// English name (our translation).
    pub const fn en(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> (char, &'static str, &'static str) {
        match self {
            Self::Establishment => ('1', "机构编制", "public-sector establishment"),
            Self::ForeignAffairs => ('2', "外交", "foreign affairs"),
            Self::Justice => ('3', "司法行政", "justice administration"),
            Self::Culture => ('4', "文化", "culture"),
            Self::CivilAffairs => ('5', "民政", "civil affairs"),
            Self::Tourism => ('6', "旅游", "tourism"),
            Self::Religion => ('7', "宗教", "religious affairs"),
            Self::TradeUnions => ('8', "工会", "trade unions"),
            Self::IndustryAndCommerce => ('9', "工商", "industry and commerce"),
            Self::Military => (
                'A',
                "中央军委改革和编制办公室",
                "reform and establishment office of the Central Military Commission",
            ),
            Self::Agriculture => ('N', "农业", "agriculture"),
            Self::Other => ('Y', "其他", "other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_back_to_its_department() {
        for department in Department::ALL {
            assert_eq!(Department::from_code(department.code()), Some(department));
        }
        let codes: String = Department::ALL.into_iter().map(Department::code).collect();
        assert_eq!(codes, "123456789ANY");
    }
}
