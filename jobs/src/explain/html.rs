//! An explanation as a page of its own: no script, nothing loaded, readable on paper.

use super::{
    Explanation,
    credits::TermCredits,
    words::{exact, formula, remarks, shortened, shown},
};
use crate::output::{counted, money};

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
pub(super) fn page(told: &Explanation, most_credits: usize) -> String {
    let name = told.statement.cell(0, "payee_name");
    let title = escaped(&format!("{name}, {}", told.period_id));
    let mut made = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"soft\">payee {} · release {}</p>\n",
        escaped(&told.payee_id),
        told.release
    );
    for row in 0..told.payments.rows.len() {
        made.push_str(&payment(told, row));
    }
    for row in 0..told.statement.rows.len() {
        made.push_str(&component(told, row));
        made.push_str(&credits(told, row, most_credits));
    }
    for plan in told.of_plans() {
        let of = |name: &str| escaped(told.steps.cell(plan[0], name));
        made.push_str(&format!(
            "<h2>The whole of {}</h2>\n<p class=\"soft\">{}</p>\n",
            of("plan_id"),
            of("position_id")
        ));
        made.push_str(&steps(told, &plan));
    }
    made.push_str(&due(told));
    made.push_str("</body>\n</html>\n");
    made
}

fn payment(told: &Explanation, row: usize) -> String {
    let of = |name: &str| money(told.payments.cell(row, name));
    format!(
        "<p class=\"paid\"><strong>Paid {} {}</strong><br>carried in {} + due {} − carried on {}</p>\n",
        of("payment_amount"),
        escaped(told.payments.cell(row, "currency_code")),
        of("opening_balance_amount"),
        of("deposit_amount"),
        of("closing_balance_amount")
    )
}

fn component(told: &Explanation, row: usize) -> String {
    let of = |name: &str| escaped(told.statement.cell(row, name));
    let own = told.of_component(row, &told.steps);
    let mut made = format!(
        "<h2>{}</h2>\n<p class=\"soft\">{} · {}",
        of("component_title"),
        of("position_title"),
        of("plan_title")
    );
    if let Some(at) = own.first() {
        let clause =
            format!("{}, line {}", told.steps.cell(*at, "document_file"), told.steps.cell(*at, "document_line"));
        made.push_str(&format!(" · {} · version {}", escaped(&clause), of("plan_version")));
    }
    made.push_str("</p>\n");
    if own.is_empty() {
        let reason = of("not_payable_reason");
        if reason.is_empty() {
            return made + "<p>Measured only: pays nothing by itself.</p>\n";
        }
        return made + &format!("<p><strong>Not payable:</strong> {}</p>\n", reason.replace('_', " "));
    }
    made.push_str(&steps(told, &own));
    for remark in remarks(told, row) {
        made.push_str(&format!("<p class=\"remark\">{}</p>\n", escaped(&remark)));
    }
    made
}

/// Step by step; those of one transaction stand below its name.
fn steps(told: &Explanation, own: &[usize]) -> String {
    let mut made = String::from(
        "<div class=\"scroll\"><table>\n<tr><th>Step</th><th class=\"number\">Value</th><th>How</th><th>What</th></tr>\n",
    );
    let mut transaction = "";
    for &at in own {
        let of = |name: &str| told.steps.cell(at, name);
        if of("basis_key") != transaction {
            transaction = of("basis_key");
            let heading = if transaction.is_empty() { "all transactions" } else { transaction };
            made.push_str(&format!("<tr><th colspan=\"4\">{}</th></tr>\n", escaped(heading)));
        }
        let name = of("step_name");
        let result = if matches!(name, "incentive" | "total") { " class=\"result\"" } else { "" };
        made.push_str(&format!(
            "<tr{result}><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n",
            escaped(&name.replace('_', " ")),
            escaped(&shown(of("value_out"), name)),
            escaped(&formula(&told.steps, at)),
            escaped(&shortened(of("words")))
        ));
    }
    made.push_str("</table></div>\n");
    made
}

/// What is due by cause, where there is more than one.
fn due(told: &Explanation) -> String {
    if told.deposits.rows.len() < 2 {
        return String::new();
    }
    let mut made = String::from(
        "<h2>Due</h2>\n<table>\n<tr><th>Cause</th><th class=\"number\">Amount</th><th>Of</th><th>Plan</th></tr>\n",
    );
    for row in 0..told.deposits.rows.len() {
        let of = |name: &str| escaped(told.deposits.cell(row, name));
        made.push_str(&format!(
            "<tr><td>{}</td><td class=\"number\">{} {}</td><td>{}</td><td>{}</td></tr>\n",
            of("cause").replace('_', " "),
            money(told.deposits.cell(row, "deposit_amount")),
            of("currency_code"),
            of("origin_period_id"),
            of("plan_id")
        ));
    }
    made.push_str("</table>\n");
    made
}

fn credits(told: &Explanation, row: usize, most: usize) -> String {
    let terms = told.term_credits(row);
    if terms.is_empty() {
        return "<p class=\"soft\">No credits in the window.</p>\n".to_owned();
    }
    terms.iter().map(|term| of_term(told, row, term, most)).collect()
}

fn of_term(told: &Explanation, row: usize, term: &TermCredits, most: usize) -> String {
    let count = counted(term.count, "credit");
    let several = if term.count > most as u64 { format!(", the {most} largest") } else { String::new() };
    let label = if term.label.is_empty() { String::new() } else { format!("{}: ", escaped(&term.label)) };
    let mut made = format!(
        "<p class=\"soft\">{label}From {count}{several}</p>\n<div class=\"scroll\"><table>\n<tr><th>Booked</th><th>Transaction</th>\
         <th>Product</th><th>Credit</th><th class=\"number\">Share</th><th class=\"number\">Credited</th><th>Source</th></tr>\n"
    );
    for &at in term.rows.iter().take(most) {
        let of = |name: &str| escaped(told.credits.cell(at, name));
        let from = of("from_position_id");
        let from = if from.is_empty() { String::new() } else { format!(" from {from}") };
        let amount = match told.statement.cell(row, "measure_unit") {
            "quantity" => exact(told.credits.cell(at, "credited_quantity")),
            _ => money(told.credits.cell(at, "credited_amount")),
        };
        made.push_str(&format!(
            "<tr><td>{}</td><td>{}/{}</td><td>{}</td><td>{}{from}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{amount}</td><td>{}</td></tr>\n",
            of("booking_date"),
            of("transaction_id"),
            of("line_id"),
            of("product_id"),
            of("credit_type"),
            exact(told.credits.cell(at, "share_rate")),
            escaped(told.source(at)),
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
