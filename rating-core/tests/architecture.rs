//! The invariants of docs/architecture.md that a reader of the source can check: what the core never names, which
//! floor may import which, where a `Result` may stand, how long a file may be.
//!
//! Sources are read as tokens, so comments and text do not count, and the bodies of macros do. Left out are items
//! under `#[cfg(test)]` (a test may import anything) and, for what the core never names, items behind the features
//! `fit` and `polars` and the modules `fit` and `frames`, which are these features.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that reads the sources beside it"
)]

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the lowest floor up; each imports only modules that stand before it.
const FLOORS: &[&str] = &[
    "num",
    "id",
    "record",
    "measure",
    "scorecard",
    "calibration",
    "scale",
    "rule",
    "rating",
    "lending",
    "report",
    "portfolio",
];

/// The floors, and the statistics that estimation judges its candidates by.
const ABOVE_VALIDATION: &[&str] = &[
    "num",
    "id",
    "record",
    "measure",
    "scorecard",
    "calibration",
    "scale",
    "rule",
    "rating",
    "lending",
    "report",
    "portfolio",
    "validation",
];

/// Modules beside the floors, with what they may import; only `parallel` is imported by others.
const BESIDE: &[(&str, &[&str])] = &[
    ("parallel", &[]),
    ("validation", &["num"]),
    ("fit", ABOVE_VALIDATION),
    ("frames", FLOORS),
    (
        "panel",
        &[
            "num",
            "id",
            "record",
            "measure",
            "rule",
            "portfolio",
            "parallel",
            "validation",
        ],
    ),
];

/// Names that the core without features does not use: other people's memory, files, clocks, the environment,
/// chance, the network, the console.
const NEVER: &[&str] = &[
    "pyo3",
    "pyo3_arrow",
    "arrow",
    "arrow_array",
    "arrow_buffer",
    "arrow_schema",
    "polars",
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::process",
    "std::io",
    "env!",
    "option_env!",
    "SystemTime",
    "Instant",
    "Zoned",
    "Timestamp",
    "now(",
    "rand",
    "rand_core",
    "rand_pcg",
    "getrandom",
    "RandomState",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
];

/// Functions of the corridor that return `Result`: its doors, where a document is checked.
const DOORS: &[(&str, &str)] = &[
    ("measure/catalogue.rs", "serialize"),
    ("measure/catalogue.rs", "deserialize"),
    ("scorecard/card.rs", "check"),
    ("calibration/mod.rs", "check"),
    ("calibration/line.rs", "check"),
    ("calibration/document.rs", "deserialize"),
    ("calibration/document.rs", "refuse"),
    ("calibration/document.rs", "line"),
    ("calibration/document.rs", "present"),
    ("scale/master.rs", "new"),
    ("scale/technology.rs", "new"),
    ("scale/matrix.rs", "new"),
    ("rule/document.rs", "read"),
    ("rule/rulebook/spec.rs", "from_json"),
    ("rule/rulebook/check/mod.rs", "check"),
    ("rule/rulebook/marks.rs", "fmt"),
    ("rule/rulebook/marks.rs", "serialize"),
    ("rule/rulebook/marks.rs", "deserialize"),
    ("rule/rulebook/declared.rs", "declare"), // what a caller declares of a firm is an argument, not a record
    ("rating/check.rs", "check"),
    ("panel/spec.rs", "from_json"),
    ("panel/check.rs", "check"),
    ("rating/spec.rs", "from_json"),
    ("lending/fault.rs", "or"),  // ends a check of a lending document
    ("lending/share.rs", "new"), // a share is a fraction
    ("lending/share.rs", "try_from"),
    ("lending/loss_sharing/spec.rs", "from_json"),
    ("lending/loss_sharing/check.rs", "check"),
    ("lending/loss_sharing/simulate.rs", "simulate"), // a portfolio that a caller lays out
    ("lending/loss_sharing/settle.rs", "new"),        // a loss is no gain
    ("lending/need.rs", "need"),                      // figures of a statement that a caller types in
    ("lending/limit/spec.rs", "from_json"),
    ("lending/limit/spec.rs", "check"),
    ("lending/price/capital.rs", "check"),
    ("lending/price/expected_loss.rs", "expected_credit_loss"), // years of a loan that a caller lays out
    ("lending/price/acceptance.rs", "fit"),                     // observations
    ("lending/price/rate.rs", "check"),
    ("lending/price/subsidy.rs", "check"),
    ("lending/guarantee.rs", "check"),
    ("lending/insurance.rs", "check"),
    ("lending/offer/application.rs", "check"), // an application that a caller lays out
    ("lending/offer/policy.rs", "from_json"),
    ("lending/offer/policy.rs", "check"),
    ("lending/allocate/problem.rs", "allocate"), // choices that a caller lays out
    ("rule/rulebook/check/mod.rs", "checked_test"), // a test that stands in another document
    ("rule/rulebook/posed.rs", "with_declared"),
    ("rule/rulebook/posed.rs", "pose"),
    ("lending/product/spec.rs", "from_json"),
    ("lending/product/check.rs", "check"),
    ("lending/product/catalogue.rs", "declare"), // what a caller declares of a firm
    ("lending/schedule.rs", "schedule"),         // terms that a caller lays out
    ("lending/schedule.rs", "contract_rate"),    // a price that no contract can have
    ("lending/schedule.rs", "owed_by_year"),
    ("lending/schedule.rs", "of_offer"),
    ("lending/stress/spec.rs", "from_json"),
    ("lending/stress/spec.rs", "check"),
    ("lending/stress/budget.rs", "stress_budget"), // choices that a caller lays out
    ("lending/security/asset.rs", "from_json"),
    ("lending/security/asset.rs", "check"),
    ("lending/security/patent_value.rs", "value"), // assumptions of a valuer
    ("report/language.rs", "from_str"),            // the word for a language, read before anything is written
];

/// Modules between the doors.
const CORRIDOR: &[&str] = &[
    "measure",
    "scorecard",
    "calibration",
    "scale",
    "rule",
    "rating",
    "lending",
    "report",
    "panel",
];

/// A source file without its tests.
struct Source {
    /// Below `src`, with `/`.
    path: String,
    lines: usize,
    tokens: Vec<TokenTree>,
}

impl Source {
    /// The module right below the crate; empty for `lib.rs`.
    fn module(&self) -> &str {
        match self.modules().first() {
            Some(module) => module,
            None => "",
        }
    }

    /// The path of the module that the file is.
    fn modules(&self) -> Vec<&str> {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let mut parts: Vec<&str> = stem.split('/').collect();
        if matches!(parts.last(), Some(&"mod" | &"lib")) {
            parts.pop();
        }
        parts
    }
}

/// Every file below `src`, in order of the paths, but those that hold only tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let below = file
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        Source {
            path: below,
            lines: text.lines().count(),
            tokens: without(text.parse().unwrap(), &|words| words.contains(&"test")),
        }
    };
    let sources: Vec<Source> = files.iter().map(read).collect();
    let only_for_tests: Vec<String> = files
        .iter()
        .zip(&sources)
        .flat_map(|(file, source)| test_modules(file, source))
        .collect();
    sources
        .into_iter()
        .filter(|s| !only_for_tests.contains(&s.path))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Paths of the files that a file declares by `#[cfg(test)] mod name;`.
fn test_modules(file: &Path, source: &Source) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let mut folder = source.modules().join("/");
    if !folder.is_empty() {
        folder.push('/');
    }
    let mut found = Vec::new();
    let mut gated = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("mod ").and_then(|l| l.strip_suffix(';'))
            && gated
        {
            found.push(format!("{folder}{name}.rs"));
            found.push(format!("{folder}{name}/mod.rs"));
        }
        gated = line == "#[cfg(test)]";
    }
    found
}

/// The tokens without the items whose `#[cfg(…)]` names something that `left_out` wants left out.
fn without(stream: TokenStream, left_out: &dyn Fn(&[&str]) -> bool) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_hash = matches!(&token, TokenTree::Punct(p) if p.as_char() == '#');
        let gate = match tokens.peek() {
            Some(TokenTree::Group(g)) if is_hash && g.delimiter() == Delimiter::Bracket => {
                Some(g.stream().to_string())
            }
            _ => None,
        };
        let is_left_out = gate.is_some_and(|gate| {
            let words: Vec<&str> = gate
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .filter(|w| !w.is_empty())
                .collect();
            words.first() == Some(&"cfg") && !words.contains(&"not") && left_out(&words)
        });
        if is_left_out {
            // The item ends with its block or its semicolon; further attributes are brackets and pass by.
            for skipped in tokens.by_ref() {
                let is_end = match &skipped {
                    TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(p) => p.as_char() == ';',
                    _ => false,
                };
                if is_end {
                    break;
                }
            }
            continue;
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                let inner: TokenStream = without(group.stream(), left_out).into_iter().collect();
                let mut rebuilt = proc_macro2::Group::new(group.delimiter(), inner);
                rebuilt.set_span(group.span());
                rebuilt.into()
            }
            other => other,
        });
    }
    kept
}

/// All tokens of a tree as words, signs and brackets, in order, each with its line.
fn words(tokens: &[TokenTree]) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    for token in tokens {
        let line = token.span().start().line;
        match token {
            TokenTree::Ident(word) => all.push((word.to_string(), line)),
            TokenTree::Punct(sign) => all.push((sign.as_char().to_string(), line)),
            TokenTree::Literal(_) => all.push(("\"\"".to_owned(), line)),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                all.push((open.to_owned(), line));
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                all.extend(words(&inner));
                all.push((close.to_owned(), group.span_close().start().line));
            }
        }
    }
    all
}

/// Whether a name stands at a place: a word, `a::b`, `a!` or `a(`.
fn spelt(words: &[(String, usize)], at: usize, name: &str) -> bool {
    let word = |offset: usize| words.get(at + offset).map_or("", |(w, _)| w.as_str());
    if let Some((head, tail)) = name.split_once("::") {
        let after = [word(1), word(2)] == [":", ":"];
        // `use std::{fs, env}` names both as well.
        let in_braces = after && word(3) == "{" && braced(words, at + 3).contains(&tail);
        return word(0) == head && after && (word(3) == tail || in_braces);
    }
    match name.strip_suffix(['!', '(']) {
        Some(stem) => word(0) == stem && word(1) == &name[stem.len()..],
        None => word(0) == name,
    }
}

/// The first word of every path in a brace group that opens at a place.
fn braced(words: &[(String, usize)], open: usize) -> Vec<&str> {
    let mut depth = 0;
    let mut heads = Vec::new();
    let mut before = "";
    for (word, _) in words.iter().skip(open) {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            name if depth == 1 && matches!(before, "{" | ",") => heads.push(name),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        before = word;
    }
    heads
}

/// Modules right below the crate that a file names, by `crate::` or by climbing with `super::`, with lines.
fn imports(source: &Source) -> Vec<(String, usize)> {
    let words = words(&source.tokens);
    let depth = source.modules().len();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = |offset: usize| words.get(at + offset).map_or("", |(w, _)| w.as_str());
        let is_start = at == 0 || words[at - 1].0 != ":";
        let climbs = (0..)
            .step_by(3)
            .take_while(|o| [word(*o), word(o + 1), word(o + 2)] == ["super", ":", ":"])
            .count();
        let skip = match word(0) {
            "crate" if [word(1), word(2)] == [":", ":"] => 3,
            // In a module within the file `super` climbs less, so this errs on the strict side.
            "super" if is_start && climbs >= depth && climbs > 0 => 3 * climbs,
            _ => 0,
        };
        if skip > 0 {
            let line = words[at].1;
            if word(skip) == "{" {
                found.extend(
                    braced(&words, at + skip)
                        .into_iter()
                        .map(|name| (name.to_owned(), line)),
                );
            } else {
                found.push((word(skip).to_owned(), line));
            }
        }
        at += 1;
    }
    found
}

fn may_import(by: &str, imported: &str) -> bool {
    let place = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    let beside = |name: &str| BESIDE.iter().find(|(module, _)| *module == name);
    if by == imported || imported == "parallel" {
        return true;
    }
    match (beside(by), place(by), place(imported)) {
        (Some((_, allowed)), _, _) => allowed.contains(&imported),
        (None, Some(from), Some(to)) => to < from,
        _ => false,
    }
}

#[test]
fn a_module_imports_only_lower_floors() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !s.module().is_empty()) {
        for (imported, line) in imports(source) {
            if !may_import(source.module(), &imported) {
                wrong.push(format!("{}:{line}: `crate::{imported}`", source.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports of the same or a higher floor:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_module_has_a_floor() {
    for source in sources().iter().filter(|s| !s.module().is_empty()) {
        let module = source.module();
        let is_known = FLOORS.contains(&module) || BESIDE.iter().any(|(name, _)| *name == module);
        assert!(
            is_known,
            "{}: give the module `{module}` a floor in this test and in docs/architecture.md",
            source.path
        );
    }
}

#[test]
fn the_core_names_no_file_clock_environment_chance_or_foreign_memory() {
    let mut wrong = Vec::new();
    for source in sources()
        .iter()
        .filter(|s| !matches!(s.module(), "fit" | "frames"))
    {
        let stream = source.tokens.iter().cloned().collect();
        let kept = without(stream, &|words| {
            words.iter().any(|w| matches!(*w, "fit" | "polars"))
        });
        let words = words(&kept);
        for at in 0..words.len() {
            for name in NEVER.iter().filter(|name| spelt(&words, at, name)) {
                wrong.push(format!("{}:{}: `{name}`", source.path, words[at].1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A hash map goes through its entries in an order that changes from run to run, so where one stands somebody has
/// made sure that nothing goes through it.
#[test]
fn hash_maps_stand_only_where_nothing_depends_on_their_order() {
    const LOOKED_UP_ONLY: &[&str] = &["record/columns/firms.rs"];
    for source in sources().iter().filter(|s| s.module() != "fit") {
        let words = words(&source.tokens);
        let hashes = |w: &(String, usize)| matches!(w.0.as_str(), "HashMap" | "HashSet");
        if let Some((name, line)) = words.iter().find(|w| hashes(w)) {
            assert!(
                LOOKED_UP_ONLY.contains(&source.path.as_str()),
                "{}:{line}: `{name}`: take a BTree, or list the file here",
                source.path
            );
        }
    }
}

#[test]
fn between_the_doors_nothing_returns_a_result() {
    let mut wrong = Vec::new();
    let mut met = Vec::new();
    for source in sources().iter().filter(|s| CORRIDOR.contains(&s.module())) {
        let words = words(&source.tokens);
        for at in (0..words.len()).filter(|at| words[*at].0 == "fn") {
            let name = words[at + 1].0.as_str();
            // The signature ends at its body or its semicolon; the return type is what stands behind the arrow.
            let signature = words.iter().skip(at).take_while(|(w, _)| w != "{" && w != ";");
            let arrow = |w: &(String, usize)| w.0 == ">";
            let signature: Vec<&(String, usize)> = signature.collect();
            let start = signature
                .windows(2)
                .rposition(|pair| pair[0].0 == "-" && arrow(pair[1]));
            let returns = start.map_or(&signature[..0], |start| &signature[start..]);
            if returns.iter().any(|(w, _)| w == "Result") {
                match DOORS
                    .iter()
                    .find(|(path, door)| *path == source.path && *door == name)
                {
                    Some(door) => met.push(*door),
                    None => wrong.push(format!("{}:{}: `{name}`", source.path, words[at].1)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "functions that can fail:\n{}", wrong.join("\n"));
    let gone: Vec<_> = DOORS.iter().filter(|door| !met.contains(door)).collect();
    assert!(gone.is_empty(), "doors that no longer exist: {gone:?}");
}

/// `unwrap`, `expect`, `panic!`, `todo!` and indexing are clippy's to refuse; these are left.
#[test]
fn nothing_asserts_and_nothing_is_unsafe() {
    const NEVER: &[&str] = &[
        "unsafe",
        "assert!",
        "assert_eq!",
        "assert_ne!",
        "unreachable!",
        "unimplemented!",
    ];
    for source in sources() {
        let words = words(&source.tokens);
        for at in 0..words.len() {
            let met = NEVER.iter().find(|name| spelt(&words, at, name));
            assert_eq!(met, None, "{}:{}", source.path, words[at].1);
        }
    }
}

#[test]
fn files_stay_short_and_clippy_keeps_functions_short() {
    for source in sources() {
        assert!(source.lines <= 700, "{}: {} lines", source.path, source.lines);
    }
    let clippy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clippy.toml");
    let clippy = fs::read_to_string(clippy).unwrap();
    assert!(clippy.contains("too-many-lines-threshold = 70\n"));
    assert!(clippy.contains("too-many-arguments-threshold = 4\n"));
}

/// The reader above against sources whose answer is known.
#[test]
fn the_reader_sees_paths_and_leaves_tests_out() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        lines: 1,
        tokens: without(text.parse().unwrap(), &|words| words.contains(&"test")),
    };
    let named = |path: &str, text: &str| -> Vec<String> {
        imports(&source(path, text))
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    };
    let text = r"
        /// crate::comment
        use crate::{num::Pd, id};
        macro_rules! m { () => { $crate::record::Text } }
        fn f() { crate::scale::g(); super::h(); super::super::rule::j() }
        #[cfg(test)] mod tests { use crate::rating::X; }
        #[cfg(test)]
        #[derive(Debug)]
        use crate::report::Y;
    ";
    assert_eq!(
        named("measure/tax.rs", text),
        ["num", "id", "record", "scale", "rule"]
    );
    assert_eq!(named("measure/mod.rs", "fn f() { super::rule::g() }"), ["rule"]);
    assert!(may_import("rating", "rule") && may_import("record", "parallel"));
    assert!(!may_import("rule", "rating") && !may_import("validation", "id") && !may_import("rating", "fit"));
    let words = words(&source("x.rs", "use std::{io, fs::File}; println!(\"std::env\");").tokens);
    let met: Vec<&&str> = NEVER
        .iter()
        .filter(|n| (0..words.len()).any(|at| spelt(&words, at, n)))
        .collect();
    assert_eq!(met, [&"std::fs", &"std::io", &"println!"]);
}
