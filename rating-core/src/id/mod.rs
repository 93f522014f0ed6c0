//! Identifiers, each a newtype with one checked constructor.
macro_rules! stub { ($($n:ident),*) => {$(
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
/// stub
pub struct $n(Box<str>);
impl std::str::FromStr for $n { type Err = String; fn from_str(s:&str)->Result<Self,String>{ if s.is_empty() {Err("e".into())} else {Ok(Self(s.into()))} } }
impl std::fmt::Display for $n { fn fmt(&self, f:&mut std::fmt::Formatter<'_>)->std::fmt::Result{ f.write_str(&self.0)} }
)*} }
stub!(FirmId, PatentNumber, RegionCode, IndustryCode);
/// stub
#[derive(Clone, Copy, Debug)]
pub enum PatentKind {
    /// s
    Invention,
    /// s
    UtilityModel,
    /// s
    Design,
}
impl PatentNumber {
    /// s
    pub fn kind(&self) -> PatentKind {
        PatentKind::Invention
    }
}
