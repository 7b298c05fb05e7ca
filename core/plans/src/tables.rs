//! The tables that documents compile to: their columns, keys and rows.
//!
//! Promises that every table is there, also when no document fills it. The guide to plans explains each value; the models
//! of `sql/staging` carry the meaning of each column.

use kernel::columns::{Column, ColumnType};

/// One landed table with its rows, sorted by key; each value is the text of its type, an empty one is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTable {
    /// Such as `plan_components`.
    pub name: &'static str,
    /// In order.
    pub columns: Vec<Column>,
    /// Columns that name a row.
    pub key: Vec<&'static str>,
    /// As long as the columns.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Everything the documents say, as tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTables {
    /// Every table of [`table_shapes`], in that order.
    pub tables: Vec<PlanTable>,
}

const TEXT: ColumnType = ColumnType::Text;
const DATE: ColumnType = ColumnType::Date;
const INTEGER: ColumnType = ColumnType::Integer;
const RATE: ColumnType = ColumnType::Decimal { precision: 18, scale: 6 };
const VALUE: ColumnType = ColumnType::Decimal { precision: 38, scale: 10 };
const MONEY: ColumnType = ColumnType::Decimal { precision: 19, scale: 4 };

/// A table's name, its key, and its columns; a `?` behind a name marks a column that may be empty.
type Shape = (&'static str, &'static [&'static str], &'static [(&'static str, ColumnType)]);

const SHAPES: [Shape; 20] = [
    (
        "plan_plans",
        &["plan_id"],
        &[
            ("plan_id", TEXT),
            ("plan_version", TEXT),
            ("plan_title", TEXT),
            ("valid_from_date", DATE),
            ("valid_to_date", DATE),
            ("role_id?", TEXT),
            ("unit_id?", TEXT),
            ("position_id?", TEXT),
            ("payee_id?", TEXT),
            ("assignment_rank", INTEGER),
            ("earning_code", TEXT),
            ("currency_code", TEXT),
            ("period_kind", TEXT),
            ("target_incentive_source", TEXT),
            ("target_incentive_amount?", MONEY),
            ("pay_proration", TEXT),
            ("target_proration", TEXT),
            ("credit_basis", TEXT),
            ("rounding_at", TEXT),
            ("rounding_mode", TEXT),
            ("rounding_digits", INTEGER),
            ("minimum_day_count?", INTEGER),
            ("cap_of?", TEXT),
            ("cap_at?", VALUE),
            ("cap_excess?", TEXT),
            ("cap_span?", TEXT),
            ("floor_of?", TEXT),
            ("floor_at?", VALUE),
            ("floor_span?", TEXT),
            ("measure_rate_type?", TEXT),
            ("measure_rate_at?", TEXT),
            ("pay_currency", TEXT),
            ("pay_rate_type?", TEXT),
            ("pay_rate_at?", TEXT),
            ("calendar_id?", TEXT),
            ("restatement_period_count?", INTEGER),
            ("restatement_from_amount?", MONEY),
            ("restatement_direction?", TEXT),
            ("restatement_maps?", TEXT),
        ],
    ),
    (
        "plan_titles",
        &["plan_id", "component_id", "language_code"],
        &[("plan_id", TEXT), ("component_id", TEXT), ("language_code", TEXT), ("title", TEXT)],
    ),
    (
        "plan_components",
        &["plan_id", "component_id"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("component_title", TEXT),
            ("component_number", INTEGER),
            ("weight_rate?", RATE),
            ("measure_kind", TEXT),
            ("rule_set_id", TEXT),
            ("measure_level", TEXT),
            ("product_scope_kind", TEXT),
            ("product_scope_key", TEXT),
            ("measure_unit", TEXT),
            ("window_kind", TEXT),
            ("target_set_id?", TEXT),
            ("zero_target?", TEXT),
            ("axis", TEXT),
            ("basis", TEXT),
            ("lookup", TEXT),
            ("output", TEXT),
            ("timing", TEXT),
            ("below", TEXT),
            ("above", TEXT),
            ("rate_source", TEXT),
            ("cap_of?", TEXT),
            ("cap_at?", VALUE),
            ("cap_excess?", TEXT),
            ("pay_kind", TEXT),
            ("formula", TEXT),
            ("attainment_kind", TEXT),
            ("attainment_digits", INTEGER),
            ("attainment_mode", TEXT),
            ("target_source", TEXT),
            ("target_amount?", VALUE),
            ("running_by", TEXT),
            ("second_component_id?", TEXT),
            ("second_axis?", TEXT),
            ("cap_holds?", TEXT),
            ("floor_of?", TEXT),
            ("floor_at?", VALUE),
            ("floor_holds?", TEXT),
            ("ranked_component_id?", TEXT),
            ("ranked_by?", TEXT),
            ("ranked_order?", TEXT),
            ("cohort?", TEXT),
            ("minimum_cohort_count?", INTEGER),
            ("tie_rule?", TEXT),
            ("tie_component_id?", TEXT),
            ("tie_pay?", TEXT),
            ("target_span?", TEXT),
        ],
    ),
    (
        "plan_terms",
        &["plan_id", "component_id", "term_number"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("term_number", INTEGER),
            ("term_id", TEXT),
            ("term_source", TEXT),
            ("rule_set_id?", TEXT),
            ("measure_level", TEXT),
            ("product_scope_kind", TEXT),
            ("product_scope_key", TEXT),
            ("channel_id?", TEXT),
            ("measure_unit", TEXT),
            ("window_kind", TEXT),
            ("shift_kind", TEXT),
            ("figure_id?", TEXT),
            ("other_component_id?", TEXT),
            ("other_axis?", TEXT),
            ("amount_cap?", VALUE),
            ("amount_cap_split?", TEXT),
            ("rule_ids?", TEXT),
        ],
    ),
    (
        "plan_curves",
        &["plan_id", "curve_id"],
        &[
            ("plan_id", TEXT),
            ("curve_id", TEXT),
            ("component_id", TEXT),
            ("curve_kind", TEXT),
            ("scope_kind", TEXT),
            ("scope_key", TEXT),
            ("scope_rank", INTEGER),
        ],
    ),
    (
        "plan_tiers",
        &["plan_id", "curve_id", "tier_number"],
        &[
            ("plan_id", TEXT),
            ("curve_id", TEXT),
            ("component_id", TEXT),
            ("tier_number", INTEGER),
            ("from_value", VALUE),
            ("to_value?", VALUE),
            ("border", TEXT),
            ("output_from", VALUE),
            ("output_to", VALUE),
            ("line_from_value?", VALUE),
            ("line_to_value?", VALUE),
            ("second_from_value?", VALUE),
            ("second_to_value?", VALUE),
            ("second_border?", TEXT),
        ],
    ),
    (
        "plan_gates",
        &["plan_id", "component_id", "gate_number"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("gate_number", INTEGER),
            ("gate_component_id", TEXT),
            ("at_least_rate", RATE),
            ("evaluated", TEXT),
            ("later", TEXT),
            ("otherwise_rate", RATE),
            ("gate_axis", TEXT),
            ("comparison", TEXT),
            ("border_value", VALUE),
        ],
    ),
    (
        "plan_multipliers",
        &["plan_id", "component_id", "multiplier_number"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("multiplier_number", INTEGER),
            ("by_component_id", TEXT),
            ("by_axis", TEXT),
            ("evaluated", TEXT),
            ("curve_id", TEXT),
            ("lookup", TEXT),
            ("below_output", VALUE),
            ("above", TEXT),
        ],
    ),
    (
        "plan_weights",
        &["plan_id", "component_id", "scope_kind", "scope_key"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("scope_kind", TEXT),
            ("scope_key", TEXT),
            ("scope_rank", INTEGER),
            ("weight_rate", RATE),
        ],
    ),
    (
        "plan_targets",
        &["plan_id", "component_id", "scope_kind", "scope_key"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("scope_kind", TEXT),
            ("scope_key", TEXT),
            ("scope_rank", INTEGER),
            ("target_amount", VALUE),
        ],
    ),
    (
        "plan_rates",
        &["plan_id", "component_id", "product_scope_kind", "product_scope_key"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("product_scope_kind", TEXT),
            ("product_scope_key", TEXT),
            ("rate_value", RATE),
        ],
    ),
    (
        "plan_ramps",
        &["plan_id", "component_id", "month_number"],
        &[("plan_id", TEXT), ("component_id", TEXT), ("month_number", INTEGER), ("ramp_rate", RATE)],
    ),
    ("plan_leaves", &["plan_id", "leave_kind"], &[("plan_id", TEXT), ("leave_kind", TEXT)]),
    (
        "plan_pools",
        &["plan_id", "component_id"],
        &[
            ("plan_id", TEXT),
            ("component_id", TEXT),
            ("pool_amount?", MONEY),
            ("pool_rate?", RATE),
            ("pool_component_id?", TEXT),
            ("cohort", TEXT),
        ],
    ),
    (
        "plan_draws",
        &["plan_id", "draw_id"],
        &[
            ("plan_id", TEXT),
            ("draw_id", TEXT),
            ("draw_kind", TEXT),
            ("draw_amount?", MONEY),
            ("draw_rate?", RATE),
            ("from_date", DATE),
            ("to_date", DATE),
            ("draw_proration", TEXT),
            ("recovery_from_date?", DATE),
            ("recovery_rate?", RATE),
            ("recovery_limit_amount?", MONEY),
        ],
    ),
    (
        "plan_payment_parts",
        &["plan_id", "part_number"],
        &[
            ("plan_id", TEXT),
            ("part_number", INTEGER),
            ("part_id", TEXT),
            ("part_rate", RATE),
            ("release_kind", TEXT),
            ("release_count?", INTEGER),
            ("event_kind?", TEXT),
            ("part_weight?", RATE),
            ("time_number?", INTEGER),
            ("time_count?", INTEGER),
        ],
    ),
    (
        "plan_clawbacks",
        &["plan_id", "cause", "tier_number"],
        &[
            ("plan_id", TEXT),
            ("cause", TEXT),
            ("tier_number", INTEGER),
            ("counted", TEXT),
            ("from_count", INTEGER),
            ("to_count?", INTEGER),
            ("clawback_rate", RATE),
            ("of", TEXT),
            ("installment_count", INTEGER),
        ],
    ),
    ("plan_rule_sets", &["rule_set_id"], &[("rule_set_id", TEXT), ("rule_set_title", TEXT), ("credit_type", TEXT)]),
    (
        "plan_rules",
        &["rule_id"],
        &[
            ("rule_id", TEXT),
            ("rule_set_id", TEXT),
            ("credit_type", TEXT),
            ("alignment_id?", TEXT),
            ("alignment_at?", TEXT),
            ("product_scope_kind?", TEXT),
            ("product_scope_key?", TEXT),
            ("hierarchy_id?", TEXT),
            ("level_count?", INTEGER),
            ("account_kind?", TEXT),
            ("channel_id?", TEXT),
            ("amount_at_least?", VALUE),
            ("margin_rate_at_least?", RATE),
            ("returns?", TEXT),
            ("alignment_date?", DATE),
            ("team_id?", TEXT),
            ("team_share?", TEXT),
            ("position_id?", TEXT),
            ("share_rate?", RATE),
        ],
    ),
    (
        "plan_rule_documents",
        &["rule_id", "document_type"],
        &[("rule_id", TEXT), ("rule_set_id", TEXT), ("document_type", TEXT)],
    ),
];

/// Name, columns and key of every table that documents compile to.
pub fn table_shapes() -> Vec<(&'static str, Vec<Column>, Vec<&'static str>)> {
    SHAPES
        .iter()
        .map(|(name, key, columns)| {
            let place = [("document_file", TEXT), ("document_line", INTEGER)];
            let columns = columns.iter().chain(&place).map(|(name, column_type)| match name.strip_suffix('?') {
                Some(name) => Column::new(name, *column_type).nullable(),
                None => Column::new(name, *column_type),
            });
            (*name, columns.collect(), key.to_vec())
        })
        .collect()
}
