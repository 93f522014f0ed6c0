//! Long work without the interpreter, which Ctrl-C still ends.

use crate::error::{FirmRatingError, Result};
use pyo3::prelude::*;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often a long call asks whether the user wants it to stop.
const LISTEN_EVERY: Duration = Duration::from_millis(50);

/// Does one piece of work that cannot be cut into steps on another thread, and listens for Ctrl-C meanwhile.
///
/// After Ctrl-C the call returns at once; the thread ends its work unheard and its result is dropped.
pub(crate) fn listening<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    telling(py, None, |_| work())
}

/// What work says on its way.
enum Told<T> {
    Done(usize),
    Answer(Result<T>),
}

/// Tells how much is done.
pub(crate) struct Teller<T>(Sender<Told<T>>);

impl<T> Teller<T> {
    pub(crate) fn done(&self, done: usize) {
        // Nobody hears after Ctrl-C, and then nothing is to be told.
        let _ = self.0.send(Told::Done(done));
    }
}

/// [`listening`] to work that tells how much is done, which `hear` is called with.
pub(crate) fn telling<T: Send + 'static>(
    py: Python<'_>,
    hear: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Teller<T>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (send, mut receive) = channel();
    std::thread::spawn(move || {
        let teller = Teller(send);
        let answer = work(&teller);
        teller.0.send(Told::Answer(answer))
    });
    loop {
        let told;
        (told, receive) = py.detach(move || (receive.recv_timeout(LISTEN_EVERY), receive));
        match told {
            Ok(Told::Answer(result)) => return result,
            Ok(Told::Done(done)) => {
                if let Some(hear) = hear {
                    hear.call1((done,))?;
                }
            }
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => return Err(FirmRatingError::Lost),
        }
    }
}
