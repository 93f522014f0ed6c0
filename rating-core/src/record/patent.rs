//! What the intellectual property office and other keepers of rights send.

use super::Text;
use super::code::code_words;
use super::schema::record_table;
use crate::id::{PatentKind, PatentNumber};
use crate::num::Date;

code_words! {
    /// Legal status of a patent.
    PatentStatus {
        /// Applied for, not decided.
        Pending = "pending" | "审中" | "公开" | "实质审查";
        /// Granted and in force.
        InForce = "in_force" | "有效" | "授权";
        /// Ended because annual fees were not paid.
        Lapsed = "lapsed" | "未缴年费" | "权利终止";
        /// Ended at the end of its term.
        Expired = "expired" | "期限届满" | "期满";
        /// Withdrawn or given up.
        Abandoned = "abandoned" | "撤回" | "放弃";
        /// Refused.
        Rejected = "rejected" | "驳回";
        /// Declared invalid.
        Invalidated = "invalidated" | "全部无效";
        /// Ended, before or after a grant: the source does not say how.
        Ended = "ended" | "失效";
    }
}

record_table! {
    /// One patent or patent application.
    Patent in "patents" ("专利", Patent),
    key [number],
    known "`filed_on`" = |r| r.filed_on;
    /// Application number; its kind (invention, utility model, design) is part of it.
    number: PatentNumber = ["申请号", "专利号"];
    /// Day of application.
    filed_on: Date = ["申请日", "申请日期"];
    /// Day of grant; missing: not granted.
    granted_on: Option<Date> = ["授权日", "授权公告日"];
    /// Legal status.
    status: PatentStatus = ["法律状态"];
    /// Since when the status holds; missing: since the grant or the application.
    status_on: Option<Date> = ["法律状态日期"];
    /// Main class (IPC subclass such as `G06F`, or a Locarno class).
    class: Option<Text> = ["主分类号", "IPC"];
    /// Day on which it was pledged; missing: never.
    pledged_on: Option<Date> = ["质押登记日"];
    /// Day on which the pledge was released; missing: not released.
    pledge_released_on: Option<Date> = ["质押解除日"];
    /// Day on which it was taken over from another owner; missing: the firm's own.
    transferred_in_on: Option<Date> = ["转入日期"];
    check {
        granted_on "must not be before `filed_on`": |r| r.granted_on.is_none_or(|d| d >= r.filed_on);
        status_on "must not be before `filed_on`": |r| r.status_on.is_none_or(|d| d >= r.filed_on);
        pledge_released_on "must not be before `pledged_on`":
            |r| r.pledge_released_on.is_none_or(|d| r.pledged_on.is_some_and(|p| d >= p));
    }
}

impl Patent {
    /// Status on a day: a status or grant dated later has not happened yet.
    pub fn status_on(&self, as_of: Date) -> PatentStatus {
        let since = self.status_on.or(self.granted_on).unwrap_or(self.filed_on);
        if since <= as_of {
            self.status
        } else if self.granted_on.is_some_and(|d| d <= as_of) {
            PatentStatus::InForce
        } else {
            PatentStatus::Pending
        }
    }

    /// First day after its term: the day of application 20 years on for an invention, 10 for a utility model, 15
    /// for a design. Source: 中华人民共和国专利法 (2020), article 42.
    pub fn term_ends_on(&self) -> Date {
        let years = match self.number.kind() {
            PatentKind::Invention => 20,
            PatentKind::UtilityModel => 10,
            PatentKind::Design => 15,
        };
        self.filed_on.plus_months(years * 12)
    }

    /// Whether it is granted, in force and within its term on a day.
    pub fn is_in_force(&self, as_of: Date) -> bool {
        self.status_on(as_of) == PatentStatus::InForce && as_of < self.term_ends_on()
    }

    /// Whether it stands pledged on a day.
    pub fn is_pledged(&self, as_of: Date) -> bool {
        self.pledged_on.is_some_and(|d| d <= as_of) && self.pledge_released_on.is_none_or(|d| d > as_of)
    }
}

code_words! {
    /// Kind of intellectual property other than patents.
    PropertyKind {
        /// Trademark.
        Trademark = "trademark" | "商标";
        /// Software copyright.
        SoftwareCopyright = "software_copyright" | "软件著作权";
        /// New plant variety.
        PlantVariety = "plant_variety" | "植物新品种";
        /// National crop variety.
        CropVariety = "crop_variety" | "国家级农作物品种";
        /// National new drug.
        NewDrug = "new_drug" | "国家新药";
        /// National first-class protected Chinese medicine.
        ProtectedMedicine = "protected_medicine" | "国家一级中药保护品种";
        /// Exclusive right in an integrated circuit layout.
        CircuitLayout = "circuit_layout" | "集成电路布图设计专有权";
    }
}

/// Class of intellectual property in the evaluation of technology SMEs.
/// Source: 国科发政〔2017〕115号, article 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyClass {
    /// Inventions, plant and crop varieties, new drugs, protected medicines, circuit layouts.
    One,
    /// Utility models, designs, software copyrights.
    Two,
}

impl PropertyKind {
    /// Class I or II; none for a trademark, which the evaluation leaves out.
    pub const fn class(self) -> Option<PropertyClass> {
        match self {
            PropertyKind::Trademark => None,
            PropertyKind::SoftwareCopyright => Some(PropertyClass::Two),
            PropertyKind::PlantVariety
            | PropertyKind::CropVariety
            | PropertyKind::NewDrug
            | PropertyKind::ProtectedMedicine
            | PropertyKind::CircuitLayout => Some(PropertyClass::One),
        }
    }
}

record_table! {
    /// One intellectual property right other than a patent.
    IntellectualProperty in "intellectual_properties" ("其他知识产权", Patent),
    key [kind, number],
    known "`registered_on`" = |r| r.registered_on;
    /// Kind of right.
    kind: PropertyKind = ["知识产权类型", "类型"];
    /// Registration number.
    number: Text = ["登记号", "注册号"];
    /// Day of registration.
    registered_on: Date = ["登记日期", "注册日期"];
    /// Day on which it ended; missing: in force.
    ended_on: Option<Date> = ["终止日期"];
    /// Day on which it was pledged; missing: not pledged.
    pledged_on: Option<Date> = ["质押登记日"];
    check {
        ended_on "must not be before `registered_on`": |r| r.ended_on.is_none_or(|d| d >= r.registered_on);
    }
}

impl IntellectualProperty {
    /// Whether the right stands on a day.
    pub fn is_in_force(&self, as_of: Date) -> bool {
        self.registered_on <= as_of && self.ended_on.is_none_or(|d| d > as_of)
    }
}
