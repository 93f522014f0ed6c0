//! Scores as an expression of polars, which its streaming engine runs piece by piece on all cores.
//!
//! The expression takes one column of structs, whose fields are the measures that its document asks for, and carries
//! that document with it, so that it works in another thread, another process and after a plan was written down. A
//! document is read and checked once; after that it is known by its text. Nothing here needs the interpreter.

mod arguments;
mod ffi;

use crate::columns::Delivered;
use crate::error::{FirmRatingError, told};
use crate::measured::{Wanted, scored};
use arguments::Arguments;
use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};
use rating_core::rating::{ModelSpec, RatingModel};
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
    model: RatingModel,
    wanted: Wanted,
}

impl Call {
    fn read(arguments: &[u8]) -> Result<Self, String> {
        let read = Arguments::read(arguments);
        let text = |name| read.as_ref().and_then(|read| read.get(name));
        let (Some(document), Some(output)) = (text("document"), text("output")) else {
            return Err("expected the arguments `document` and `output`, both text".to_owned());
        };
        let wanted = Wanted::named(output)
            .ok_or_else(|| format!("expected `all`, `score`, `pd` or `credit_grade`, got `{output}`"))?;
        let model = known(document).map_err(|error| told(&error))?;
        Ok(Self { model, wanted })
    }

    fn answer(&self, frame: &Delivered) -> Result<ArrayRef, String> {
        let answer = scored(&self.model, frame, self.wanted);
        answer
            .and_then(crate::columns::Frame::array)
            .map_err(|error| told(&error))
    }
}

/// Documents that were read, with their models, the latest last. Bounded: a plan uses few.
static KNOWN: RwLock<Vec<(Box<str>, RatingModel)>> = RwLock::new(Vec::new());

/// How many documents stay known.
const MOST_KNOWN: usize = 16;

/// The model of a document, which is read at its first use only. Equal texts are compared faster than hashed.
fn known(document: &str) -> Result<RatingModel, FirmRatingError> {
    let find = |known: &[(Box<str>, RatingModel)]| {
        let found = known.iter().rev().find(|(text, _)| **text == *document);
        found.map(|(_, model)| model.clone())
    };
    if let Some(model) = find(&KNOWN.read().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(model);
    }
    let spec = ModelSpec::from_json(document).map_err(|error| FirmRatingError::Model(vec![error]))?;
    let model = spec.check().map_err(FirmRatingError::Model)?;
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if find(&known).is_none() {
        if known.len() >= MOST_KNOWN {
            known.remove(0);
        }
        known.push((document.into(), model.clone()));
    }
    Ok(model)
}
