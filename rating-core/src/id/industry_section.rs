//! The twenty sections of industries.

/// A section (门类) of the national classification of economic activities: a letter from A to T that covers a
/// run of two-digit divisions (大类).
///
/// ```
/// use rating_core::id::IndustrySection;
/// assert_eq!(IndustrySection::from_division(65).map(IndustrySection::letter), Some('I'));
/// ```
/// Source: GB/T 4754-2017, the note "本门类包括…大类" of each section. English names are our translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IndustrySection {
    letter: char,
    first_division: u8,
    last_division: u8,
    zh: &'static str,
    en: &'static str,
}

/// One row: `letter, first..=last division, zh, en`.
macro_rules! sections {
    ($($letter:literal, $first:literal..=$last:literal, $zh:literal, $en:literal;)*) => {
        [$(IndustrySection {
            letter: $letter,
            first_division: $first,
            last_division: $last,
            zh: $zh,
            en: $en,
        }),*]
    };
}

static SECTIONS: [IndustrySection; 20] = sections! {
    'A', 1..=5, "农、林、牧、渔业", "agriculture, forestry, animal husbandry and fishery";
    'B', 6..=12, "采矿业", "mining";
    'C', 13..=43, "制造业", "manufacturing";
    'D', 44..=46, "电力、热力、燃气及水生产和供应业", "electricity, heat, gas and water supply";
    'E', 47..=50, "建筑业", "construction";
    'F', 51..=52, "批发和零售业", "wholesale and retail trade";
    'G', 53..=60, "交通运输、仓储和邮政业", "transport, storage and post";
    'H', 61..=62, "住宿和餐饮业", "accommodation and catering";
    'I', 63..=65, "信息传输、软件和信息技术服务业", "information transmission, software and information technology";
    'J', 66..=69, "金融业", "finance";
    'K', 70..=70, "房地产业", "real estate";
    'L', 71..=72, "租赁和商务服务业", "leasing and business services";
    'M', 73..=75, "科学研究和技术服务业", "scientific research and technical services";
    'N', 76..=79, "水利、环境和公共设施管理业", "water conservancy, environment and public facilities";
    'O', 80..=82, "居民服务、修理和其他服务业", "household services, repair and other services";
    'P', 83..=83, "教育", "education";
    'Q', 84..=85, "卫生和社会工作", "health and social work";
    'R', 86..=90, "文化、体育和娱乐业", "culture, sports and entertainment";
    'S', 91..=96, "公共管理、社会保障和社会组织", "public administration, social security and social organisations";
    'T', 97..=97, "国际组织", "international organisations";
};

impl IndustrySection {
    /// Agriculture, the first section.
    pub(super) const FIRST: IndustrySection = SECTIONS[0];

    /// All twenty, A to T.
    pub fn all() -> &'static [IndustrySection] {
        &SECTIONS
    }

    /// The section of a capital letter.
    pub fn from_letter(letter: char) -> Option<&'static IndustrySection> {
        SECTIONS.iter().find(|section| section.letter == letter)
    }

    /// The section that a division from 1 to 97 belongs to.
    pub fn from_division(division: u8) -> Option<&'static IndustrySection> {
        SECTIONS
            .iter()
            .find(|section| section.divisions().contains(&division))
    }

    /// The section's letter.
    pub const fn letter(&self) -> char {
        self.letter
    }

    /// The divisions of the section.
    pub const fn divisions(&self) -> std::ops::RangeInclusive<u8> {
        self.first_division..=self.last_division
    }

    /// Chinese name in full.
    pub const fn zh(&self) -> &'static str {
        self.zh
    }

    /// English name (our translation).
    pub const fn en(&self) -> &'static str {
        self.en
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sections_part_the_divisions_1_to_97_without_gap() {
        let divisions: Vec<u8> = SECTIONS.iter().flat_map(IndustrySection::divisions).collect();
        assert_eq!(divisions, (1..=97).collect::<Vec<u8>>());
        let letters: String = SECTIONS.iter().map(IndustrySection::letter).collect();
        assert_eq!(letters, "ABCDEFGHIJKLMNOPQRST");
    }

    #[test]
    fn there_is_no_section_of_divisions_0_and_98() {
        assert_eq!(IndustrySection::from_division(0), None);
        assert_eq!(IndustrySection::from_division(98), None);
        assert_eq!(IndustrySection::from_letter('U'), None);
    }
}
