//! The invariants of docs/architecture.md as laws over random firms and models: rating is total, the order of
//! delivery does not matter, the future does not matter, documents survive the way there and back, no row is lost.
//!
//! Firms come from two sources: `documents`, rows of every table with any value that a field can hold, and the
//! seeded generator of `rating-datasets`, whose firms look like firms.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that builds its own input"
)]

mod support;

use proptest::prelude::*;
use proptest::sample::select;
use rating_core::id::PatentNumber;
use rating_core::measure::{CATALOGUE, Measures};
use rating_core::num::{Date, Money};
use rating_core::rating::{ModelSpec, Rating, RatingModel, ReferenceSpec, Wording, rate_many};
use rating_core::record::columns::{Chunk, Column, ExtraColumns, TableInput};
use rating_core::record::{
    Cell, Dossier, Fault, FieldKind, Intake, ListKind, Reject, TABLES, Table, read_tables,
};
use rating_core::rule::rulebook::RulebookSpec;
use rating_datasets::{GeneratedTable, Portfolio};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static MODEL: LazyLock<RatingModel> = LazyLock::new(|| preset().check().unwrap());

fn preset() -> ModelSpec {
    ModelSpec::preset("tech-firm").unwrap()
}

/// Everything a rating says but the model: floats are written so that different bits give different text.
fn bits(rating: &Rating) -> String {
    let Rating {
        firm,
        as_of,
        standing,
        assessment,
        outcome,
        pillars,
        contributions,
        findings,
        coverage,
        model: _,
    } = rating;
    format!(
        "{firm:?} {as_of:?} {standing:?} {assessment:?} {outcome:?} {pillars:?} {contributions:?} {findings:?} {coverage:?}"
    )
}

// ---- random firms ----

/// Any day that a record may name; two in three around the days on which the firms are rated.
fn days() -> impl Strategy<Value = Date> {
    let near = 18_000..21_000; // 2019 to 2027
    prop_oneof![2 => near, 1 => Date::MIN.days()..=Date::MAX.days()]
        .prop_map(|days| Date::from_days(days).unwrap())
}

/// Application numbers with the check character that belongs to them.
static PATENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let stems = [
        "2017106018",
        "2021200345",
        "2019300111",
        "2003100002",
        "2024800999",
    ];
    let with_check = |stem: String| {
        let mut all = "0123456789X".chars().map(|check| format!("{stem}.{check}"));
        all.find(|number| PatentNumber::new(number).is_ok()).unwrap()
    };
    stems
        .iter()
        .flat_map(|stem| (10..14).map(move |end| format!("{stem}{end}")))
        .map(with_check)
        .collect()
});

/// A value that a field of the kind can hold, the ends of its range among them.
fn values(kind: FieldKind) -> BoxedStrategy<Value> {
    let end = Money::MAX_FEN / 100;
    match kind {
        FieldKind::Date => days().prop_map(|day| day.to_string().into()).boxed(),
        FieldKind::Amount => prop_oneof![
            4 => (-1_000_000..100_000_000_i64).prop_map(|fen| format!("{}.{:02}", fen / 100, (fen % 100).abs())),
            1 => select(vec![end.to_string(), (-end).to_string(), "0".to_owned(), "0.01".to_owned()]),
        ]
        .prop_map(Value::from)
        .boxed(),
        FieldKind::Count => prop_oneof![4 => 0..100_u32, 1 => select(vec![0, 10_000_000])]
            .prop_map(Value::from)
            .boxed(),
        FieldKind::Year => prop_oneof![4 => 2019..2027, 1 => 1900..2200].prop_map(Value::from).boxed(),
        FieldKind::Flag => any::<bool>().prop_map(Value::from).boxed(),
        FieldKind::Code(words) => select(words).prop_map(|word| word.word.into()).boxed(),
        FieldKind::PatentNumber => select(PATENTS.clone()).prop_map(Value::from).boxed(),
        FieldKind::RegionCode => select(vec!["110108", "440305", "310000"]).prop_map(Value::from).boxed(),
        FieldKind::IndustryCode => select(vec!["I6513", "C39", "M"]).prop_map(Value::from).boxed(),
        // Few different texts, so that keys meet and customers return.
        FieldKind::Text | FieldKind::FirmId => "[A-D]".prop_map(Value::from).boxed(),
    }
}

/// A row without `firm_id`; fields that need not be there are there two times in three.
fn rows(table: &'static Table) -> BoxedStrategy<Value> {
    let field = |field: &rating_core::record::Field| {
        let (name, is_required) = (field.name, field.required);
        (values(field.kind), 0..3_u8)
            .prop_map(move |(value, coin)| {
                (
                    name,
                    if is_required || coin > 0 {
                        value
                    } else {
                        Value::Null
                    },
                )
            })
            .boxed()
    };
    let fields: Vec<_> = table.fields.iter().skip(1).map(field).collect();
    fields
        .prop_map(|fields| {
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        })
        .prop_map(Value::Object)
        .boxed()
}

/// The tables of one firm, up to five rows each, without `firm_id`.
fn documents() -> impl Strategy<Value = Map<String, Value>> {
    let table = |table: &&'static Table| {
        let name = table.name;
        prop::collection::vec(rows(table), 0..6)
            .prop_map(move |rows| (name.to_owned(), Value::Array(rows)))
            .boxed()
    };
    let tables: Vec<_> = TABLES.iter().map(table).collect();
    tables.prop_map(|tables| tables.into_iter().collect())
}

fn take_in(mut tables: Map<String, Value>) -> Intake {
    tables.insert("firm_id".to_owned(), "F-1".into());
    Dossier::read_json(&Value::Object(tables).to_string()).unwrap()
}

fn firm(tables: Map<String, Value>) -> Dossier {
    take_in(tables).dossiers.pop().unwrap()
}

/// An order of `length` rows that a seed picks.
fn shuffled(length: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by_key(|at| mixed(seed, *at as u64));
    order
}

/// The bits of two numbers stirred (the last steps of `SplitMix64`).
fn mixed(seed: u64, number: u64) -> u64 {
    let mut z = seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A firm that stands on some lists since 2024 and nothing of its registration or taxes speaks against it, on a day
/// soon after: several rules fire at once.
fn listed_firms() -> impl Strategy<Value = (Dossier, Date)> {
    let lists = prop::sample::subsequence(ListKind::ALL, 1..=ListKind::ALL.len());
    (documents(), lists, 0..400_i32).prop_map(|(mut tables, lists, wait)| {
        let since = Date::new(2024, 1, 10).unwrap();
        let entry = |list: ListKind| json!({"list": list.word(), "started_on": since.to_string()});
        tables.insert("listings".to_owned(), lists.into_iter().map(entry).collect());
        tables.remove("registrations");
        tables.remove("facilities");
        (firm(tables), since.plus_days(wait))
    })
}

/// The generator above is worth something only if the door lets a fair share of its rows in.
#[test]
fn random_rows_are_used_more_often_than_not() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut rows_in, mut used) = (0, 0);
    for _ in 0..20 {
        let tree = documents().new_tree(&mut runner).unwrap();
        for count in take_in(proptest::strategy::ValueTree::current(&tree)).counts {
            rows_in += count.rows_in;
            used += count.used;
        }
    }
    assert!(used * 2 > rows_in, "{used} of {rows_in}");
}

// ---- invariant 3: between the doors nothing fails ----

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_firm_is_rated_on_any_day(tables in documents(), as_of in days()) {
        let firm = firm(tables);
        let measures = Measures::of(&firm.view(as_of));
        for entry in CATALOGUE {
            if let Some(value) = measures.get(entry.measure).value() {
                let (low, high) = entry.range;
                prop_assert!((low..=high).contains(&value), "{}: {value}", entry.id);
            }
        }
        let rating = MODEL.rate(&firm, as_of);
        prop_assert!((0.0..=1.0).contains(&rating.assessment.pd.get()));
        prop_assert!((0..=10_000).contains(&rating.assessment.technology_score));
        prop_assert!(rating.contributions.iter().all(|c| c.points <= c.best_points));
        prop_assert!(!rating.symbol().is_empty());
    }
}

// ---- invariant 4: same input, same bits ----

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_rows_changes_nothing(tables in documents(), seed in any::<u64>(), as_of in days()) {
        let mut reordered = tables.clone();
        for rows in reordered.values_mut().filter_map(Value::as_array_mut) {
            *rows = shuffled(rows.len(), seed).into_iter().map(|at| rows[at].clone()).collect();
        }
        let (one, other) = (take_in(tables), take_in(reordered));
        prop_assert_eq!(&one.dossiers, &other.dossiers);
        prop_assert_eq!(&one.counts, &other.counts);
        let rated = |intake: &Intake| bits(&MODEL.rate(&intake.dossiers[0], as_of));
        prop_assert_eq!(rated(&one), rated(&other));
    }

    #[test]
    fn the_order_of_rules_changes_no_standing((firm, as_of) in listed_firms(), seed in any::<u64>()) {
        let mut spec = preset();
        spec.rules = shuffled(spec.rules.len(), seed).into_iter().map(|at| spec.rules[at].clone()).collect();
        let reordered = spec.check().unwrap();
        let (one, other) = (MODEL.rate(&firm, as_of), reordered.rate(&firm, as_of));
        prop_assert_eq!(one.standing, other.standing);
        prop_assert_eq!(one.outcome, other.outcome);
        prop_assert_eq!(one.findings.len(), other.findings.len());
    }

    #[test]
    fn one_more_rule_is_never_milder((firm, as_of) in listed_firms(), at in any::<prop::sample::Index>()) {
        let mut spec = preset();
        spec.rules.remove(at.index(spec.rules.len()));
        let (more, fewer) = (MODEL.rate(&firm, as_of).outcome, spec.check().unwrap().rate(&firm, as_of).outcome);
        prop_assert_eq!(fewer.join(more), more);
    }
}

/// One field of some rows, as a column.
struct FieldOfRows<'a> {
    name: &'static str,
    rows: &'a [Map<String, Value>],
}

impl Column for FieldOfRows<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self.rows.get(row).and_then(|fields| fields.get(self.name)) {
            Some(Value::String(text)) => Cell::Text(text),
            Some(Value::Bool(value)) => Cell::Boolean(*value),
            Some(Value::Number(number)) => match number.as_i64() {
                Some(whole) => Cell::Integer(whole),
                None => Cell::Float(number.as_f64().unwrap()),
            },
            _ => Cell::Null,
        }
    }
}

fn lend<'a>(table: &'static Table, rows: &'a [Map<String, Value>]) -> Chunk<'a> {
    let column = |name: &'static str| -> (&'a str, Box<dyn Column + 'a>) {
        (name, Box::new(FieldOfRows { name, rows }))
    };
    table.fields.iter().map(|field| column(field.name)).collect()
}

/// What was rejected of which firm, in an order that no row number decides.
fn rejected(intake: &Intake) -> Vec<String> {
    let told = |reject: &Reject| {
        let content: Value = serde_json::from_str(&reject.content).unwrap();
        let fault = |fault: &Fault| {
            // These name another row.
            let message = match fault.rule {
                "repeated" | "conflict" => "",
                _ => &fault.message,
            };
            format!("{} {} {} {message}", fault.field, fault.rule, fault.value)
        };
        let faults: Vec<String> = reject.faults.iter().map(fault).collect();
        format!("{} {content} {}", reject.table, faults.join("; "))
    };
    let mut all: Vec<String> = intake.rejects.iter().map(told).collect();
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The door for one firm is the referee of the door for many: rows of several firms, mixed, in chunks of any length.
    #[test]
    fn firms_in_one_delivery_are_read_as_each_alone(
        firms in prop::collection::vec(documents(), 1..5), seed in any::<u64>(), chunk in 1..9_usize
    ) {
        let mut alone: Vec<Intake> = Vec::new();
        let mut tables: Vec<(&'static Table, Vec<Map<String, Value>>)> = TABLES.iter().map(|t| (*t, Vec::new())).collect();
        for (number, mut document) in firms.into_iter().enumerate() {
            let id = Value::from(format!("F-{number}"));
            for (table, mixed) in &mut tables {
                for row in document.get(table.name).and_then(Value::as_array).unwrap() {
                    let mut row = row.as_object().unwrap().clone();
                    row.insert("firm_id".to_owned(), id.clone());
                    mixed.push(row);
                }
            }
            let has_rows = document.values().any(|rows| rows.as_array().is_some_and(|rows| !rows.is_empty()));
            document.insert("firm_id".to_owned(), id);
            if has_rows {
                alone.push(Dossier::read_json(&Value::Object(document).to_string()).unwrap());
            }
        }
        for (_, mixed) in &mut tables {
            *mixed = shuffled(mixed.len(), seed).into_iter().map(|at| mixed[at].clone()).collect();
        }
        let lent: Vec<TableInput<'_>> = tables
            .iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(table, rows)| TableInput {
                name: table.name,
                chunks: rows.chunks(chunk).map(|rows| lend(table, rows)).collect(),
            })
            .collect();
        let together = read_tables(&lent, ExtraColumns::Refuse).unwrap();
        let dossiers: Vec<&Dossier> = alone.iter().flat_map(|intake| &intake.dossiers).collect();
        prop_assert_eq!(together.dossiers.iter().collect::<Vec<_>>(), dossiers);
        let mut each: Vec<String> = alone.iter().flat_map(rejected).collect();
        each.sort_unstable();
        prop_assert_eq!(rejected(&together), each);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_order_of_a_delivery_changes_nothing(seed in 0..1000_u64) {
        let tables = Portfolio { firms: 20, seed, invoice_scale: 0.3, ..Portfolio::default() }.chunk(0..20).tables;
        let one = support::read(&tables, support::as_generated);
        let other = support::read(&tables, |table| shuffled(table.rows(), seed));
        prop_assert_eq!(&one.dossiers, &other.dossiers);
        prop_assert_eq!(one.rejects.len(), other.rejects.len());
    }

    #[test]
    fn many_firms_at_once_are_rated_as_each_alone(seed in 0..1000_u64, as_of in days()) {
        let firms = support::dossiers(20, seed);
        let alone: Vec<String> = firms.iter().map(|firm| bits(&MODEL.rate(firm, as_of))).collect();
        let together: Vec<String> = rate_many(&MODEL, &firms, as_of).iter().map(bits).collect();
        prop_assert_eq!(together, alone);
    }
}

#[cfg(feature = "parallel")]
#[test]
fn the_number_of_threads_changes_nothing() {
    let as_of = Date::new(2025, 6, 30).unwrap();
    let on_threads = |threads: usize| -> Vec<String> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            rate_many(&MODEL, &support::dossiers(60, 7), as_of)
                .iter()
                .map(bits)
                .collect()
        })
    };
    let alone = on_threads(1);
    assert_eq!(alone.len(), 60);
    for threads in [2, 3, 8] {
        assert_eq!(on_threads(threads), alone, "{threads} threads");
    }
}

// ---- invariant 5: known then, not now ----

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_became_known_later_changes_nothing(
        tables in documents(),
        later in documents(),
        as_of in days(),
        wait in 1..4000_i32,
    ) {
        prop_assume!(as_of < Date::MAX);
        let known_on = as_of.plus_days(wait).to_string();
        let mut with_later = tables.clone();
        for (name, rows) in later {
            let all = with_later.get_mut(&name).and_then(Value::as_array_mut).unwrap();
            for mut row in rows.as_array().unwrap().clone() {
                row["known_on"] = known_on.clone().into();
                all.push(row);
            }
        }
        let before = bits(&MODEL.rate(&firm(tables), as_of));
        prop_assert_eq!(bits(&MODEL.rate(&firm(with_later), as_of)), before);
    }
}

// ---- invariant 6: a model survives the way to JSON and back ----

/// The preset with everything that a document may leave out.
fn full_preset() -> ModelSpec {
    let mut document = serde_json::to_value(preset()).unwrap();
    document["rules"][0]["valid_to"] = "2199-12-31".into();
    document["pillars"][0]["card"][0]["special"] = json!([{"value": -1.5, "points": 3}]);
    let mut spec = ModelSpec::from_json(&document.to_string()).unwrap();
    let measures = spec
        .pillars
        .iter()
        .flat_map(|p| &p.card.characteristics)
        .map(|c| c.measure);
    let points = measures.map(|m| (m.id().to_owned(), 0.1)).collect();
    let name = Wording {
        en: "e".to_owned(),
        zh: "z".to_owned(),
    };
    spec.reference = Some(ReferenceSpec { name, points });
    spec
}

/// Every object of a document, as the way to it.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.push(at.to_owned());
            for (key, value) in object {
                objects(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                objects(item, &format!("{at}/{number}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn an_unknown_field_is_refused_wherever_it_stands() {
    let document = serde_json::to_value(full_preset()).unwrap();
    let mut places = Vec::new();
    objects(&document, "", &mut places);
    assert!(places.len() > 200, "{}", places.len());
    for kind in [
        "/categories",
        "/special/0",
        "/reference/points",
        "/listing",
        "/government/matrix",
        "/weights/growth",
    ] {
        assert!(places.iter().any(|place| place.ends_with(kind)), "{kind}");
    }
    for place in places {
        let mut changed = document.clone();
        let object = changed
            .pointer_mut(&place)
            .and_then(Value::as_object_mut)
            .unwrap();
        object.insert("x".to_owned(), json!(1));
        let read = ModelSpec::from_json(&changed.to_string());
        assert!(
            read.is_err() || read.unwrap().check().is_err(),
            "`x` is taken in {place}"
        );
    }
}

/// Seeds that no longer pass the doors would leave the fuzzer outside; `cargo run --bin seeds` writes new ones.
#[test]
fn the_seeds_of_the_fuzz_targets_pass_the_doors() {
    let book = include_str!("../fuzz/seeds/rulebook_document/every_kind.json");
    assert!(RulebookSpec::from_json(book).unwrap().check().is_ok());
    let small = ModelSpec::from_json(include_str!("../fuzz/seeds/model_document/small.json")).unwrap();
    assert_eq!(small, support::small_model());
    assert!(small.check().is_ok());
    let firms = [
        include_str!("../fuzz/seeds/record_json/firm-0.json"),
        include_str!("../fuzz/seeds/record_json/firm-1.json"),
        include_str!("../fuzz/seeds/record_json/firm-2.json"),
        include_str!("../fuzz/seeds/record_json/firm-3.json"),
    ];
    for text in firms {
        let firm: Dossier = text.parse().unwrap();
        assert!(firm.record_count() > 20);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_model_survives_the_way_to_json_and_back(
        floats in prop::collection::vec(any::<f64>().prop_filter("JSON has finite numbers only", |f| f.is_finite()), 64),
        points in any::<i32>(),
        text in any::<String>(),
        last in days(),
    ) {
        let mut spec = full_preset();
        let mut next = floats.into_iter();
        spec.base_points = points;
        spec.notice.zh = text;
        spec.rules[0].valid_to = Some(last);
        let line = spec.calibration.line_mut().unwrap();
        line.base_score = next.next().unwrap();
        line.pdo = next.next().unwrap();
        spec.technology.stages.stable_from_years = next.next().unwrap();
        for (mean, float) in spec.reference.iter_mut().flat_map(|r| r.points.values_mut()).zip(next) {
            *mean = float;
        }
        let again = ModelSpec::from_json(&spec.to_json()).unwrap();
        prop_assert_eq!(&again, &spec);
        prop_assert_eq!(again.hash(), spec.hash());
    }

    #[test]
    fn a_checked_model_gives_back_its_document(base in 400..800_i32, floor in 0.0..0.01_f64, pdo in 10.0..80.0_f64) {
        let mut spec = full_preset();
        spec.base_points = base;
        let line = spec.calibration.line_mut().unwrap();
        line.pd_floor = floor;
        line.pdo = pdo;
        let model = spec.clone().check().unwrap();
        prop_assert_eq!(model.spec(), &spec);
        let again = ModelSpec::from_json(&model.spec().to_json()).unwrap().check().unwrap();
        prop_assert_eq!(again.hash(), model.hash());
        prop_assert_eq!(again.spec(), &spec);
    }

    #[test]
    fn a_dossier_survives_the_way_to_json_and_back(tables in documents()) {
        let firm = firm(tables);
        let again: Dossier = firm.to_json().parse().unwrap();
        prop_assert_eq!(again, firm);
    }
}

// ---- invariant 8: nothing is lost ----

/// A column some of whose cells are something else.
struct Dirty<'a> {
    column: Box<dyn Column + 'a>,
    seed: u64,
}

/// What a cell may turn into: what no field takes, what some take, and nothing.
const DIRT: &[Cell<'static>] = &[
    Cell::Null,
    Cell::Text("不详"),
    Cell::Text("\u{0}"),
    Cell::Text("1e400"),
    Cell::Integer(i64::MIN),
    Cell::Integer(i64::MAX),
    Cell::Float(f64::NAN),
    Cell::Float(f64::INFINITY),
    Cell::Float(-1e300),
    Cell::Boolean(true),
    Cell::Date(i32::MIN),
    Cell::Date(0),
    Cell::Decimal {
        unscaled: i128::MIN,
        scale: u8::MAX,
    },
    Cell::Decimal {
        unscaled: 7,
        scale: 0,
    },
];

impl Column for Dirty<'_> {
    fn len(&self) -> usize {
        self.column.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let draw = mixed(self.seed, row as u64);
        if draw.is_multiple_of(40) {
            DIRT[usize::try_from(draw / 40).unwrap() % DIRT.len()]
        } else {
            self.column.cell(row)
        }
    }
}

fn dirty_input(table: &GeneratedTable, seed: u64) -> TableInput<'_> {
    let order = [support::as_generated(table), shuffled(table.rows(), seed)].concat();
    let name = table.name.bytes().fold(seed, |s, b| mixed(s, u64::from(b)));
    let columns = support::columns(table, &order).into_iter().zip(0..);
    let chunk: Chunk<'_> = columns
        .map(|((header, column), at)| {
            let column: Box<dyn Column + '_> = Box::new(Dirty {
                column,
                seed: mixed(name, at),
            });
            (header, column)
        })
        .collect();
    TableInput {
        name: table.name,
        chunks: vec![chunk],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Every row is delivered twice, with cells of every kind replaced here and there.
    #[test]
    fn every_row_is_used_or_rejected(seed in any::<u64>()) {
        let tables = Portfolio { firms: 10, invoice_scale: 0.3, ..Portfolio::default() }.chunk(0..10).tables;
        let inputs: Vec<TableInput<'_>> = tables.iter().map(|table| dirty_input(table, seed)).collect();
        let intake = read_tables(&inputs, ExtraColumns::Refuse).unwrap();
        for (count, table) in intake.counts.iter().zip(&tables) {
            prop_assert_eq!(count.table, table.name);
            prop_assert_eq!(count.rows_in, 2 * table.rows() as u64);
            prop_assert_eq!(count.rows_in, count.used + count.rejected);
            let rejected = intake.rejects.iter().filter(|reject| reject.table == table.name);
            let mut numbers: Vec<u64> = rejected.map(|reject| reject.row).collect();
            prop_assert_eq!(numbers.len() as u64, count.rejected);
            numbers.dedup(); // they stand in order
            prop_assert_eq!(numbers.len() as u64, count.rejected, "a row of `{}` is rejected twice", table.name);
            prop_assert!(numbers.iter().all(|row| (1..=count.rows_in).contains(row)));
        }
        prop_assert!(intake.rejects.iter().all(|reject| !reject.faults.is_empty()));
        let used: u64 = intake.counts.iter().map(|count| count.used).sum();
        let held: usize = intake.dossiers.iter().map(Dossier::record_count).sum();
        prop_assert_eq!(held as u64, used);
    }
}
