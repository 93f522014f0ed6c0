//! A sheet of plain text: lines of bounded width, Chinese characters two columns wide.

/// Columns of a line.
pub(super) const WIDTH: usize = 100;
/// Columns of a cell at the right.
const CELL: usize = 9;

/// Lines as they are written, top down.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    lines: Vec<String>,
}

impl Sheet {
    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.lines.push(String::new());
    }

    /// A paragraph: wrapped, its first line at `indent`, the others two columns further in.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str) {
        self.hanging(indent, "", text);
    }

    /// A paragraph behind a label: what does not fit on the first line stands below its start.
    pub(super) fn labelled(&mut self, label: &str, label_width: usize, text: &str) {
        self.hanging(0, &pad_right(label, label_width), text);
    }

    /// A text at the left and cells at the right edge of its first line.
    pub(super) fn row(&mut self, indent: usize, text: &str, cells: &[String]) {
        let cells: String = cells.iter().map(|cell| pad_left(cell, CELL)).collect();
        let room = WIDTH.saturating_sub(width(&cells));
        for (at, part) in wrap(text, room.saturating_sub(indent + 4)).iter().enumerate() {
            let shift = if at == 0 { indent } else { indent + 2 };
            let left = format!("{}{part}", " ".repeat(shift));
            let line = if at == 0 {
                (pad_right(&left, room) + &cells).trim_end().to_owned()
            } else {
                left
            };
            self.lines.push(line);
        }
    }

    /// The lines as one text.
    pub(super) fn into_text(self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }

    fn hanging(&mut self, indent: usize, label: &str, text: &str) {
        let start = indent + width(label);
        let hang = if label.is_empty() { indent + 2 } else { start };
        let room = WIDTH.saturating_sub(hang);
        for (at, part) in wrap(text, room).iter().enumerate() {
            let shift = " ".repeat(if at == 0 { indent } else { hang });
            let label = if at == 0 { label } else { "" };
            self.lines
                .push(format!("{shift}{label}{part}").trim_end().to_owned());
        }
    }
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    // The blocks of Unicode that East Asian fonts draw two columns wide (Unicode Annex 11, W and F).
    const WIDE: [(char, char); 10] = [
        ('\u{1100}', '\u{115f}'),
        ('\u{2e80}', '\u{303e}'),
        ('\u{3041}', '\u{a4cf}'),
        ('\u{a960}', '\u{a97f}'),
        ('\u{ac00}', '\u{d7a3}'),
        ('\u{f900}', '\u{faff}'),
        ('\u{fe30}', '\u{fe6f}'),
        ('\u{ff01}', '\u{ff60}'),
        ('\u{ffe0}', '\u{ffe6}'),
        ('\u{20000}', '\u{3fffd}'),
    ];
    if WIDE.iter().any(|(first, last)| (*first..=*last).contains(&c)) {
        2
    } else {
        usize::from(!c.is_control())
    }
}

fn pad_right(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

fn pad_left(text: &str, columns: usize) -> String {
    // A cell that fills its columns is still set apart from the one before.
    let blanks = columns.saturating_sub(width(text)).max(1);
    format!("{}{text}", " ".repeat(blanks))
}

/// Lines of at most `room` columns. Breaks stand at blanks and between Chinese characters, never before closing
/// or behind opening punctuation, nor between a number and its unit; a word longer than a line is cut.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(10);
    let mut lines = Vec::new();
    let mut line = String::new();
    for (has_blank_before, piece) in pieces(text) {
        let gap = usize::from(has_blank_before && !line.is_empty());
        if !line.is_empty() && width(&line) + gap + width(&piece) > room {
            lines.push(std::mem::take(&mut line));
        } else if gap > 0 {
            line.push(' ');
        }
        for c in piece.chars() {
            if width(&line) + char_width(c) > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}

/// What may not be broken, and whether a blank stands before it.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for word in text.split_whitespace() {
        let mut is_first = true;
        let mut before: Option<char> = None;
        for c in word.chars().filter(|c| !c.is_control()) {
            match pieces.last_mut() {
                Some((_, piece)) if before.is_some_and(|b| holds_together(b, c)) => piece.push(c),
                _ => pieces.push((is_first, c.to_string())),
            }
            is_first = false;
            before = Some(c);
        }
    }
    pieces
}

/// Whether no line may end between two neighbours.
fn holds_together(before: char, after: char) -> bool {
    const CLOSING: &str = "，。；：、）〕》】！？,.;:)";
    const OPENING: &str = "（〔《【(";
    let is_wide = |c: char| char_width(c) == 2;
    let is_number_with_unit = before.is_ascii_digit() && is_wide(after) || (before, after) == ('万', '元');
    CLOSING.contains(after)
        || OPENING.contains(before)
        || is_number_with_unit && !OPENING.contains(after)
        || !is_wide(before) && !is_wide(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_take_two_columns() {
        assert_eq!(["", "AAA", "评级", "等级AAA，"].map(width), [0, 3, 4, 9]);
    }

    #[test]
    fn lines_break_at_blanks_and_between_chinese_characters() {
        assert_eq!(wrap("a firm that pays", 10), ["a firm", "that pays"]);
        assert_eq!(wrap("近十二个月销售额", 10), ["近十二个月", "销售额"]);
        // The comma may not begin a line, the number keeps its unit, and a blank is not lost.
        assert_eq!(wrap("近十二个月，稳定", 10), ["近十二个", "月，稳定"]);
        assert_eq!(wrap("销售总额123万元", 10), ["销售总额", "123万元"]);
        assert_eq!(wrap("第 12 号", 10), ["第 12 号"]);
        assert_eq!(wrap("0123456789abcdef", 10), ["0123456789", "abcdef"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn rows_keep_their_cells_at_the_right_edge() {
        let mut sheet = Sheet::default();
        sheet.row(2, "发票经营", &["-12".to_owned(), "80".to_owned()]);
        sheet.row(2, &"long ".repeat(30), &["7".to_owned()]);
        let text = sheet.into_text();
        let widths: Vec<usize> = text.lines().map(width).collect();
        assert_eq!(&widths[..2], [WIDTH, WIDTH]);
        assert!(widths.iter().all(|w| *w <= WIDTH));
    }
}
