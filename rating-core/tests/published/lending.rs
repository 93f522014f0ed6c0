//! `docs/lending.md`: the products of the shipped catalogue, as the document has them.

use super::rulebook::test;
use super::{hold_page, table};
use rating_core::lending::loss_sharing::LossSharingSpec;
use rating_core::lending::{CatalogueSpec, Origin, ProductConditionSpec, ProductSpec, StressSpec};

#[test]
fn the_page_of_lending_says_what_the_documents_say() {
    let catalogue = CatalogueSpec::preset("shanxi-2018").unwrap();
    let products = catalogue.products.iter().map(product).collect::<Vec<_>>();
    let headers = ["product", "产品", "kind", "place in the document", "asks for"];
    hold_page(
        "docs/lending.md",
        &[
            ("products", table(&headers, products)),
            ("illustrative", illustrative(&catalogue)),
            ("structures", structures()),
            ("scenarios", scenarios()),
        ],
    );
}

fn product(of: &ProductSpec) -> Vec<String> {
    let mut asked: Vec<String> = of.conditions.iter().map(condition).collect();
    let fits: Vec<String> = of.fits.iter().map(condition).collect();
    if asked.is_empty() {
        asked.push("nothing that the document names".to_owned());
    }
    if !fits.is_empty() {
        asked.push(format!("speaks for it: {}", fits.join("; ")));
    }
    if let Some(open) = &of.not_sourced {
        asked.push(format!("not sourced: {}", open.en));
    }
    vec![
        format!("{}<br>`{}`", of.name.en, of.id),
        [&of.name]
            .into_iter()
            .chain(of.also.iter().map(|also| &also.name))
            .map(|name| name.zh.clone())
            .collect::<Vec<_>>()
            .join("<br>又称："),
        format!("`{}`", of.kind.word()),
        of.basis.document.clone(),
        asked.join("<br>"),
    ]
}

/// A condition; in italics if no document gives it.
fn condition(of: &ProductConditionSpec) -> String {
    match of.origin {
        Origin::Document => of.name.en.clone(),
        Origin::Illustrative => format!("*{}*", of.name.en),
    }
}

/// The conditions that no document gives, each once.
fn illustrative(catalogue: &CatalogueSpec) -> String {
    let all = catalogue
        .products
        .iter()
        .flat_map(|p| p.conditions.iter().chain(&p.fits));
    let mut met: Vec<&ProductConditionSpec> = Vec::new();
    for condition in all.filter(|c| c.origin == Origin::Illustrative) {
        if !met.contains(&condition) {
            met.push(condition);
        }
    }
    let row = |c: &&ProductConditionSpec| {
        let name = format!("*{}*", c.name.en);
        vec![name, c.name.zh.clone(), test(&c.test), c.source.clone()]
    };
    table(
        &["condition", "条件", "what is looked at", "why"],
        met.iter().map(row),
    )
}

fn structures() -> String {
    let row = |id: &&str| {
        let of = LossSharingSpec::preset(id).unwrap();
        let inputs: Vec<&str> = of.inputs.iter().map(|input| input.id.as_str()).collect();
        let inputs = if inputs.is_empty() {
            "none".to_owned()
        } else {
            super::codes(inputs)
        };
        vec![
            format!("`{id}`"),
            of.name.zh.clone(),
            of.basis.document.clone(),
            inputs,
        ]
    };
    table(
        &[
            "structure",
            "名称",
            "document",
            "inputs that the document leaves open",
        ],
        LossSharingSpec::PRESETS.iter().map(row),
    )
}

fn scenarios() -> String {
    let spec = StressSpec::example().unwrap();
    let text = serde_json::to_string_pretty(spec.scenarios.first().unwrap()).unwrap();
    format!("```json\n{text}\n```")
}
