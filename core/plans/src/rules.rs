//! Rule sets: whether their rules can be told apart and reconciled, and the rows they become.

use std::collections::BTreeSet;

use kernel::{
    Fault, Place,
    documents::{Number, Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    compile::identifier,
    curve::too_fine,
    document::{AlignmentAt, MOST_LEVELS, RuleDoc, RuleSetDoc, Share},
    fault::{P002, P003, P011, P012},
    rows::{Row, Rows},
    targets::not_negative,
    words::{CreditType, Returns},
};

/// Every fault of a rule set.
pub(crate) fn faults(file: &str, set: &RuleSetDoc) -> Vec<Fault> {
    let mut faults: Vec<Fault> = identifier(file, "rule set", &set.rule_set).into_iter().collect();
    let name = &set.rule_set.value;
    let mut seen = BTreeSet::new();
    for rule in &set.rules {
        faults.extend(identifier(file, "rule", &rule.id));
        if !seen.insert(&rule.id.value) {
            faults.push(
                Fault::new(P002, format!("rule set `{name}` has two rules `{}`", rule.id.value))
                    .place(place_of(file, &rule.id)),
            );
        }
        faults.extend(rule_keys(file, rule));
    }
    let base: Vec<&RuleDoc> = set.rules.iter().filter(|rule| rule.credit_type != CreditType::Rollup).collect();
    let Some(first) = base.first() else {
        faults.push(
            Fault::new(P012, format!("rule set `{name}` credits nobody directly"))
                .place(place_of(file, &set.rule_set))
                .hint("add a rule of type `direct`, `split`, `overlay` or `team`"),
        );
        return faults;
    };
    let conserving = is_conserving(first.credit_type);
    if set.conserving.value != conserving {
        let not = if set.conserving.value { "" } else { "not " };
        faults.push(
            Fault::new(
                P012,
                format!("rule set `{name}` is {not}conserving, but its rules are `{}`", first.credit_type.word()),
            )
            .place(place_of(file, &set.conserving))
            .hint(format!("write `conserving: {conserving}`")),
        );
    }
    for rule in &base {
        if rule.credit_type != first.credit_type {
            faults.push(
                Fault::new(
                    P012,
                    format!(
                        "rule set `{name}` holds rules of type `{}` and `{}`",
                        first.credit_type.word(),
                        rule.credit_type.word()
                    ),
                )
                .place(place_of(file, &rule.id))
                .hint("put each type into a rule set of its own, so that each can be reconciled"),
            );
        }
    }
    for rule in set.rules.iter().filter(|rule| rule.credit_type == CreditType::Rollup) {
        let passes = rule.passes.as_deref().unwrap_or_default();
        if passes != [first.credit_type] {
            faults.push(
                Fault::new(P012, format!("rule `{}` does not pass up what rule set `{name}` credits", rule.id.value))
                    .place(place_of(file, &rule.id))
                    .hint(format!("write `passes: [{}]`", first.credit_type.word())),
            );
        }
    }
    faults.extend(equal_ranks(file, &base));
    faults
}

/// Whether the shares of a line add up to one. Overlays and teams are credited beside others.
fn is_conserving(credit_type: CreditType) -> bool {
    matches!(credit_type, CreditType::Direct | CreditType::Split)
}

/// That a rule has the keys of its type and no others.
fn rule_keys(file: &str, rule: &RuleDoc) -> Vec<Fault> {
    let credit_type = rule.credit_type;
    let is = |one: CreditType| credit_type == one;
    let rollup = is(CreditType::Rollup);
    let of_position = is(CreditType::Overlay) && rule.position.is_some();
    let aligned = is(CreditType::Direct) || is(CreditType::Overlay) && !of_position;
    let mut faults: Vec<Fault> = [
        ("alignment", rule.alignment.is_some(), aligned),
        ("alignment_at", rule.alignment_at.is_some(), aligned),
        ("position", rule.position.is_some(), of_position),
        ("team", rule.team.is_some(), is(CreditType::Team)),
        ("share", rule.share.is_some(), of_position || is(CreditType::Team)),
        ("products", rule.products.is_some(), !rollup),
        ("document_types", rule.document_types.as_ref().is_some_and(|types| !types.is_empty()), !rollup),
        ("hierarchy", rule.hierarchy.is_some(), rollup),
        ("levels", rule.levels.is_some(), rollup),
        ("passes", rule.passes.is_some(), rollup),
        ("returns", rule.returns.is_some() && rollup, false),
        ("channel", rule.channel.is_some() && rollup, false),
        ("account_kind", rule.account_kind.is_some() && rollup, false),
        ("only", rule.only.is_some() && rollup, false),
    ]
    .into_iter()
    .filter(|(_, written, needed)| written != needed)
    .map(|(key, written, _)| {
        let (verb, hint) = if written { ("has", "leave it out") } else { ("has no", "add it") };
        Fault::new(P012, format!("rule `{}` of type `{}` {verb} `{key}`", rule.id.value, credit_type.word()))
            .place(place_of(file, &rule.id))
            .hint(hint)
    })
    .collect();
    faults.extend(shares(file, rule));
    faults.extend(conditions(file, rule));
    faults
}

/// Whether share, alignment and returns fit each other.
fn shares(file: &str, rule: &RuleDoc) -> Vec<Fault> {
    let id = &rule.id.value;
    let mut faults = Vec::new();
    let mut refuse = |code, message: &str, place: Place, hint: &str| {
        faults.push(Fault::new(code, format!("rule `{id}` {message}")).place(place).hint(hint));
    };
    if let Some(share) = &rule.share {
        let place = place_of(file, share);
        match (rule.credit_type, share.value) {
            (CreditType::Team, Share::Rate(_)) => {
                refuse(P012, "shares a team by a rate", place, "write `share: full` or `share: equal`");
            }
            (CreditType::Overlay, Share::Full | Share::Equal) => {
                refuse(P012, "credits a position by a word", place, "write a share such as `50%`");
            }
            (_, Share::Rate(Number(rate))) if rate <= Decimal::ZERO || rate > Decimal::ONE || rate.scale() > 6 => {
                refuse(P003, &format!("has a share of `{rate}`"), place, "write a part above `0%`, up to `100%`");
            }
            _ => {}
        }
    }
    if let (Some(at), Some(returns)) = (&rule.alignment_at, &rule.returns)
        && matches!(at.value, AlignmentAt::Fixed(_))
        && returns.value == Returns::FollowOriginal
    {
        refuse(
            P012,
            "looks every line up on one day, and lets returns follow another",
            place_of(file, returns),
            "leave `returns` out",
        );
    }
    let names = [("position", &rule.position), ("team", &rule.team), ("channel", &rule.channel)];
    for (what, name) in names.into_iter().chain([("account kind", &rule.account_kind)]) {
        faults.extend(name.as_ref().filter(|name| name.value.trim().is_empty()).map(|name| {
            Fault::new(P003, format!("rule `{id}` names no {what}"))
                .place(place_of(file, name))
                .hint("leave it out, or name one")
        }));
    }
    faults
}

fn conditions(file: &str, rule: &RuleDoc) -> Vec<Fault> {
    let Some(only) = &rule.only else { return Vec::new() };
    let what = format!("rule `{}`", rule.id.value);
    let (amount, margin) = (&only.value.amount_at_least, &only.value.margin_at_least);
    if amount.is_none() && margin.is_none() {
        return vec![
            Fault::new(P012, format!("{what} has conditions without any"))
                .place(place_of(file, only))
                .hint("write `amount_at_least`, `margin_at_least` or both"),
        ];
    }
    let amount = amount.as_ref().and_then(|amount| not_negative(file, &what, "an amount", amount, 10));
    let margin = margin.as_ref().and_then(|margin| too_fine(file, &what, margin, 6));
    amount.into_iter().chain(margin).collect()
}

/// What a rule asks of a line beside its products.
struct Conditions<'a> {
    words: [Option<&'a str>; 2],
    borders: [Option<Decimal>; 2],
}

impl<'a> Conditions<'a> {
    fn of(rule: &'a RuleDoc) -> Self {
        let only = rule.only.as_ref().map(|only| &only.value);
        let border = |number: Option<&Spanned<Number>>| number.map(|number| number.value.0);
        Self {
            words: [&rule.account_kind, &rule.channel].map(|word| word.as_ref().map(|word| word.value.as_str())),
            borders: [
                border(only.and_then(|only| only.amount_at_least.as_ref())),
                border(only.and_then(|only| only.margin_at_least.as_ref())),
            ],
        }
    }

    fn count(&self) -> usize {
        self.words.iter().flatten().count() + self.borders.iter().flatten().count()
    }

    /// Whether some line may fulfil both and neither asks for more than the other.
    fn is_level_with(&self, other: &Self) -> bool {
        let meet = |one: &Option<&str>, other: &Option<&str>| one.is_none() || other.is_none() || one == other;
        let can_meet = self.words.iter().zip(&other.words).all(|(one, other)| meet(one, other));
        // Of two borders of one kind the higher asks for more.
        let pairs = || self.borders.iter().zip(&other.borders);
        let is_nested = self.words == other.words
            && pairs().all(|(one, other)| one.is_some() == other.is_some())
            && self.borders != other.borders
            && (pairs().all(|(one, other)| one <= other) || pairs().all(|(one, other)| one >= other));
        can_meet && self.count() == other.count() && !is_nested
    }
}

/// Pairs of rules between which nothing decides.
fn equal_ranks(file: &str, base: &[&RuleDoc]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, rule) in base.iter().enumerate() {
        for earlier in base.iter().take(at) {
            let types = |rule: &RuleDoc| rule.document_types.iter().flatten().copied().collect::<BTreeSet<_>>();
            let shared = types(rule).intersection(&types(earlier)).next().copied();
            if let Some(shared) = shared
                && rule.products == earlier.products
                && rule.products.is_some()
                && Conditions::of(rule).is_level_with(&Conditions::of(earlier))
            {
                faults.push(
                    Fault::new(
                        P011,
                        format!(
                            "rules `{}` and `{}` both match lines of type `{}` of the same products",
                            earlier.id.value,
                            rule.id.value,
                            shared.word()
                        ),
                    )
                    .place(place_of(file, &rule.id))
                    .place(place_of(file, &earlier.id)),
                );
            }
        }
    }
    faults
}

/// Adds the rows of a rule set.
pub(crate) fn compile(file: &str, set: &RuleSetDoc, rows: &mut Rows) {
    let set_id = &set.rule_set.value;
    let Some(credit_type) = set.rules.iter().map(|rule| rule.credit_type).find(|one| *one != CreditType::Rollup) else {
        return;
    };
    rows.add(
        Row::of("plan_rule_sets", file, set.rule_set.referenced.line())
            .set("rule_set_id", set_id)
            .set("rule_set_title", &set.title)
            .set("credit_type", credit_type.word()),
    );
    for rule in &set.rules {
        let rule_id = format!("{set_id}.{}", rule.id.value);
        rows.add(rule_row(file, set_id, &rule_id, rule));
        let types: BTreeSet<_> = rule.document_types.iter().flatten().copied().collect();
        for document_type in types {
            rows.add(
                Row::of("plan_rule_documents", file, rule.id.referenced.line())
                    .set("rule_id", &rule_id)
                    .set("rule_set_id", set_id)
                    .set("document_type", document_type.word()),
            );
        }
    }
}

fn rule_row(file: &str, set_id: &str, rule_id: &str, rule: &RuleDoc) -> Row {
    let day = rule.alignment_at.as_ref().and_then(|at| match at.value {
        AlignmentAt::Fixed(day) => Some(day),
        AlignmentAt::BookingDate | AlignmentAt::PeriodEnd => None,
    });
    // By the contract a return is credited by its own day unless the rule says otherwise.
    let own = (rule.credit_type != CreditType::Rollup).then_some(Returns::OwnDate);
    let returns = rule.returns.as_ref().map(|one| one.value).or(own);
    let (team_share, share_rate) = match rule.share.as_ref().map(|share| share.value) {
        Some(Share::Full) => (Some("full"), None),
        Some(Share::Equal) => (Some("equal"), None),
        Some(Share::Rate(rate)) => (None, Some(rate.0)),
        None => (None, None),
    };
    let only = rule.only.as_ref().map(|only| &only.value);
    let name = |name: &Option<Spanned<String>>| name.as_ref().map(|name| name.value.clone());
    Row::of("plan_rules", file, rule.id.referenced.line())
        .set("rule_id", rule_id)
        .set("rule_set_id", set_id)
        .set("credit_type", rule.credit_type.word())
        .maybe("alignment_id", rule.alignment.as_ref())
        .maybe("alignment_at", rule.alignment_at.as_ref().map(|at| at.value.word()))
        .maybe("alignment_date", day)
        .maybe("returns", returns.map(Returns::word))
        .maybe("product_scope_kind", rule.products.as_ref().map(|products| products.kind))
        .maybe("product_scope_key", rule.products.as_ref().map(|products| &products.key))
        .maybe("account_kind", name(&rule.account_kind))
        .maybe("channel_id", name(&rule.channel))
        .maybe("amount_at_least", only.and_then(|only| only.amount_at_least.as_ref()).map(|one| one.value.0))
        .maybe("margin_rate_at_least", only.and_then(|only| only.margin_at_least.as_ref()).map(|one| one.value.0))
        .maybe("position_id", name(&rule.position))
        .maybe("share_rate", share_rate)
        .maybe("team_id", name(&rule.team))
        .maybe("team_share", team_share)
        .maybe("hierarchy_id", rule.hierarchy.as_ref())
        .maybe("level_count", rule.levels.map(|levels| levels.0.min(MOST_LEVELS)))
}
