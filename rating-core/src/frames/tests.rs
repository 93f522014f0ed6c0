use super::*;
use crate::measure::Measures;
use crate::num::Date;
use crate::portfolio;
use crate::rating::{ModelSpec, rate_many};
use crate::record::Dossier;
use polars::prelude::{DataType, Int128Chunked, NamedFrom as _, Series};

fn days(name: &str, cells: &[Option<&str>]) -> Column {
    let day = |text: &&str| text.parse::<Date>().unwrap().days();
    Int32Chunked::from_iter_options(name.into(), cells.iter().map(|cell| cell.as_ref().map(day)))
        .into_date()
        .into_column()
}

fn column<T, C: ?Sized>(name: &str, cells: T) -> Column
where
    Series: polars::prelude::NamedFrom<T, C>,
{
    Series::new(name.into(), cells).into_column()
}

/// Statements: whole numbers of two widths, decimals, single precision, truth values, days.
fn statements() -> DataFrame {
    let cents = [Some(3_820_000_050), Some(100), None];
    let assets = Int128Chunked::from_slice_options("assets".into(), &cents).into_decimal_unchecked(20, 2);
    DataFrame::new_infer_height(vec![
        column("firm_id", ["F-1", "F-2", "F-1"]),
        column("year", [2024_i32, 2024, 2023]),
        days(
            "received_on",
            &[Some("2025-04-10"), Some("2025-03-01"), Some("2024-04-02")],
        ),
        column("audited", [Some(true), None, Some(false)]),
        assets.into_column(),
        column("负债总额", [20_600_000_i64, 1, 2]),
        column("interest", [Some(0.1_f32), None, Some(12.5)]),
        column("cash", [None::<f64>, Some(1.25), Some(2.0)]),
        Series::full_null("profit_before_tax".into(), 3, &DataType::Null).into_column(),
    ])
    .unwrap()
}

/// The same rows as texts and numbers of JSON, firm by firm.
const FIRMS: [&str; 2] = [
    r#"{"firm_id": "F-1", "statements": [
        {"year": 2024, "received_on": "2025-04-10", "audited": true, "assets": "38200000.50", "liabilities": 20600000,
            "interest": "0.1"}]}"#,
    r#"{"firm_id": "F-2", "statements": [
        {"year": 2024, "received_on": "2025-03-01", "assets": 1, "liabilities": 1, "cash": 1.25}]}"#,
];

#[test]
fn frames_and_json_give_the_same_dossiers_and_ratings() {
    let intake = read_records(&[("财务报表", statements())], ExtraColumns::Refuse).unwrap();
    let firms: Vec<Dossier> = FIRMS.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(intake.dossiers, firms);
    let reject = &intake.rejects[0];
    insta::assert_snapshot!(reject, @"table `statements`, row 3: `assets`: expected a value, got nothing");
    assert_eq!((intake.counts[0].rows_in, intake.counts[0].used), (3, 2));

    let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
    let rated = |firms: &[Dossier]| {
        let ratings = rate_many(&model, firms, "2025-06-30".parse().unwrap());
        frame(&portfolio::contributions(&model, &ratings)).unwrap()
    };
    assert!(rated(&intake.dossiers).equals_missing(&rated(&firms)));
}

#[test]
fn chunks_of_a_frame_are_one_table() {
    let whole = statements();
    let mut pieces = whole.slice(0, 1);
    pieces.vstack_mut(&whole.slice(1, 2)).unwrap();
    assert!(pieces.columns()[0].as_materialized_series().n_chunks() > 1);
    let read = |frame| read_records(&[("statements", frame)], ExtraColumns::Refuse).unwrap();
    assert_eq!(read(pieces), read(whole));
}

#[test]
fn a_frame_holds_every_cell_of_its_table() {
    let day: Date = "2025-06-30".parse().unwrap();
    let firms: Vec<Dossier> = FIRMS.iter().map(|text| text.parse().unwrap()).collect();
    let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
    let all = rate_many(&model, &firms, day);
    let measured: Vec<_> = firms
        .iter()
        .map(|f| (f.firm(), Measures::of(&f.view(day))))
        .collect();
    for table in [
        portfolio::ratings(&model, &all),
        portfolio::contributions(&model, &all),
        portfolio::rules(&model, &all),
        portfolio::coverage(&all),
        portfolio::measures(&measured, true),
        portfolio::ratings(&model, &[]),
    ] {
        let frame = frame(&table).unwrap();
        assert_eq!(
            (frame.height(), frame.width()),
            (table.rows(), table.columns().len())
        );
        for (column, wanted) in frame.columns().iter().zip(table.columns()) {
            assert_eq!(column.name().as_str(), wanted.name);
            let series = column.as_materialized_series();
            match &wanted.cells {
                Cells::Text(cells) => {
                    assert!(
                        series
                            .str()
                            .unwrap()
                            .iter()
                            .eq(cells.iter().map(Option::as_deref))
                    );
                }
                Cells::Integers(cells) => assert!(series.i64().unwrap().iter().eq(cells.iter().copied())),
                Cells::Numbers(cells) => {
                    let bits = |cell: Option<f64>| cell.map(f64::to_bits);
                    let got = series.f64().unwrap().iter().map(bits);
                    assert!(got.eq(cells.iter().copied().map(bits)));
                }
                Cells::Days(cells) => {
                    let got = series.date().unwrap().physical().iter();
                    assert!(got.eq(cells.iter().map(|day| day.map(Date::days))));
                }
            }
        }
    }
}

#[test]
fn rejects_and_counts_are_frames_too() {
    let intake = read_records(&[("statements", statements())], ExtraColumns::Refuse).unwrap();
    let rejects = rejects(&intake).unwrap();
    let names = ["table", "row", "field", "rule", "value", "message", "content"];
    assert_eq!(rejects.get_column_names(), names);
    assert_eq!(rejects.column("row").unwrap().i64().unwrap().get(0), Some(3));
    assert_eq!(
        rejects.column("field").unwrap().str().unwrap().get(0),
        Some("assets")
    );
    let counts = counts(&intake).unwrap();
    assert_eq!(counts.column("used").unwrap().i64().unwrap().get(0), Some(2));
    assert_eq!(counts.column("rejected").unwrap().i64().unwrap().get(0), Some(1));
}

#[test]
fn what_cannot_be_read_is_said() {
    let lists = || {
        let list = Series::new("sales".into(), [Series::new("".into(), [1_i64])]);
        let mut frame = statements().slice(0, 1);
        frame.with_column(list.into_column()).unwrap();
        frame
    };
    let errors = read_records(
        &[("statements", lists()), ("nothing", lists())],
        ExtraColumns::Refuse,
    )
    .unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts[0], @"table `statements`, column `sales`: expected text, numbers, truth values, days or moments without time zone, got `list[i64]`");
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[1].starts_with("unknown table `nothing`"));
    // A column that is not read may be of any type.
    let mut extra = lists();
    extra.rename("sales", "remarks".into()).unwrap();
    let intake = read_records(&[("statements", extra)], ExtraColumns::Ignore).unwrap();
    assert_eq!(intake.ignored, [("statements", "remarks".to_owned())]);
    let huge = column("year", [u64::MAX]);
    let mut frame = statements().slice(0, 1);
    frame.with_column(huge).unwrap();
    let intake = read_records(&[("statements", frame)], ExtraColumns::Refuse).unwrap();
    insta::assert_snapshot!(intake.rejects[0], @"table `statements`, row 1: `year`: expected a year from 1900 to 2199, got `18446744073709551615`");
}
