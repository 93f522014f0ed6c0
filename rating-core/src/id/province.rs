//! The 34 divisions of province level.

/// A division of province level: province, autonomous region, municipality or special administrative region.
///
/// ```
/// use rating_core::id::Province;
/// assert_eq!(Province::from_code("61").map(Province::en), Some("Shaanxi"));
/// ```
/// Source: GB/T 2260-2007; the list of divisions is repeated in many public copies that agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Province {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
}

const fn row(code: &'static str, zh: &'static str, en: &'static str) -> Province {
    Province { code, zh, en }
}

static PROVINCES: [Province; 34] = [
    row("11", "北京市", "Beijing"),
    row("12", "天津市", "Tianjin"),
    row("13", "河北省", "Hebei"),
    row("14", "山西省", "Shanxi"),
    row("15", "内蒙古自治区", "Inner Mongolia"),
    row("21", "辽宁省", "Liaoning"),
    row("22", "吉林省", "Jilin"),
    row("23", "黑龙江省", "Heilongjiang"),
    row("31", "上海市", "Shanghai"),
    row("32", "江苏省", "Jiangsu"),
    row("33", "浙江省", "Zhejiang"),
    row("34", "安徽省", "Anhui"),
    row("35", "福建省", "Fujian"),
    row("36", "江西省", "Jiangxi"),
    row("37", "山东省", "Shandong"),
    row("41", "河南省", "Henan"),
    row("42", "湖北省", "Hubei"),
    row("43", "湖南省", "Hunan"),
    row("44", "广东省", "Guangdong"),
    row("45", "广西壮族自治区", "Guangxi"),
    row("46", "海南省", "Hainan"),
    row("50", "重庆市", "Chongqing"),
    row("51", "四川省", "Sichuan"),
    row("52", "贵州省", "Guizhou"),
    row("53", "云南省", "Yunnan"),
    row("54", "西藏自治区", "Tibet"),
    row("61", "陕西省", "Shaanxi"),
    row("62", "甘肃省", "Gansu"),
    row("63", "青海省", "Qinghai"),
    row("64", "宁夏回族自治区", "Ningxia"),
    row("65", "新疆维吾尔自治区", "Xinjiang"),
    row("71", "台湾省", "Taiwan"),
    row("81", "香港特别行政区", "Hong Kong"),
    row("82", "澳门特别行政区", "Macao"),
];

impl Province {
    /// All 34 in order of their codes.
    pub fn all() -> &'static [Province] {
        &PROVINCES
    }

    /// The province of a two-digit code.
    pub fn from_code(code: &str) -> Option<&'static Province> {
        PROVINCES.iter().find(|province| province.code == code)
    }

    /// The two digits that the region codes of the province begin with.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Chinese name in full.
    pub const fn zh(&self) -> &'static str {
        self.zh
    }

    /// English name, short.
    pub const fn en(&self) -> &'static str {
        self.en
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_lead_back_to_their_province() {
        assert!(PROVINCES.is_sorted_by(|a, b| a.code < b.code));
        for province in Province::all() {
            assert_eq!(Province::from_code(province.code()), Some(province));
        }
    }
}
