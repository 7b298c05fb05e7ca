//! Stub.
use datafusion::logical_expr::LogicalPlan;
use kernel::names::TableName;
/// Stub.
#[derive(Debug, Default)]
pub struct Lineage;
impl Lineage {
    /// Stub.
    pub fn of(_: &[(TableName, &LogicalPlan)]) -> Self { Self }
}
/// Stub.
pub struct Forbidden { pub what: String, pub expression: String }
/// Stub.
pub fn forbidden(_: &LogicalPlan) -> Vec<Forbidden> { Vec::new() }
