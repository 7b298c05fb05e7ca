//! `why`: whom a sale counts for, why not for others, and where a row lies that counts for nobody.

use crate::support::Place;

#[test]
fn a_sale_says_whom_it_counts_for_and_why_not_for_others() {
    let place = Place::starter();
    let rules = std::fs::read_to_string(place.project.join("plans/team.yml")).expect("the rule set");
    place.write("plans/team.yml", rules.replace("products: all", "products: product press"));
    place.tantieme(&["run", "--quiet"]).fine();
    let told = place.tantieme(&["why", "1034"]).fine().out;
    for word in ["crm 1034/1: sale of 2026-03-10", "sales-2026-03.csv:13", "credited to north", "by rule team.seat"] {
        assert!(told.contains(word), "`{word}` is not in\n{told}");
    }
    let told = place.tantieme(&["why", "1037", "--line", "1"]).fine().out;
    for word in ["not credited: 6,557.88 EUR", "because no rule takes this product", "found lathe"] {
        assert!(told.contains(word), "`{word}` is not in\n{told}");
    }
    let told = place.tantieme(&["why", "1037", "--json"]).fine().json();
    assert_eq!(told["uncredited"][0]["reason"], "no_rule_product", "{told}");
    place.tantieme(&["why", "4711"]).fails(2, &["4711", "quarantine"]);
}

#[test]
fn a_row_in_quarantine_or_in_no_transaction_says_where_it_lies() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let told = place.tantieme(&["why", "1999"]).fine().out;
    for word in ["in quarantine", "landed.crm_sales at sales-2026-03.csv:", "`grinder` is not in landed.crm_products"] {
        assert!(told.contains(word), "`{word}` is not in\n{told}");
    }
    let told = place.tantieme(&["why", "lathe"]).fine().out;
    for word in ["landed at products.csv:", "conformed.transactions leaves it out"] {
        assert!(told.contains(word), "`{word}` is not in\n{told}");
    }
    let told = place.tantieme(&["why", "1999", "--json"]).fine().json();
    assert_eq!(told["quarantined"][0]["stream"], "landed.crm_sales", "{told}");
    // Part of a longer word is another name.
    place.tantieme(&["why", "199"]).fails(2, &["199"]);
}
