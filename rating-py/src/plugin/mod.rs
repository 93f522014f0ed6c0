//! Scores as an expression of polars, which its streaming engine runs piece by piece on all cores.
//!
//! The expression takes one column of structs, whose fields are the measures that its document asks for, and carries
//! that document with it, so that it works in another thread, another process and after a plan was written down. A
//! document is read and checked once; after that it is known by its text. Nothing here needs the interpreter.
//!
//! Two more expressions take identifiers of firms, see [`firm`].

mod arguments;
mod card;
mod ffi;
mod firm;

use crate::columns::Delivered;
use crate::error::{FirmRatingError, told};
use crate::measured::{Wanted, scored};
use arguments::Arguments;
use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};
use rating_core::fit::master_scale::MasterScaleSpec;
use rating_core::fit::points::FittedCard;
use rating_core::rating::{ModelError, ModelSpec, RatingModel};
use rating_core::scale::MasterScale;
use std::sync::{Arc, PoisonError, RwLock};

/// A column of polars: its name and type, and its values in pieces.
struct Series {
    field: Field,
    pieces: Vec<ArrayRef>,
}

/// What a document says of each row of a column of structs.
fn score(inputs: Vec<Series>, arguments: &[u8]) -> Result<ArrayRef, String> {
    let call = Call::read(arguments)?;
    let [input] = <[Series; 1]>::try_from(inputs)
        .map_err(|inputs| format!("expected one column of structs, got `{}` columns", inputs.len()))?;
    let mut batches = input.pieces.iter().map(batch).collect::<Result<Vec<_>, _>>()?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema(&input.field)?));
    }
    call.answer(&Delivered::of("measured".to_owned(), batches))
}

/// The name and type of what [`score`] gives, or why it will give nothing.
fn field(inputs: &[Field], arguments: &[u8]) -> Result<Field, String> {
    let call = Call::read(arguments)?;
    let [input] = inputs else {
        return Err(format!(
            "expected one column of structs, got `{}` columns",
            inputs.len()
        ));
    };
    let none = RecordBatch::new_empty(schema(input)?);
    let answer = call.answer(&Delivered::of("measured".to_owned(), vec![none]))?;
    Ok(Field::new(input.name(), answer.data_type().clone(), true))
}

fn schema(field: &Field) -> Result<Arc<Schema>, String> {
    match field.data_type() {
        DataType::Struct(fields) => Ok(Arc::new(Schema::new(fields.clone()))),
        other => Err(format!("expected a column of structs, got one of `{other}`")),
    }
}

fn batch(piece: &ArrayRef) -> Result<RecordBatch, String> {
    let table = piece
        .as_struct_opt()
        .ok_or_else(|| format!("expected a column of structs, got one of `{}`", piece.data_type()))?;
    let schema = Arc::new(Schema::new(table.fields().clone()));
    let options = RecordBatchOptions::new().with_row_count(Some(table.len()));
    RecordBatch::try_new_with_options(schema, table.columns().to_vec(), &options)
        .map_err(|error| error.to_string())
}

/// One use of the expression.
struct Call {
    scoring: Scoring,
    scale: Option<Arc<MasterScale>>,
    wanted: Wanted,
}

/// What scores.
#[derive(Clone)]
enum Scoring {
    Model(RatingModel),
    Card(Arc<FittedCard>),
}

/// What a document is.
#[derive(Clone)]
enum Known {
    Scoring(Scoring),
    Scale(Arc<MasterScale>),
}

impl Call {
    fn read(arguments: &[u8]) -> Result<Self, String> {
        let read = Arguments::read(arguments);
        let text = |name| read.as_ref().and_then(|read| read.get(name));
        let (Some(kind), Some(document), Some(output)) = (text("kind"), text("document"), text("output"))
        else {
            return Err("expected the arguments `kind`, `document` and `output`, all text".to_owned());
        };
        let wanted = Wanted::named(output)
            .ok_or_else(|| format!("expected `all`, `score`, `pd` or `credit_grade`, got `{output}`"))?;
        let Known::Scoring(scoring) = known(kind, document)? else {
            return Err(format!("expected a `model` or a `scorecard`, got `{kind}`"));
        };
        let scale = match text("scale")
            .map(|scale| known("master_scale", scale))
            .transpose()?
        {
            Some(Known::Scale(scale)) => Some(scale),
            _ => None,
        };
        match (&scoring, &scale) {
            (Scoring::Card(_), None) if wanted == Wanted::Grade => {
                return Err(
                    "a scorecard has no grades without a `scale`; expected `all`, `score` or `pd`".to_owned(),
                );
            }
            (Scoring::Model(_), Some(_)) => {
                return Err("a model has a scale of its own; expected no `scale`".to_owned());
            }
            _ => {}
        }
        Ok(Self {
            scoring,
            scale,
            wanted,
        })
    }

    fn answer(&self, frame: &Delivered) -> Result<ArrayRef, String> {
        let answer = match &self.scoring {
            Scoring::Model(model) => scored(model, frame, self.wanted).map_err(|error| told(&error))?,
            Scoring::Card(card) => card::scored((card, self.scale.as_deref()), frame, self.wanted)?,
        };
        answer.array().map_err(|error| told(&error))
    }
}

/// Documents that were read, with what they are, the latest last. Bounded: a plan uses few.
static KNOWN: RwLock<Vec<(Box<str>, Known)>> = RwLock::new(Vec::new());

/// How many documents stay known.
const MOST_KNOWN: usize = 16;

/// What a document is, which is read at its first use only. Equal texts are compared faster than hashed; no
/// document is one of both kinds.
fn known(kind: &str, document: &str) -> Result<Known, String> {
    let find = |known: &[(Box<str>, Known)]| {
        let found = known.iter().rev().find(|(text, _)| **text == *document);
        found.map(|(_, read)| read.clone())
    };
    if let Some(read) = find(&KNOWN.read().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(read);
    }
    let read = match kind {
        "model" => Known::Scoring(Scoring::Model(
            model(document).map_err(|errors| told(&FirmRatingError::Model(errors)))?,
        )),
        "scorecard" => Known::Scoring(Scoring::Card(Arc::new(
            serde_json::from_str(document).map_err(|error| format!("not a scorecard: {error}"))?,
        ))),
        "master_scale" => {
            let read = MasterScaleSpec::from_json(document).and_then(MasterScaleSpec::check);
            Known::Scale(Arc::new(read.map_err(|error| error.to_string())?))
        }
        _ => return Err(format!("expected a `model` or a `scorecard`, got `{kind}`")),
    };
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if find(&known).is_none() {
        if known.len() >= MOST_KNOWN {
            known.remove(0);
        }
        known.push((document.into(), read.clone()));
    }
    Ok(read)
}

fn model(document: &str) -> Result<RatingModel, Vec<ModelError>> {
    ModelSpec::from_json(document)
        .map_err(|error| vec![error])?
        .check()
}
