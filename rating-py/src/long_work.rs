//! Long work without the interpreter, which Ctrl-C still ends.

use crate::error::{FirmRatingError, Result};
use pyo3::prelude::*;
use std::sync::mpsc::{RecvTimeoutError, channel};
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
    let (send, mut receive) = channel();
    std::thread::spawn(move || send.send(work()));
    loop {
        let answer;
        (answer, receive) = py.detach(move || (receive.recv_timeout(LISTEN_EVERY), receive));
        match answer {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => return Err(FirmRatingError::Lost),
        }
    }
}
