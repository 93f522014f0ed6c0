//! Tables as CSV: UTF-8, one header line, lines end in LF, chunk by chunk in constant memory.
//!
//! Days are written `2024-03-05`, amounts in yuan with two decimals (`1234.50`; whole yuan without), truth
//! values `true` and `false`, words and text as they are, missing cells empty.

use crate::dirt::{Dirt, DirtCount};
use crate::synthetic::{Chunk, Day, GeneratedTable, Portfolio, Values};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How a portfolio is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// Compress with gzip, without a time stamp.
    pub gzip: bool,
    /// Put [dirt](crate::dirt) into the tables. The truth stays clean.
    pub dirty: bool,
    /// The number of the first firm to write, from 0. The rows of folders for `0..a` and `a..b` are those of one for
    /// `0..b`: a large portfolio can be written by several processes.
    pub first: u64,
    /// How many firms are held in memory at a time; does not change what is written.
    pub chunk: u64,
}

impl Default for CsvOptions {
    /// Plain text with dirt, 1,000 firms at a time.
    fn default() -> Self {
        Self {
            gzip: false,
            dirty: true,
            first: 0,
            chunk: 1_000,
        }
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Path below the folder, with `/`: `filings.csv.gz`, `truth/outcomes.csv`.
    pub path: String,
    /// Rows behind the header, duplicates counted.
    pub rows: u64,
    /// What dirt it holds.
    pub dirt: DirtCount,
}

/// Writes a portfolio, each file to what `open` hands out for its path.
///
/// # Errors
/// What `open` or a writer reports.
///
/// ```
/// use rating_datasets::{Portfolio, csv::{CsvOptions, write_files}};
/// let portfolio = Portfolio { firms: 5, ..Portfolio::default() };
/// let files = write_files(&portfolio, &CsvOptions::default(), |_| Ok(Vec::new()))?;
/// let (file, bytes) = &files[0];
/// assert_eq!(file.path, "registrations.csv");
/// assert!(bytes.starts_with(b"firm_id,name,former_names,established_on,"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_files<W: Write>(
    portfolio: &Portfolio,
    options: &CsvOptions,
    mut open: impl FnMut(&str) -> io::Result<W>,
) -> io::Result<Vec<(WrittenFile, W)>> {
    let mut sinks: Vec<Sink<W>> = Vec::new();
    // A portfolio without firms has its headers all the same.
    let empty = (portfolio.firms <= options.first).then(|| portfolio.chunk(0..0));
    for chunk in empty
        .into_iter()
        .chain(portfolio.chunks(options.first, options.chunk))
    {
        if sinks.is_empty() {
            sinks = open_sinks(portfolio, options, &chunk, &mut open)?;
        }
        for (sink, table) in sinks.iter_mut().zip(tables(&chunk)) {
            sink.write(table)?;
        }
    }
    sinks.into_iter().map(Sink::finish).collect()
}

/// Writes a portfolio into a folder that does not exist yet, the truth into a folder `truth` within.
///
/// The files are written to a folder beside it that takes the name when all is done, so a folder of that name
/// is complete.
///
/// # Errors
/// If the folder exists, or what the file system reports.
pub fn write_folder(
    portfolio: &Portfolio,
    options: &CsvOptions,
    folder: &Path,
) -> io::Result<Vec<WrittenFile>> {
    if folder.exists() {
        let message = format!(
            "expected a folder that does not exist, got `{}`",
            folder.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    let mut partial = folder.as_os_str().to_owned();
    partial.push(format!(".partial-{}", std::process::id()));
    let partial = Path::new(&partial);
    let written = write_partial(portfolio, options, partial);
    let moved = written.and_then(|files| std::fs::rename(partial, folder).map(|()| files));
    if moved.is_err() {
        // The first error is the one to report; what is left of the folder is of no use.
        let _ = std::fs::remove_dir_all(partial);
    }
    moved
}

fn write_partial(portfolio: &Portfolio, options: &CsvOptions, folder: &Path) -> io::Result<Vec<WrittenFile>> {
    std::fs::create_dir_all(folder.join("truth"))?;
    let files = write_files(portfolio, options, |path| {
        Ok(BufWriter::new(File::create_new(folder.join(path))?))
    })?;
    let close = |(file, writer): (WrittenFile, BufWriter<File>)| {
        writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        Ok(file)
    };
    files.into_iter().map(close).collect()
}

fn tables(chunk: &Chunk) -> impl Iterator<Item = &GeneratedTable> {
    chunk.tables.iter().chain(std::iter::once(&chunk.outcomes))
}

fn open_sinks<W: Write>(
    portfolio: &Portfolio,
    options: &CsvOptions,
    chunk: &Chunk,
    open: &mut impl FnMut(&str) -> io::Result<W>,
) -> io::Result<Vec<Sink<W>>> {
    let suffix = if options.gzip { ".csv.gz" } else { ".csv" };
    tables(chunk)
        .map(|table| {
            let is_truth = table.name == chunk.outcomes.name;
            let folder = if is_truth { "truth/" } else { "" };
            let path = format!("{folder}{}{suffix}", table.name);
            let writer = open(&path)?;
            let output = if options.gzip {
                // Neither a time stamp nor the name of a system: the same bytes everywhere.
                let builder = GzBuilder::new().mtime(0).operating_system(255);
                Output::Gzip(builder.write(writer, Compression::best()))
            } else {
                Output::Plain(writer)
            };
            let mut csv = ::csv::WriterBuilder::new().from_writer(output);
            csv.write_record(table.columns.iter().map(|(name, _)| name))?;
            let is_dirty = options.dirty && !is_truth;
            let dirt = is_dirty.then(|| Dirt::new(table.name, portfolio.seed, &table.columns));
            let cells = vec![String::new(); table.columns.len()];
            Ok(Sink {
                path,
                csv,
                dirt,
                cells,
                rows: 0,
            })
        })
        .collect()
}

enum Output<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Plain(writer) => writer.write(bytes),
            Output::Gzip(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Plain(writer) => writer.flush(),
            // Flushing the encoder would end a block of the stream: how often a caller flushes must not show.
            Output::Gzip(_) => Ok(()),
        }
    }
}

/// One file.
struct Sink<W: Write> {
    path: String,
    csv: ::csv::Writer<Output<W>>,
    dirt: Option<Dirt>,
    cells: Vec<String>,
    rows: u64,
}

impl<W: Write> Sink<W> {
    fn write(&mut self, table: &GeneratedTable) -> io::Result<()> {
        for row in 0..table.rows() {
            for (cell, (_, values)) in self.cells.iter_mut().zip(&table.columns) {
                cell.clear();
                write_cell(values, row, cell);
            }
            let twice = self.dirt.as_mut().is_some_and(|dirt| dirt.apply(&mut self.cells));
            for _ in 0..=u8::from(twice) {
                self.csv.write_record(&self.cells)?;
                self.rows += 1;
            }
        }
        Ok(())
    }

    fn finish(self) -> io::Result<(WrittenFile, W)> {
        let dirt = self.dirt.map(|dirt| dirt.count).unwrap_or_default();
        let file = WrittenFile {
            path: self.path,
            rows: self.rows,
            dirt,
        };
        let output = self.csv.into_inner().map_err(::csv::IntoInnerError::into_error)?;
        let writer = match output {
            Output::Plain(writer) => writer,
            Output::Gzip(encoder) => encoder.finish()?,
        };
        Ok((file, writer))
    }
}

/// Appends a cell to a text; a missing one appends nothing.
fn write_cell(values: &Values, row: usize, out: &mut String) {
    fn at<T>(cells: &[Option<T>], row: usize) -> Option<&T> {
        cells.get(row).and_then(Option::as_ref)
    }
    // Writing to a `String` cannot fail, so its results say nothing.
    let _ = match values {
        Values::Text(cells) => at(cells, row).map(|text| out.write_str(text)),
        Values::Word(cells) => at(cells, row).map(|word| out.write_str(word)),
        Values::Whole(cells) => at(cells, row).map(|number| write!(out, "{number}")),
        Values::Day(cells) => at(cells, row).map(|day| {
            let (year, month, day) = Day(*day).civil();
            write!(out, "{year:04}-{month:02}-{day:02}")
        }),
        Values::Fen(cells) => at(cells, row).map(|fen| {
            let sign = if *fen < 0 { "-" } else { "" };
            let (yuan, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
            if rest == 0 {
                write!(out, "{sign}{yuan}")
            } else {
                write!(out, "{sign}{yuan}.{rest:02}")
            }
        }),
        Values::Flag(cells) => at(cells, row).map(|flag| write!(out, "{flag}")),
        Values::Real(cells) => at(cells, row).map(|number| write!(out, "{number:.6}")),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_the_module_says() {
        let text = |values: Values| {
            let mut out = String::new();
            write_cell(&values, 0, &mut out);
            out
        };
        assert_eq!(text(Values::Day(vec![Some(19_787)])), "2024-03-05");
        assert_eq!(text(Values::Fen(vec![Some(-123_405)])), "-1234.05");
        assert_eq!(text(Values::Fen(vec![Some(-5)])), "-0.05");
        assert_eq!(text(Values::Fen(vec![Some(70_000)])), "700");
        assert_eq!(text(Values::Flag(vec![Some(true)])), "true");
        assert_eq!(text(Values::Whole(vec![None])), "");
    }
}
