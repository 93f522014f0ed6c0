//! What is said of a rating as a whole, sentence by sentence.

use super::language::Language::{self, En, Zh};
use super::rule_words;
use super::value::number;
use crate::measure::Family;
use crate::rating::{Rating, Stage, Standing};
use crate::record::Department;
use crate::rule::{Effect, Finding, Outcome};

/// The grade and what it means.
pub(super) fn grade(rating: &Rating, language: Language) -> String {
    let symbol = rating.symbol();
    let meaning = match rating.standing {
        Standing::Rated(grade) => {
            let (rank, of) = (grade.rank(), rating.model.matrix().spec().scale.len());
            let place = match language {
                En => format!("grade {rank} of {of}, 1 being the least risk"),
                Zh => format!("第{rank}等（共{of}等，1等风险最低）"),
            };
            match symbol_meaning(symbol, language) {
                Some(meaning) => match language {
                    En => format!("{place}; the symbol reads, after JR/T 0030: {meaning}"),
                    Zh => format!("{place}；参照JR/T 0030：{meaning}"),
                },
                None => place,
            }
        }
        Standing::InDefault => language.pick("in default", "违约").to_owned(),
        Standing::NotEnoughInformation => language
            .pick("not enough information for a rating", "信息不足，不予评级")
            .to_owned(),
        Standing::Withdrawn => language
            .pick("withdrawn, not rated", "撤销评级，不再评级")
            .to_owned(),
    };
    match language {
        En => format!("{symbol}: {meaning}"),
        Zh => format!("{symbol}：{meaning}"),
    }
}

/// What the symbols of JR/T 0030 say of an obligor; none for other symbols.
fn symbol_meaning(symbol: &str, language: Language) -> Option<&'static str> {
    Some(match symbol {
        "AAA" => language.pick(
            "ability to repay extremely strong, hardly affected by adverse conditions, risk of default extremely low",
            "偿债能力极强，基本不受不利环境影响，违约风险极低",
        ),
        "AA" => language.pick(
            "ability to repay very strong, little affected by adverse conditions, risk of default very low",
            "偿债能力很强，受不利环境影响不大，违约风险很低",
        ),
        "A" => language.pick(
            "ability to repay fairly strong, fairly easily affected by adverse conditions, risk of default fairly low",
            "偿债能力较强，较易受不利环境影响，违约风险较低",
        ),
        "BBB" => language.pick(
            "ability to repay ordinary, strongly affected by adverse conditions, risk of default ordinary",
            "偿债能力一般，受不利环境影响较大，违约风险一般",
        ),
        "BB" => language.pick(
            "ability to repay fairly weak, very strongly affected by adverse conditions, risk of default fairly high",
            "偿债能力较弱，受不利环境影响很大，违约风险较高",
        ),
        "B" => language.pick(
            "ability to repay depends heavily on good conditions, risk of default very high",
            "偿债能力较大依赖良好环境，违约风险很高",
        ),
        "CCC" => language.pick(
            "ability to repay depends extremely on good conditions, risk of default extremely high",
            "偿债能力极度依赖良好环境，违约风险极高",
        ),
        "CC" => language.pick(
            "little protection in bankruptcy, repayment basically not to be expected",
            "破产时保障较小，基本不能偿还债务",
        ),
        "C" => language.pick("unable to repay", "不能偿还债务"),
        _ => return None,
    })
}

/// Where the firm stands and why.
pub(super) fn standing(rating: &Rating, language: Language) -> String {
    let credit = rating.pillars.iter().filter(|p| p.family != Family::Technology);
    let all: u32 = credit.map(|p| u32::from(p.characteristics)).sum();
    let measured = rating.assessment.measured;
    let least = rating.model.spec().minimum.characteristics;
    let known = match language {
        En => {
            format!(
                "{measured} of {all} credit characteristics have a value; the model asks for at least {least}"
            )
        }
        Zh => format!("{all}项信用指标中{measured}项有值，模型要求至少{least}项"),
    };
    let why = deciding_rules(rating, language);
    let standing = match (rating.standing, language) {
        (Standing::Rated(_), En) => return format!("rated; {known}."),
        (Standing::Rated(_), Zh) => return format!("已评级；{known}。"),
        (Standing::InDefault, En) => format!("in default by rule ({why})"),
        (Standing::InDefault, Zh) => format!("按规则认定为违约（{why}）"),
        (Standing::NotEnoughInformation, _) => language.pick("not enough information", "信息不足").to_owned(),
        (Standing::Withdrawn, En) => format!("withdrawn by rule ({why})"),
        (Standing::Withdrawn, Zh) => format!("按规则撤销评级（{why}）"),
    };
    match language {
        En => format!("{standing}; {known}. What follows is what the scorecards say, not a rating."),
        Zh => format!("{standing}；{known}。以下为评分卡结果，不构成评级。"),
    }
}

/// Whether an effect is what all rules decide together.
pub(super) fn decides(rating: &Rating, effect: &Effect) -> bool {
    match (rating.outcome, effect) {
        (Outcome::Cap(grade), Effect::Cap(symbol)) => rating.model.matrix().symbol(grade) == symbol,
        (Outcome::InDefault, Effect::Default) | (Outcome::Withdrawn, Effect::Withdraw) => true,
        _ => false,
    }
}

/// The rules in force that attained the join.
fn deciding_rules(rating: &Rating, language: Language) -> String {
    let has_fired = |place: usize| {
        let mut of_rule = rating.findings.iter().filter(|f| f.rule == place);
        of_rule.any(|f| matches!(f.finding, Finding::Fired { .. }))
    };
    let rules = rating.model.spec().rules.iter().enumerate();
    let deciding = rules.filter(|(place, rule)| decides(rating, &rule.effect) && has_fired(*place));
    let names: Vec<String> = deciding
        .map(|(_, rule)| rule_words::name(&rule.kind, language))
        .collect();
    names.join(language.pick("; ", "；"))
}

/// Credit grade, PD and score.
pub(super) fn credit(rating: &Rating, language: Language) -> String {
    let (model, assessment) = (&rating.model, &rating.assessment);
    let grade = model.master_scale().symbol(assessment.credit);
    let pd = percent_in_grade(rating);
    let (score, base) = (assessment.score, model.spec().base_points);
    let margin = margin(rating, language);
    match language {
        En => format!("{grade}; PD {pd}% within 12 months{margin}; score {score}, from {base} base points"),
        Zh => format!("{grade}；12个月违约概率（PD）{pd}%{margin}；评分{score}，基础分{base}"),
    }
}

/// The margin of conservatism part by part, in percent; nothing if the model adds none.
fn margin(rating: &Rating, language: Language) -> String {
    let Some(margin) = rating.model.spec().calibration.conservatism() else {
        return String::new();
    };
    // Four decimals of a percent: a margin is stated, not measured.
    let percent = |fraction: f64| number((fraction * 1e6).round() / 1e4);
    let [a, b, c] = margin.parts().map(|(_, part)| percent(part));
    match language {
        En => {
            format!(", with a margin of {a}% for data and methods, {b}% for changes and {c}% for estimation")
        }
        Zh => format!("，含保守边际：数据与方法{a}%、变化{b}%、估计误差{c}%"),
    }
}

/// PD in percent, rounded no further than that it lies in its grade.
fn percent_in_grade(rating: &Rating) -> String {
    let pd = rating.assessment.pd;
    let rounded = |decimals: i32| {
        let scale = 10_f64.powi(decimals);
        (pd.get() * 100.0 * scale).round() / scale
    };
    let is_faithful = |decimals: &i32| {
        let shown = crate::num::Pd::new(rounded(*decimals) / 100.0);
        shown.is_ok_and(|shown| rating.model.master_scale().grade_from_pd(shown) == rating.assessment.credit)
    };
    number(rounded((2..=6).find(is_faithful).unwrap_or(6)))
}

/// Technology grade, score and stage.
pub(super) fn technology(rating: &Rating, language: Language) -> String {
    let grade = rating
        .model
        .technology_scale()
        .symbol(rating.assessment.technology);
    let score = number(f64::from(rating.assessment.technology_score) / 100.0);
    if !rating.assessment.technology_is_reported {
        return match language {
            En => format!("{grade}, which the model gives a firm of which nothing was reported here"),
            Zh => format!("{grade}（本维度无任何报送，按模型规定取此等级）"),
        };
    }
    let stage = match rating.assessment.stage {
        Stage::StartUp => language.pick("start-up", "初创期"),
        Stage::Growth => language.pick("growth", "成长期"),
        Stage::Stable => language.pick("stable", "稳定期"),
    };
    match language {
        En => format!("{grade}; score {score} of 100; weighted for the stage of life: {stage}"),
        Zh => format!("{grade}；得分{score}，满分100；按生命周期加权：{stage}"),
    }
}

/// The grade of the matrix, and what the rules did to it.
pub(super) fn matrix_and_rules(rating: &Rating, language: Language) -> String {
    let model = &rating.model;
    let credit = model.master_scale().symbol(rating.assessment.credit);
    let technology = model.technology_scale().symbol(rating.assessment.technology);
    let before = model.matrix().symbol(rating.assessment.government);
    let matrix = match language {
        En => format!("credit {credit} with technology {technology} gives {before} before rules; "),
        Zh => format!("信用{credit}与科技{technology}，规则前为{before}；"),
    };
    let why = deciding_rules(rating, language);
    let rules = match (rating.outcome, language) {
        (Outcome::Unrestricted, _) => language.pick("no rule restricts it", "无规则限制").to_owned(),
        (Outcome::Cap(cap), _) => {
            let symbol = model.matrix().symbol(cap);
            match (cap.is_riskier_than(rating.assessment.government), language) {
                (true, En) => format!("a cap lowers it to {symbol} ({why})"),
                (true, Zh) => format!("因规则上限降为{symbol}（{why}）"),
                (false, En) => format!("a cap at {symbol} changes nothing ({why})"),
                (false, Zh) => format!("规则上限{symbol}未改变等级（{why}）"),
            }
        }
        (Outcome::InDefault, _) => language
            .pick("a rule sets the firm in default", "规则认定为违约")
            .to_owned(),
        (Outcome::Withdrawn, _) => language
            .pick("a rule withdraws the rating", "规则撤销评级")
            .to_owned(),
    };
    matrix + &rules
}

/// Which departments answered, and how long ago.
pub(super) fn answered(rating: &Rating, language: Language) -> Option<String> {
    let each = rating.coverage.iter().filter_map(|answer| {
        let name = department(answer.department, language);
        let (day, age) = (answer.answered_on?, answer.age_days?);
        Some(match language {
            En if age == 1 => format!("{name} {day} ({age} day)"),
            En => format!("{name} {day} ({age} days)"),
            Zh => format!("{name}{day}（{age}天前）"),
        })
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| language.list(&each))
}

/// Which departments sent nothing.
pub(super) fn silent(rating: &Rating, language: Language) -> Option<String> {
    let silent = rating
        .coverage
        .iter()
        .filter(|answer| answer.answered_on.is_none());
    let each: Vec<String> = silent
        .map(|answer| department(answer.department, language).to_owned())
        .collect();
    (!each.is_empty()).then(|| language.list(&each))
}

fn department(department: Department, language: Language) -> &'static str {
    match department {
        Department::Registry => language.pick("business registry", "工商登记"),
        Department::Listing => language.pick("lists and penalties", "名单与处罚"),
        Department::Tax => language.pick("tax authority", "税务"),
        Department::Patent => language.pick("intellectual property", "知识产权"),
        Department::Research => language.pick("science and technology", "科技"),
        Department::Credit => language.pick("credit register", "征信"),
        Department::Finance => language.pick("financial statements", "财务报表"),
    }
}

/// Which model rated.
pub(super) fn model(rating: &Rating, language: Language) -> String {
    let spec = rating.model.spec();
    let hash: String = rating.model.hash().chars().take(12).collect();
    match language {
        En => format!("{}, version {}, hash {hash}", spec.id, spec.version),
        Zh => format!("{}，版本{}，哈希{hash}", spec.id, spec.version),
    }
}
