//! The border to polars: the only file with `unsafe`.
//!
//! polars opens the extension as a library and calls functions by name. A column crosses as a [`SeriesExport`]: the
//! C Data Interface of Arrow, with an array for each piece of the column. Whoever gets one owns it: the arrays are
//! moved out, the rest is given back by `release`. Named arguments come as bytes. An answer that was never written
//! says that there is a message to ask for, on the same thread.
//!
//! Behind this file all is safe: what does an expression takes arrays and gives an array or a text. Nothing unwinds into
//! polars.

use super::{Series, field, firm, score};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::{Array as _, ArrayRef, make_array};
use arrow_schema::Field;
use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CString, c_char, c_void};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

/// Major and minor version of the calls below, as polars asks for them: 0 in the high half, 1 in the low.
const VERSION: u32 = 1;

thread_local! {
    /// What went wrong last on this thread.
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// A column on its way over the border, as polars lays it out.
#[repr(C)]
struct SeriesExport {
    field: *mut FFI_ArrowSchema,
    arrays: *mut *mut FFI_ArrowArray,
    len: usize,
    release: Option<unsafe extern "C" fn(*mut SeriesExport)>,
    private_data: *mut c_void,
}

impl Drop for SeriesExport {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            #[expect(unsafe_code, reason = "the sender's function gives its memory back")]
            // SAFETY: `release` is the sender's own, for exactly this value, and is called once: by its owner, at
            // its end.
            unsafe {
                release(self);
            }
        }
    }
}

impl SeriesExport {
    /// The pieces of the column.
    fn take(self) -> Result<Series, String> {
        if self.field.is_null() || self.arrays.is_null() {
            return Err("expected a column, got none".to_owned());
        }
        #[expect(unsafe_code, reason = "arrays are moved out of the sender's memory")]
        // SAFETY: the sender filled `field` and `len` pointers to arrays, which live until `release`. Each array is
        // moved out once and leaves an empty one, before anything can fail, so that none is lost or freed twice.
        let (schema, arrays): (&FFI_ArrowSchema, Vec<FFI_ArrowArray>) = unsafe {
            let arrays = slice::from_raw_parts(self.arrays, self.len).iter();
            (
                &*self.field,
                arrays.map(|array| FFI_ArrowArray::from_raw(*array)).collect(),
            )
        };
        let import = |array| {
            #[expect(unsafe_code, reason = "the layout of an array is the sender's word")]
            // SAFETY: polars keeps to the C Data Interface, and the schema is that of its arrays.
            let data = unsafe { from_ffi(array, schema) };
            data.map(make_array).map_err(|error| error.to_string())
        };
        let field = Field::try_from(schema).map_err(|error| error.to_string())?;
        let pieces = arrays.into_iter().map(import).collect::<Result<_, _>>()?;
        Ok(Series { field, pieces })
    }

    /// A column of one piece, to give away.
    fn of(array: &ArrayRef) -> Result<Self, String> {
        let (array, schema) = to_ffi(&array.to_data()).map_err(|error| error.to_string())?;
        let parcel = Box::into_raw(Box::new(Parcel {
            schema,
            array: ManuallyDrop::new(array),
            pointer: ptr::null_mut(),
        }));
        #[expect(unsafe_code, reason = "a parcel points into itself")]
        // SAFETY: `parcel` is a live allocation of its own that does not move until `unpack` takes it back.
        unsafe {
            (*parcel).pointer = (&raw mut (*parcel).array).cast();
            Ok(Self {
                field: &raw mut (*parcel).schema,
                arrays: &raw mut (*parcel).pointer,
                len: 1,
                release: Some(unpack),
                private_data: parcel.cast(),
            })
        }
    }
}

/// What a column that was given away points to. Its array belongs to the receiver.
struct Parcel {
    schema: FFI_ArrowSchema,
    array: ManuallyDrop<FFI_ArrowArray>,
    pointer: *mut FFI_ArrowArray,
}

#[expect(unsafe_code, reason = "called from outside with what `SeriesExport::of` made")]
unsafe extern "C" fn unpack(export: *mut SeriesExport) {
    // SAFETY: polars calls this once, with the value of `SeriesExport::of` whose `private_data` is a boxed parcel.
    unsafe {
        if let Some(export) = export.as_mut()
            && export.release.take().is_some()
        {
            drop(Box::from_raw(export.private_data.cast::<Parcel>()));
        }
    }
}

/// The two functions by which polars finds an expression: one that does it and one that tells its type.
macro_rules! expression {
    ($call:ident does $work:path, $field:ident tells $kind:path) => {
        #[expect(
            unsafe_code,
            reason = "polars finds it by name and hands pointers over"
        )]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $call(
            inputs: *const SeriesExport,
            count: usize,
            arguments: *const u8,
            length: usize,
            answer: *mut SeriesExport,
            _context: *const c_void,
        ) {
            // SAFETY: polars hands over `count` columns and forgets them, so each is moved out once, before anything
            // can fail; `length` bytes that outlive the call; and room for one answer, which is empty and owns nothing.
            unsafe {
                let inputs: Vec<_> = (0..count).map(|at| ptr::read(inputs.add(at))).collect();
                let arguments = bytes(arguments, length);
                let told = told_or(|| {
                    let series = inputs
                        .into_iter()
                        .map(SeriesExport::take)
                        .collect::<Result<Vec<_>, _>>()?;
                    SeriesExport::of(&$work(series, arguments)?)
                });
                if let Some(made) = told {
                    ptr::write(answer, made);
                }
            }
        }

        #[expect(
            unsafe_code,
            reason = "polars finds it by name and hands pointers over"
        )]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $field(
            inputs: *const FFI_ArrowSchema,
            count: usize,
            answer: *mut FFI_ArrowSchema,
            arguments: *const u8,
            length: usize,
        ) {
            // SAFETY: polars lends `count` schemas and `length` bytes for the call, and gives room for one answer,
            // which is empty and owns nothing.
            unsafe {
                let inputs = if inputs.is_null() {
                    &[]
                } else {
                    slice::from_raw_parts(inputs, count)
                };
                let arguments = bytes(arguments, length);
                let told = told_or(|| {
                    let fields = inputs
                        .iter()
                        .map(Field::try_from)
                        .collect::<Result<Vec<_>, _>>();
                    let answer = $kind(&fields.map_err(|error| error.to_string())?, arguments)?;
                    FFI_ArrowSchema::try_from(&answer).map_err(|error| error.to_string())
                });
                if let Some(schema) = told {
                    ptr::write(answer, schema);
                }
            }
        }
    };
}
expression!(_polars_plugin_firmrating_score does score, _polars_plugin_field_firmrating_score tells field);
expression!(_polars_plugin_firmrating_firm_key does firm::firm_key, _polars_plugin_field_firmrating_firm_key tells firm::firm_key_field);
expression!(_polars_plugin_firmrating_firm_hash does firm::firm_hash, _polars_plugin_field_firmrating_firm_hash tells firm::firm_hash_field);

/// The version of these calls.
#[expect(unsafe_code, reason = "polars finds it by name")]
#[unsafe(no_mangle)]
extern "C" fn _polars_plugin_get_version() -> u32 {
    VERSION
}

/// What went wrong last on this thread; valid until the next call on it.
#[expect(unsafe_code, reason = "polars finds it by name")]
#[unsafe(no_mangle)]
extern "C" fn _polars_plugin_get_last_error_message() -> *const c_char {
    LAST_ERROR.with_borrow(|text| text.as_ptr())
}

#[expect(unsafe_code, reason = "bytes that polars lends")]
/// # Safety
/// `start` is null, or `length` bytes from it on outlive the call that was given them.
unsafe fn bytes<'a>(start: *const u8, length: usize) -> &'a [u8] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: what this function asks for.
    unsafe { slice::from_raw_parts(start, length) }
}

/// What work gives; a failure or a panic is kept for polars to ask for, and there is nothing.
fn told_or<T>(work: impl FnOnce() -> Result<T, String>) -> Option<T> {
    let text = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(given)) => return Some(given),
        Ok(Err(text)) => text,
        Err(panic) => format!("this is a fault of firmrating: {}", cry(&*panic)),
    };
    let text = CString::new(text.replace('\0', " ")).unwrap_or_default();
    LAST_ERROR.set(text);
    None
}

fn cry(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it panicked")
}
