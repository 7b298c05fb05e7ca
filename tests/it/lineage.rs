//! That every column is traced to the columns it is made from, and that a query which is not exact does not compile.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    Graph, LandedTable, ModelSource, ProjectInput,
    lineage::{Edge, open_lineage_events},
};
use kernel::{
    Fault, Timestamp,
    columns::{Column, ColumnType},
    names::TableName,
};
use serde_json::json;

fn name(text: &str) -> TableName {
    TableName::parse(text).unwrap()
}

fn landed() -> Vec<LandedTable> {
    let table = |table: &str, columns: &[(&str, &str)]| LandedTable {
        name: name(table),
        columns: columns.iter().map(|(name, kind)| Column::new(name, ColumnType::parse(kind).unwrap())).collect(),
    };
    vec![
        table(
            "landed.orders",
            &[
                ("order_id", "text"),
                ("rep_id", "text"),
                ("net_amount", "decimal(19,4)"),
                ("quantity", "integer"),
                ("booking_date", "date"),
            ],
        ),
        table("landed.reps", &[("rep_id", "text"), ("manager_id", "text"), ("share_rate", "decimal(18,6)")]),
    ]
}

/// A model with columns as `name type`.
fn model(table: &str, columns: &str, sql: &str) -> ModelSource {
    let listed: Vec<(&str, &str)> = columns.split("; ").filter_map(|column| column.split_once(' ')).collect();
    let mut sidecar = format!("description: {table}\nkey: [{}]\ncolumns:\n", listed[0].0);
    for (at, (column, kind)) in listed.iter().enumerate() {
        sidecar +=
            &format!("  - {{name: {column}, type: \"{kind}\", nullable: {}, unit: x, meaning: a column}}\n", at > 0);
    }
    ModelSource {
        name: name(table),
        sql: format!("-- One row per case\n{sql}\n"),
        sidecar,
        sql_file: format!("sql/{}.sql", table.replace('.', "/")),
        sidecar_file: format!("sql/{}.yml", table.replace('.', "/")),
        is_built_in: false,
    }
}

async fn compile(models: Vec<ModelSource>) -> Result<Graph, Vec<Fault>> {
    Graph::compile(ProjectInput { models, landed: landed(), ..ProjectInput::default() }).await
}

/// For each column of one model: what enters its value, and what only decides about its rows.
async fn origins(columns: &str, sql: &str) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let graph = match compile(vec![model("staging.made", columns, sql)]).await {
        Ok(graph) => graph,
        Err(faults) => panic!("{sql}: {faults:?}"),
    };
    let mut origins: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for edge in graph.lineage().edges() {
        let entry = origins.entry(edge.to.column.clone()).or_default();
        let from = format!("{}.{}", edge.from.table.table(), edge.from.column);
        if edge.is_indirect { entry.1.push(from) } else { entry.0.push(from) }
    }
    origins
}

#[track_caller]
fn check(found: &BTreeMap<String, (Vec<String>, Vec<String>)>, column: &str, values: &[&str], choices: &[&str]) {
    let none = (Vec::new(), Vec::new());
    let (direct, indirect) = found.get(column).unwrap_or(&none);
    assert_eq!(direct, values, "values of {column}");
    assert_eq!(indirect, choices, "choices of {column}");
}

#[tokio::test]
async fn a_value_is_told_from_what_chooses_its_rows() {
    let found = origins(
        "order_id text; credited_amount decimal(38,10); size text; constant integer",
        "with lines as (select order_id, rep_id, net_amount, quantity from landed.orders where booking_date > date '2020-01-01')
         select l.order_id, l.net_amount * r.share_rate as credited_amount,
                case when l.quantity > 5 then 'large' else l.rep_id end as size, 1 as constant
         from lines as l join landed.reps as r on r.rep_id = l.rep_id",
    )
    .await;
    let choices = ["orders.booking_date", "orders.rep_id", "reps.rep_id"];
    check(&found, "order_id", &["orders.order_id"], &choices);
    check(&found, "credited_amount", &["orders.net_amount", "reps.share_rate"], &choices);
    check(&found, "size", &["orders.quantity", "orders.rep_id"], &["orders.booking_date", "reps.rep_id"]);
    check(&found, "constant", &[], &choices);
}

#[tokio::test]
async fn groups_filters_and_windows_choose_and_arguments_enter() {
    let found = origins(
        "rep_id text; total_amount decimal(38,4); large_amount decimal(38,4); line_count integer; place integer",
        "select rep_id, sum(net_amount) as total_amount, sum(net_amount) filter (where quantity > 5) as large_amount,
                count(*) as line_count, row_number() over (order by sum(net_amount), rep_id) as place
         from landed.orders group by rep_id having count(order_id) > 1",
    )
    .await;
    check(&found, "rep_id", &["orders.rep_id"], &["orders.order_id"]);
    check(&found, "total_amount", &["orders.net_amount"], &["orders.order_id", "orders.rep_id"]);
    check(&found, "large_amount", &["orders.net_amount"], &["orders.order_id", "orders.quantity", "orders.rep_id"]);
    check(&found, "line_count", &[], &["orders.order_id", "orders.rep_id"]);
    check(&found, "place", &[], &["orders.net_amount", "orders.order_id", "orders.rep_id"]);
}

#[tokio::test]
async fn a_window_adds_its_partition_and_order_to_its_own_column_only() {
    let found = origins(
        "order_id text; running_amount decimal(38,4); earlier text",
        "select order_id, sum(net_amount) over (partition by rep_id order by booking_date, order_id) as running_amount,
                lag(order_id) over (order by booking_date, order_id) as earlier
         from landed.orders",
    )
    .await;
    check(&found, "order_id", &["orders.order_id"], &[]);
    check(
        &found,
        "running_amount",
        &["orders.net_amount"],
        &["orders.booking_date", "orders.order_id", "orders.rep_id"],
    );
    check(&found, "earlier", &["orders.order_id"], &["orders.booking_date"]);
}

#[tokio::test]
async fn branches_of_a_union_meet_column_by_column() {
    let found = origins(
        "id text; amount decimal(22,6)",
        "select order_id as id, net_amount as amount from landed.orders where quantity > 0
         union all select manager_id, share_rate from landed.reps",
    )
    .await;
    check(&found, "id", &["orders.order_id", "reps.manager_id"], &["orders.quantity"]);
    check(&found, "amount", &["orders.net_amount", "reps.share_rate"], &["orders.quantity"]);
}

#[tokio::test]
async fn subqueries_are_followed_with_what_they_take_from_outside() {
    let found = origins(
        "order_id text; rate decimal(18,6); is_managed boolean",
        "select o.order_id,
                (select max(r.share_rate) from landed.reps as r where r.rep_id = o.rep_id) as rate,
                o.rep_id in (select manager_id from landed.reps) as is_managed
         from landed.orders as o
         where exists (select 1 from landed.reps as e where e.manager_id = o.rep_id)",
    )
    .await;
    let choices = ["orders.rep_id", "reps.manager_id"];
    check(&found, "order_id", &["orders.order_id"], &choices);
    check(&found, "rate", &["reps.share_rate"], &["orders.rep_id", "reps.manager_id", "reps.rep_id"]);
    check(&found, "is_managed", &["orders.rep_id", "reps.manager_id"], &[]);
}

#[tokio::test]
async fn recursion_is_followed_until_it_adds_nothing() {
    let found = origins(
        "rep_id text; top_id text; level integer",
        "with recursive chain (rep_id, top_id, level) as (
             select rep_id, rep_id as top_id, 0 as level from landed.reps where share_rate > 0
             union all
             select r.rep_id, c.top_id, c.level + 1 as level from chain as c join landed.reps as r on r.manager_id = c.rep_id)
         select rep_id, top_id, level from chain",
    )
    .await;
    let choices = ["reps.manager_id", "reps.rep_id", "reps.share_rate"];
    check(&found, "rep_id", &["reps.rep_id"], &["reps.manager_id", "reps.share_rate"]);
    check(&found, "top_id", &["reps.rep_id"], &["reps.manager_id", "reps.share_rate"]);
    check(&found, "level", &[], &choices);
}

#[tokio::test]
async fn an_order_counts_once_rows_are_limited() {
    let columns = "order_id text; net_amount decimal(19,4)";
    let sorted = "select order_id, net_amount from landed.orders order by booking_date, order_id";
    check(&origins(columns, sorted).await, "net_amount", &["orders.net_amount"], &[]);
    let limited = origins(columns, &format!("{sorted} limit 3")).await;
    check(&limited, "net_amount", &["orders.net_amount"], &["orders.booking_date", "orders.order_id"]);
}

async fn chain() -> Graph {
    let models = vec![
        model(
            "staging.lines",
            "order_id text; rep_id text; net_amount decimal(19,4)",
            "select order_id, rep_id, net_amount from landed.orders where quantity > 0",
        ),
        model(
            "conformed.totals",
            "rep_id text; total_amount decimal(38,4)",
            "select rep_id, sum(net_amount) as total_amount from staging.lines group by rep_id",
        ),
        model(
            "credits.large",
            "rep_id text; half_amount decimal(38,2)",
            "select rep_id, ratio(total_amount, 2, 2) as half_amount from conformed.totals",
        ),
    ];
    compile(models).await.unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn ends<'a>(edges: &'a [Edge], is_indirect: bool, end: impl Fn(&'a Edge) -> String) -> BTreeSet<String> {
    edges.iter().filter(|edge| edge.is_indirect == is_indirect).map(end).collect()
}

#[tokio::test]
async fn upstream_goes_back_to_what_was_landed_and_names_what_chose_the_rows() {
    let graph = chain().await;
    let edges = graph.lineage().upstream(&name("credits.large"), Some("half_amount"));
    let from = |is_indirect| ends(&edges, is_indirect, |edge| edge.from.to_string());
    let values = ["conformed.totals.total_amount", "landed.orders.net_amount", "staging.lines.net_amount"];
    assert_eq!(from(false), values.map(str::to_owned).into());
    let choices = ["landed.orders.quantity", "staging.lines.rep_id"];
    assert_eq!(from(true), choices.map(str::to_owned).into());
    assert_eq!(edges[0].to.to_string(), "credits.large.half_amount");
    let all = graph.lineage().upstream(&name("credits.large"), None);
    assert!(all.len() > edges.len());
    assert_eq!(graph.lineage().upstream(&name("credits.large"), Some("nothing")), []);
}

#[tokio::test]
async fn downstream_goes_on_to_everything_made_from_a_column() {
    let graph = chain().await;
    let edges = graph.lineage().downstream(&name("landed.orders"), Some("net_amount"));
    let made: Vec<String> = edges.iter().map(|edge| edge.to.to_string()).collect();
    assert_eq!(made, ["staging.lines.net_amount", "conformed.totals.total_amount", "credits.large.half_amount"]);
    assert!(edges.iter().all(|edge| !edge.is_indirect));
    let edges = graph.lineage().downstream(&name("landed.orders"), Some("quantity"));
    let lines = ["staging.lines.net_amount", "staging.lines.order_id", "staging.lines.rep_id"];
    assert_eq!(
        ends(&edges, true, |edge| edge.to.to_string()).intersection(&lines.map(str::to_owned).into()).count(),
        3
    );
    assert!(ends(&edges, false, |edge| edge.to.to_string()).contains("credits.large.half_amount"));
}

#[tokio::test]
async fn open_lineage_tells_of_every_model_with_its_columns() {
    let graph = chain().await;
    let events = open_lineage_events(graph.lineage(), "file:///w", "run-1", Timestamp(1_795_435_200_123_456));
    assert_eq!(events.len(), 3);
    let event = &events[1];
    assert_eq!(event["eventType"], "COMPLETE");
    assert_eq!(event["eventTime"], "2026-11-23T12:00:00.123456Z");
    assert_eq!(event["job"]["name"], "conformed.totals");
    assert_eq!(event["inputs"], json!([{"namespace": "file:///w", "name": "staging.lines"}]));
    let facet = &event["outputs"][0]["facets"]["columnLineage"];
    assert_eq!(
        facet["fields"]["total_amount"]["inputFields"][0],
        json!({
            "namespace": "file:///w", "name": "staging.lines", "field": "net_amount",
            "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": false}],
        })
    );
    let parent = &event["run"]["facets"]["parent"]["run"]["runId"];
    assert_eq!(parent, &events[0]["run"]["facets"]["parent"]["run"]["runId"]);
    let id = event["run"]["runId"].as_str().unwrap();
    assert_ne!(event["run"]["runId"], events[0]["run"]["runId"]);
    assert!(id.len() == 36 && id.as_bytes()[14] == b'8', "{id}");
    let again = open_lineage_events(graph.lineage(), "file:///w", "run-1", Timestamp(1_795_435_200_123_456));
    assert_eq!(events, again);
}

#[tokio::test]
async fn what_is_not_exact_does_not_compile() {
    for (kind, expression, words) in [
        ("decimal(38,6)", "net_amount / quantity", "a division that does not say how it rounds"),
        ("decimal(38,6)", "net_amount % 3", "a division that does not say how it rounds"),
        ("integer", "quantity / 3", "a division that does not say how it rounds"),
        ("decimal(19,0)", "arrow_cast(net_amount, 'Decimal128(19, 0)')", "a cast that drops digits"),
        ("decimal(38,6)", "(select sum(r.share_rate / 2) from landed.reps as r)", "a division that does not say"),
        ("decimal(38,6)", "cast(order_id as decimal(18,6))", "a number read from text"),
        ("decimal(38,6)", "try_cast(order_id as decimal(18,6))", "a number read from text"),
        ("decimal(38,6)", "case when net_amount > '5' then 1 else 0 end", "a number read from text"),
        ("decimal(19,2)", "cast(net_amount as decimal(19,2))", "a cast that drops digits"),
        ("integer", "cast(net_amount as bigint)", "a cast that drops digits"),
        ("boolean", "cast(net_amount as double) > 1", "a binary float"),
        ("boolean", "1e3 > 0.5 and cast(quantity as real) > 1", "a binary float"),
        ("boolean", "now() > cast(booking_date as timestamp)", "a value that changes from run to run"),
        ("boolean", "current_date > booking_date", "a value that changes from run to run"),
        ("integer", "row_number() over (partition by rep_id)", "an order that is not declared"),
        ("text", "first_value(order_id) over (partition by rep_id)", "an order that is not declared"),
        ("integer", "sum(distinct quantity) over (partition by rep_id)", "a sum that leaves equal amounts out"),
        ("decimal(38,6)", "avg(net_amount) over (partition by rep_id)", "an aggregate that is not exact"),
    ] {
        let sql = format!("select order_id, {expression} as made from landed.orders");
        let found = compile(vec![model("staging.made", &format!("order_id text; made {kind}"), &sql)]).await;
        let faults = found.err().unwrap_or_default();
        let said: Vec<&str> = faults.iter().map(Fault::message).collect();
        assert!(said.iter().any(|message| message.contains(words)), "{expression}: {said:?}");
    }
}

#[tokio::test]
async fn a_refusal_says_where_and_what_to_write_instead() {
    let sql = "select order_id,\n       net_amount / quantity as made from landed.orders";
    let faults = compile(vec![model("staging.made", "order_id text; made decimal(38,6)", sql)]).await.err().unwrap();
    let said = faults[0].to_string();
    assert_eq!(faults[0].code().id, "E005", "{said}");
    assert!(said.contains("at sql/staging/made.sql:3:8"), "{said}");
    assert!(said.contains("hint: write `ratio(a, b, scale)`"), "{said}");
}

#[tokio::test]
async fn what_is_exact_compiles() {
    for (kind, expression) in [
        ("decimal(38,6)", "ratio(net_amount, quantity, 6)"),
        ("integer", "quantity % 3"),
        ("decimal(38,10)", "net_amount * 0.05"),
        ("decimal(19,4)", "cast(round_to(net_amount, 2) as decimal(19,4))"),
        ("decimal(38,4)", "cast(quantity as decimal(38,4))"),
        ("text", "first_value(order_id) over (partition by rep_id order by booking_date, order_id)"),
        ("integer", "count(*) over (partition by rep_id)"),
        ("text", "hex(_row_hash)"),
        ("integer", "cast(date_part('year', booking_date) as bigint)"),
        ("text", "cast(net_amount as text)"),
        ("decimal(38,4)", "(select sum(o.net_amount) from landed.orders as o)"),
    ] {
        let sql = format!("select order_id, {expression} as made from landed.orders");
        let found = compile(vec![model("staging.made", &format!("order_id text; made {kind}"), &sql)]).await;
        if let Err(faults) = found {
            panic!("{expression}: {faults:?}");
        }
    }
}
