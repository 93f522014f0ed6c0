//! Who answered, and up to when.

use super::TableName;
use super::schema::record_table;
use crate::num::Date;

record_table! {
    /// That a department answered for one table: up to that day, what it sent is all there is. So an empty
    /// table with an answer means "none", and one without means "not reported". Records of a table are an
    /// answer for it by themselves.
    Answer in "answers" ("数据报送"),
    key [table],
    known "`answered_on`" = |r| r.answered_on;
    /// Which table was answered.
    table: TableName = ["数据表"];
    /// Up to which day the answer is complete.
    answered_on: Date = ["报送日期"];
    check {}
}
