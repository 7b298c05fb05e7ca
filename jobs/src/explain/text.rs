//! An explanation as lines for a terminal.

use std::io::{Result, Write};

use super::page::{Block, Line, Page};

/// Writes the whole page.
pub(super) fn write(out: &mut (dyn Write + Send), page: &Page) -> Result<()> {
    writeln!(out, "{} ({})", page.title, page.about)?;
    for block in &page.blocks {
        match block {
            Block::Heading(title, about) if about.is_empty() => writeln!(out, "\n{title}")?,
            Block::Heading(title, about) => writeln!(out, "\n{title} · {about}")?,
            Block::Line(text) | Block::Problem(text) => writeln!(out, "  {text}")?,
            Block::Remark(text) => writeln!(out, "  → {text}")?,
            Block::Steps(lines) => steps(out, lines)?,
            Block::Credits(about, rows) => {
                writeln!(out, "  {about}")?;
                for [day, transaction, product, credit, amount, source] in rows {
                    writeln!(out, "    {day} {transaction} {product:<12} {credit:<16} {amount:>18}  {source}")?;
                }
            }
            Block::Paid(paid, how) => writeln!(out, "\n{paid}: {how}")?,
        }
    }
    Ok(())
}

fn steps(out: &mut (dyn Write + Send), lines: &[Line]) -> Result<()> {
    for line in lines {
        match line {
            Line::Group(heading) => writeln!(out, "  {heading}")?,
            Line::Step { name, value, how, what, .. } => {
                writeln!(out, "  {name:<17}{value:>18}   {how:<36} {what}")?;
            }
        }
    }
    Ok(())
}
