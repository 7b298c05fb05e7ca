//! A plan as one HTML page that needs nothing else: no script, no font, no other file.

use super::{
    page::{Grid, Page, Step},
    picture::escape,
};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1d232b;--soft:#5b6472;--line:#d9dde3;--paper:#fff}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa4b2;--line:#333b47;--paper:#14181d}}\
body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:48rem;margin:2rem auto;\
padding:0 1rem}h1{font-size:1.7rem;margin:0}h2{font-size:1.3rem;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px \
solid var(--line)}h3{font-size:1rem;margin:1.2rem 0 .2rem}ol{padding-left:1.4rem}li::marker{color:var(--soft);\
font-weight:600}p{margin:.25rem 0}table{border-collapse:collapse;margin:.8rem 0;font-variant-numeric:tabular-nums}\
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}th,td{padding:.25rem .9rem .25rem 0;text-align:left;\
border-bottom:1px solid var(--line)}th{font-weight:600}.n{text-align:right}figure{margin:1rem 0}svg{max-width:100%;\
height:auto}.v{color:var(--soft);margin:0}@media print{body{max-width:none}h2{break-after:avoid}figure,table{\
break-inside:avoid}}";

impl Page {
    /// The page as HTML, every curve drawn in it.
    pub fn html(&self) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width\">\n<title>{1}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <h1>{1}</h1>\n<p class=\"v\">{2} · {3}</p>\n",
            self.language.code(),
            escape(&self.title),
            escape(&self.plan_id),
            escape(&self.plan_version)
        );
        for section in &self.sections {
            html.push_str(&format!(
                "<section>\n<h2 id=\"{}\">{}</h2>\n<ol>\n",
                escape(&section.key),
                escape(&section.title)
            ));
            section.steps.iter().for_each(|step| step_html(step, &mut html));
            html.push_str("</ol>\n</section>\n");
        }
        html.push_str("</body>\n</html>\n");
        html
    }
}

fn step_html(step: &Step, html: &mut String) {
    html.push_str(&format!("<li><h3>{}</h3>\n", escape(&step.title)));
    for sentence in &step.sentences {
        html.push_str(&format!("<p>{}</p>\n", escape(&sentence.text)));
    }
    for picture in &step.pictures {
        html.push_str(&format!("<figure>{}</figure>\n", picture.svg));
    }
    step.tables.iter().for_each(|table| table_html(table, html));
    html.push_str("</li>\n");
}

fn table_html(table: &Grid, html: &mut String) {
    let row = |cells: &[String], word: &str| {
        let cells = cells.iter().zip(&table.is_number).map(|(cell, is_number)| {
            let class = if *is_number { " class=\"n\"" } else { "" };
            format!("<{word}{class}>{}</{word}>", escape(cell))
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    html.push_str(&format!("<table>\n<caption>{}</caption>\n<thead>", escape(&table.title)));
    html.push_str(&row(&table.columns, "th"));
    html.push_str("</thead>\n<tbody>\n");
    table.rows.iter().for_each(|cells| html.push_str(&row(cells, "td")));
    html.push_str("</tbody>\n</table>\n");
}
