//! The credits below an explanation: for each term of a measure, the lines that it added up.

use super::{Explanation, Question, quote};
use crate::{commands::Console, fault::Stop, output::Table};

/// The credits that the payee's measures added up, term by term and by the same rules: the parts of the window that count
/// or what stands for them in the reference, each credit once, and where the plan says so only the days on which the
/// payee held the seat. Of terms that look above, whose credits are everybody's, only the `most` largest are listed;
/// `term_credit_count` counts all.
pub(super) async fn credits(
    console: &Console<'_>,
    question: &Question<'_>,
    (payee, period): (&str, &str),
    most: usize,
) -> Result<Table, Stop> {
    let sql = LISTED
        .replace("$payee", &quote(payee))
        .replace("$period", &quote(period))
        .replace("$most", &most.max(1).to_string());
    question.ask(console, &sql).await
}

const LISTED: &str = "with statement as (
        select plan_id, component_id, position_id, payee_id, period_id
        from reporting.statement
        where payee_id = $payee and period_id = $period
    ),
    terms as (
        select
            statement.plan_id, statement.component_id, statement.position_id, statement.payee_id, statement.period_id,
            terms.term_number, terms.term_id, terms.rule_set_id, terms.measure_level, terms.window_kind,
            terms.shift_kind, terms.product_scope_kind, terms.product_scope_key, terms.channel_id, terms.rule_ids,
            counts.count_id,
            case when plans.credit_basis = 'occupancy' and terms.measure_level in ('own', 'team') then true else false end
                as is_by_holder,
            case
                when terms.measure_level = 'national' then '*'
                when terms.measure_level = 'above' then managers.manager_position_id
                else statement.position_id
            end as counted_position_id
        from statement
        inner join conformed.plan_plans as plans on plans.plan_id = statement.plan_id
        inner join conformed.plan_terms as terms
            on terms.plan_id = statement.plan_id and terms.component_id = statement.component_id
            and terms.term_source = 'credits'
        left join attainment._counted_terms as counts
            on counts.plan_id = terms.plan_id and counts.component_id = terms.component_id
            and counts.term_number = terms.term_number
        left join attainment._managers as managers
            on managers.rule_set_id = terms.rule_set_id and managers.position_id = statement.position_id
            and managers.period_id = statement.period_id
    ),
    counted as (
        select
            terms.plan_id, terms.component_id, terms.position_id, terms.payee_id, terms.term_number, terms.term_id,
            terms.rule_set_id, terms.measure_level, terms.shift_kind, terms.product_scope_kind,
            terms.product_scope_key, terms.channel_id, terms.rule_ids, terms.count_id, terms.is_by_holder,
            terms.counted_position_id,
            windows.base_period_id
        from terms
        inner join attainment.counted_parts as parts
            on parts.plan_id = terms.plan_id and parts.position_id = terms.position_id
            and parts.payee_id = terms.payee_id and parts.period_id = terms.period_id
            and parts.window_kind = terms.window_kind
        inner join attainment._references as shifts
            on shifts.window_kind = terms.window_kind and shifts.shift_kind = terms.shift_kind
            and shifts.part_period_id = parts.part_period_id
        inner join conformed.windows as windows
            on windows.period_id = shifts.counted_period_id and windows.window_kind = 'period'
    ),
    listed as (
        select
            counted.plan_id, counted.component_id, counted.position_id, counted.term_number, counted.term_id,
            counted.measure_level, counted.shift_kind, credits.position_id as credited_position_id,
            credits.credit_type, credits.from_position_id, credits.source_id, credits.transaction_id, credits.line_id,
            credits.booking_date, credits.product_id, credits.share_rate, credits.credited_amount,
            credits.credited_quantity, credits.currency_code, lines.uncapped_value, lines.counted_value,
            lines.exchange_rate_id, rates.exchange_rate, credits.row_version_id,
            row_number() over (
                partition by counted.plan_id, counted.component_id, counted.position_id, counted.term_number
                order by
                    abs(credits.credited_amount) desc, credits.booking_date, credits.transaction_id, credits.line_id,
                    credits.position_id, credits.credit_type, credits.from_position_id
            ) as credit_number,
            count(credits.transaction_id) over (
                partition by counted.plan_id, counted.component_id, counted.position_id, counted.term_number
            ) as term_credit_count
        from counted
        inner join credits.credits as credits
            on credits.rule_set_id = counted.rule_set_id and credits.period_id = counted.base_period_id
            and (counted.counted_position_id = '*' or credits.position_id = counted.counted_position_id)
        left join attainment._counted_lines as lines
            on lines.count_id = counted.count_id and lines.position_id = counted.counted_position_id
            and lines.source_id = credits.source_id and lines.transaction_id = credits.transaction_id
            and lines.line_id = credits.line_id
            and (lines.exchange_rate_id is not null or lines.cap_value is not null)
        left join conformed.exchange_rates as rates on rates.exchange_rate_id = lines.exchange_rate_id
        left join conformed.products as products on products.product_id = credits.product_id
        left join attainment._occupancies as occupancies
            on counted.is_by_holder
            and occupancies.position_id = counted.position_id and occupancies.payee_id = counted.payee_id
            and credits.booking_date >= occupancies.from_date and credits.booking_date < occupancies.to_date
        where not credits.is_repeated
            and (counted.measure_level in ('team', 'above') or credits.credit_type <> 'rollup')
            and (not counted.is_by_holder or occupancies.payee_id is not null)
            and (counted.channel_id is null or credits.channel_id = counted.channel_id)
            and (counted.rule_ids is null or strpos(counted.rule_ids, ',' || credits.rule_id || ',') > 0)
            and case counted.product_scope_kind
                when 'product' then credits.product_id
                when 'brand' then products.brand_id
                when 'category' then products.category_id
                else counted.product_scope_key
            end = counted.product_scope_key
    )
    select
        plan_id, component_id, position_id, term_number, term_id, measure_level, shift_kind, term_credit_count,
        credited_position_id, credit_type, from_position_id, source_id, transaction_id, line_id, booking_date,
        product_id, share_rate, credited_amount, credited_quantity, currency_code, uncapped_value, counted_value,
        exchange_rate_id, exchange_rate, row_version_id
    from listed
    where measure_level in ('own', 'team') or credit_number <= $most
    order by plan_id, component_id, position_id, term_number, credit_number";

/// The credits of one term of a component.
pub(super) struct TermCredits {
    /// What tells it from the component's other terms; empty where there is nothing to tell.
    pub(super) label: String,
    /// How many credits it added up.
    pub(super) count: u64,
    /// Rows of the credits, the largest first; not always all of them.
    pub(super) rows: Vec<usize>,
}

impl Explanation {
    /// The credits of a component of the statement, by term.
    pub(super) fn term_credits(&self, row: usize) -> Vec<TermCredits> {
        let own = self.of_component(row, &self.credits);
        let of = |at: usize, name: &str| self.credits.cell(at, name);
        let mut terms: Vec<TermCredits> = Vec::new();
        let mut last = "";
        for at in own {
            let number = of(at, "term_number");
            if number != last || terms.is_empty() {
                let level = Some(of(at, "measure_level")).filter(|level| ["above", "national"].contains(level));
                let shift =
                    Some(of(at, "shift_kind")).filter(|shift| *shift != "none").map(|one| one.replace('_', " "));
                let told = level.map(str::to_owned).into_iter().chain(shift);
                terms.push(TermCredits {
                    label: std::iter::once(format!("#{number} {}", of(at, "term_id")))
                        .chain(told)
                        .collect::<Vec<_>>()
                        .join(", "),
                    count: of(at, "term_credit_count").parse().unwrap_or_default(),
                    rows: Vec::new(),
                });
                last = number;
            }
            if let Some(term) = terms.last_mut() {
                term.rows.push(at);
            }
        }
        // One term that counts the seat's own sales now needs no name.
        if let [only] = terms.as_mut_slice()
            && !only.label.contains(',')
        {
            only.label.clear();
        }
        terms
    }
}
