//! An explanation as a page of its own: no script, nothing loaded, readable on paper.

use plans::reader::Language;

use super::page::{Block, Line, Page};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--ground:#fff;--mark:#eef4ff;--good:#14632f}\
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#9aa6b5;--line:#333c48;--ground:#14181e;--mark:#1d2735;--good:#7fd69b}}\
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:62rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .25rem}p{margin:.25rem 0}\
.soft{color:var(--soft)}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0}\
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}\
th{font-weight:600;color:var(--soft)}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
tr.result td{font-weight:600;background:var(--mark)}.remark{color:var(--good)}\
.paid{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}";

/// Text that no browser takes for markup.
fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\'' => made.push_str("&#39;"),
            other => made.push(other),
        }
    }
    made
}

/// The whole page.
pub(super) fn page(told: &Page, language: Language) -> String {
    let title = escaped(&told.title);
    let code = match language {
        Language::En => "en",
        Language::De => "de",
    };
    let mut made = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"soft\">{}</p>\n",
        escaped(&told.about)
    );
    // What is paid stands first, how it came about below.
    let (paid, others): (Vec<&Block>, Vec<&Block>) =
        told.blocks.iter().partition(|block| matches!(block, Block::Paid(..)));
    for block in paid.into_iter().chain(others) {
        made.push_str(&written(block));
    }
    made.push_str("</body>\n</html>\n");
    made
}

fn written(block: &Block) -> String {
    match block {
        Block::Heading(title, about) if about.is_empty() => format!("<h2>{}</h2>\n", escaped(title)),
        Block::Heading(title, about) => {
            format!("<h2>{}</h2>\n<p class=\"soft\">{}</p>\n", escaped(title), escaped(about))
        }
        Block::Line(text) => format!("<p>{}</p>\n", escaped(text)),
        Block::Problem(text) => format!("<p><strong>{}</strong></p>\n", escaped(text)),
        Block::Remark(text) => format!("<p class=\"remark\">{}</p>\n", escaped(text)),
        Block::Steps(lines) => steps(lines),
        Block::Credits(about, rows) => credits(about, rows),
        Block::Paid(paid, how) => {
            format!("<p class=\"paid\"><strong>{}</strong><br>{}</p>\n", escaped(paid), escaped(how))
        }
    }
}

fn steps(lines: &[Line]) -> String {
    let mut made = String::from("<div class=\"scroll\"><table>\n");
    for line in lines {
        match line {
            Line::Group(heading) => {
                made.push_str(&format!("<tr><th colspan=\"4\">{}</th></tr>\n", escaped(heading)));
            }
            Line::Step { name, value, how, what, is_result } => {
                let result = if *is_result { " class=\"result\"" } else { "" };
                made.push_str(&format!(
                    "<tr{result}><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n",
                    escaped(name),
                    escaped(value),
                    escaped(how),
                    escaped(what)
                ));
            }
        }
    }
    made.push_str("</table></div>\n");
    made
}

fn credits(about: &str, rows: &[[String; 6]]) -> String {
    let mut made = format!("<p class=\"soft\">{}</p>\n<div class=\"scroll\"><table>\n", escaped(about));
    for row in rows {
        let [day, transaction, product, credit, amount, source] = row.each_ref().map(|text| escaped(text));
        made.push_str(&format!(
            "<tr><td>{day}</td><td>{transaction}</td><td>{product}</td><td>{credit}</td>\
             <td class=\"number\">{amount}</td><td>{source}</td></tr>\n"
        ));
    }
    made.push_str("</table></div>\n");
    made
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_name_becomes_markup() {
        assert_eq!(escaped("<b>\"A\" & 'B'</b>"), "&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;");
    }
}
