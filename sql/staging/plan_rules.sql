-- One row per credit rule.
select
    rule_id, rule_set_id, credit_type, alignment_id, alignment_at, product_scope_kind, product_scope_key,
    hierarchy_id, level_count, account_kind, channel_id, amount_at_least, margin_rate_at_least, returns,
    alignment_date, team_id, team_share, position_id, share_rate, document_file, document_line
from landed.plan_rules
