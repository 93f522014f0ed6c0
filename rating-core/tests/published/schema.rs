//! `docs/schema/`: the schemas of a model document, of a rulebook, of a panel and of what is written for lending.

use super::hold;
use rating_core::lending::loss_sharing::{Inputs, LossSharingSpec};
use rating_core::lending::{
    Asset, CatalogueSpec, InterestSubsidy, KnowledgeValue, LendingPolicySpec, PremiumSubsidy, ScheduleTerms,
    StressSpec,
};
use rating_core::panel::PanelSpec;
use rating_core::rating::ModelSpec;
use rating_core::rule::rulebook::RulebookSpec;
use serde_json::{Value, json};

fn schema<T: schemars::JsonSchema>() -> Value {
    serde_json::to_value(schemars::schema_for!(T)).unwrap()
}

#[test]
fn the_published_schemas_are_the_ones_of_the_documents() {
    for (path, schema) in [
        ("docs/schema/model.schema.json", schema::<ModelSpec>()),
        ("docs/schema/rulebook.schema.json", schema::<RulebookSpec>()),
        ("docs/schema/panel.schema.json", schema::<PanelSpec>()),
    ] {
        hold(path, &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    }
}

#[test]
fn the_published_schemas_of_lending_are_the_ones_of_the_documents() {
    for (path, schema) in [
        ("lending-policy", schema::<LendingPolicySpec>()),
        ("loss-sharing", schema::<LossSharingSpec>()),
        ("loss-sharing-inputs", schema::<Inputs>()),
        ("product-catalogue", schema::<CatalogueSpec>()),
        ("stress", schema::<StressSpec>()),
        ("knowledge-value", schema::<KnowledgeValue>()),
        ("interest-subsidy", schema::<InterestSubsidy>()),
        ("premium-subsidy", schema::<PremiumSubsidy>()),
        ("asset", schema::<Asset>()),
        ("schedule-terms", schema::<ScheduleTerms>()),
    ] {
        let path = format!("docs/schema/{path}.schema.json");
        hold(&path, &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    }
}

/// What of a value a schema refuses: the words that the published schema uses, and no others.
fn faults(schema: &Value, root: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return faults(root.pointer(pointer).unwrap(), root, value, place);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let fits = choices.iter().any(|c| faults(c, root, value, place).is_empty());
            return if fits {
                Vec::new()
            } else {
                vec![format!("{place}: no variant fits")]
            };
        }
    }
    let mut found = Vec::new();
    if !has_type(&schema["type"], value) {
        found.push(format!("{place}: expected {}, got {value}", schema["type"]));
    }
    let is_other = |fixed: &Value| !fixed.is_null() && fixed != value;
    let is_unlisted = |list: &Value| list.as_array().is_some_and(|l| !l.contains(value));
    if is_other(&schema["const"]) || is_unlisted(&schema["enum"]) {
        found.push(format!("{place}: unexpected {value}"));
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(faults(&schema["items"], root, item, &format!("{place}[{at}]")));
    }
    if let Some(object) = value.as_object() {
        found.extend(object_faults(schema, root, object, place));
    }
    found
}

fn object_faults(
    schema: &Value,
    root: &Value,
    object: &serde_json::Map<String, Value>,
    place: &str,
) -> Vec<String> {
    let required = schema["required"].as_array().into_iter().flatten();
    let lacks = |name: &&Value| !object.contains_key(name.as_str().unwrap());
    let mut found: Vec<String> = required
        .filter(lacks)
        .map(|name| format!("{place}: lacks {name}"))
        .collect();
    for (name, value) in object {
        let place = format!("{place}.{name}");
        let of = schema["properties"].get(name);
        match of.unwrap_or(&schema["additionalProperties"]) {
            Value::Bool(false) => found.push(format!("{place}: unknown")),
            of => found.extend(faults(of, root, value, &place)),
        }
    }
    found
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("a type that the checker does not know: {other}"),
    };
    match wanted {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|n| is(n.as_str().unwrap())),
        _ => true,
    }
}

#[test]
fn the_shipped_model_fits_the_schema_and_a_spoilt_one_does_not() {
    let schema = schema::<ModelSpec>();
    let preset = ModelSpec::preset("tech-firm").unwrap();
    let document: Value = serde_json::from_str(&preset.to_json()).unwrap();
    assert_eq!(faults(&schema, &schema, &document, "model"), Vec::<String>::new());

    let mut spoilt = document.clone();
    spoilt["calibration"]["pdo"] = json!("twenty");
    spoilt["colour"] = json!("red");
    spoilt["pillars"][0]["family"] = json!("weather");
    spoilt["minimum"] = json!({});
    spoilt["rules"][2]["kind"]["listing"]["list"] = json!("naughty");
    spoilt["technology"]["card"][0]["measure"] = json!("technology.genius");
    insta::assert_snapshot!(faults(&schema, &schema, &spoilt, "model").join("\n"), @r#"
    model.calibration: no variant fits
    model.colour: unknown
    model.minimum: lacks "characteristics"
    model.pillars[0].family: no variant fits
    model.rules[2].kind: no variant fits
    model.technology.card[0].measure: unexpected "technology.genius"
    "#);
}

/// Of every shape of calibration; a field of another shape fits none.
#[test]
fn calibrations_of_every_shape_fit_the_schema() {
    let preset = ModelSpec::preset("tech-firm").unwrap();
    let mut document: Value = serde_json::from_str(&preset.to_json()).unwrap();
    let line = document["calibration"].clone();
    let margin = json!({"data_and_methods": 0.001, "changes": 0.0, "estimation": 0.002});
    let beta = json!({"intercept": 0.0, "low": 1.0, "high": 1.1});
    let mut with_margin = line.clone();
    with_margin["conservatism"] = margin.clone();
    let shapes = [
        with_margin,
        json!({"isotonic": [{"from": 500, "pd": 0.1}], "pd_floor": 0.001, "conservatism": margin}),
        json!({"beta": beta, "of": line, "shift": 0.1, "pd_floor": 0.001}),
    ];
    for mut calibration in shapes {
        document["calibration"] = calibration.clone();
        assert_eq!(told::<ModelSpec>(&document, "model"), Vec::<String>::new());
        let read: ModelSpec = serde_json::from_value(document.clone()).unwrap();
        assert!(read.check().is_ok());
        calibration["firms"] = json!(3);
        document["calibration"] = calibration;
        assert_eq!(
            told::<ModelSpec>(&document, "model"),
            ["model.calibration: no variant fits"]
        );
    }
}

#[test]
fn the_shipped_rulebooks_fit_the_schema_and_a_spoilt_one_does_not() {
    let schema = schema::<RulebookSpec>();
    let document = |id: &&str| -> Value {
        let preset = RulebookSpec::preset(id).unwrap();
        serde_json::from_str(&preset.to_json()).unwrap()
    };
    for id in RulebookSpec::PRESETS {
        let found = faults(&schema, &schema, &document(id), id);
        assert_eq!(found, Vec::<String>::new());
    }

    let mut spoilt = document(&"china");
    let first = &mut spoilt["evaluations"][0];
    first["colour"] = json!("red");
    first["valid_from"] = json!(2018);
    first["conditions"][1]["test"] = json!({"listed": "naughty"});
    first["blocks"][0]["take"] = json!("worst");
    first["blocks"][0]["items"][0]["points"]["bands"][0]["points"] = json!("many");
    first["pass"] = json!({});
    insta::assert_snapshot!(faults(&schema, &schema, &spoilt, "rulebook").join("\n"), @r#"
    rulebook.evaluations[0].blocks[0].items[0].points: no variant fits
    rulebook.evaluations[0].blocks[0].take: no variant fits
    rulebook.evaluations[0].colour: unknown
    rulebook.evaluations[0].conditions[1].test: no variant fits
    rulebook.evaluations[0].pass: no variant fits
    rulebook.evaluations[0].valid_from: expected "string", got 2018
    "#);
}

#[test]
fn every_shipped_rulebook_fits_the_schema() {
    let schema = schema::<RulebookSpec>();
    for id in RulebookSpec::PRESETS {
        let preset = RulebookSpec::preset(id).unwrap();
        let document: Value = serde_json::from_str(&preset.to_json()).unwrap();
        assert_eq!(faults(&schema, &schema, &document, id), Vec::<String>::new());
    }
}

/// What a schema says of a document.
fn told<T: schemars::JsonSchema>(document: &Value, place: &str) -> Vec<String> {
    let schema = schema::<T>();
    faults(&schema, &schema, document, place)
}

#[test]
fn the_shipped_documents_of_lending_fit_their_schemas() {
    let read = |text: String| -> Value { serde_json::from_str(&text).unwrap() };
    let fits = |found: Vec<String>| assert_eq!(found, Vec::<String>::new());
    fits(told::<LendingPolicySpec>(
        &read(LendingPolicySpec::example().unwrap().to_json()),
        "policy",
    ));
    fits(told::<StressSpec>(
        &read(StressSpec::example().unwrap().to_json()),
        "stress",
    ));
    for id in LossSharingSpec::PRESETS {
        let preset = LossSharingSpec::preset(id).unwrap();
        fits(told::<LossSharingSpec>(&read(preset.to_json()), id));
    }
    for id in CatalogueSpec::PRESETS {
        let preset = CatalogueSpec::preset(id).unwrap();
        fits(told::<CatalogueSpec>(&read(preset.to_json()), id));
    }
    for id in KnowledgeValue::PRESETS {
        let preset = serde_json::to_value(KnowledgeValue::preset(id).unwrap()).unwrap();
        fits(told::<KnowledgeValue>(&preset, id));
    }
    for id in InterestSubsidy::PRESETS {
        let preset = serde_json::to_value(InterestSubsidy::preset(id).unwrap()).unwrap();
        fits(told::<InterestSubsidy>(&preset, id));
    }
    for id in PremiumSubsidy::PRESETS {
        let preset = serde_json::to_value(PremiumSubsidy::preset(id).unwrap()).unwrap();
        fits(told::<PremiumSubsidy>(&preset, id));
    }
}

#[test]
fn spoilt_documents_of_lending_do_not_fit() {
    let read = |text: String| -> Value { serde_json::from_str(&text).unwrap() };
    let mut policy = read(LendingPolicySpec::example().unwrap().to_json());
    policy["limit"]["firm_most"] = json!(5_000_000);
    policy["price"]["colour"] = json!("red");
    policy["security"]["kinds"][0]["kind"] = json!("good_name");
    policy["admission"][0]["approve"] = json!("AAA");
    let mut sharing = read(LossSharingSpec::preset("hubei-2025").unwrap().to_json());
    sharing["counts"] = json!("all");
    sharing["parties"][0]["role"] = json!("friend");
    let mut catalogue = read(CatalogueSpec::preset("shanxi-2018").unwrap().to_json());
    catalogue["products"][0]["kind"] = json!("gift");
    catalogue["products"][1]["conditions"][0]["test"] = json!({"listed": "naughty"});
    let mut stress = read(StressSpec::example().unwrap().to_json());
    stress["scenarios"][0]["shocks"][0]["pd"] = json!({"plus": 0.1});
    let found = [
        told::<LendingPolicySpec>(&policy, "policy"),
        told::<LossSharingSpec>(&sharing, "sharing"),
        told::<CatalogueSpec>(&catalogue, "catalogue"),
        told::<StressSpec>(&stress, "stress"),
    ];
    insta::assert_snapshot!(found.concat().join("\n"), @r#"
    policy.admission[0].approve: expected "array", got "AAA"
    policy.limit.firm_most: no variant fits
    policy.price.colour: unknown
    policy.security: no variant fits
    sharing.counts: no variant fits
    sharing.parties[0].role: no variant fits
    catalogue.products[0].kind: no variant fits
    catalogue.products[1].conditions[0].test: no variant fits
    stress.scenarios[0].shocks[0].pd: no variant fits
    "#);
}
