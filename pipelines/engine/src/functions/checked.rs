//! Integer `+`, `-` and `*` that fail where the built-in ones wrap.
//!
//! Decimal arithmetic is checked by the engine underneath; integer arithmetic is not, so every such expression is
//! rewritten to a function before anything else looks at the plan.

use std::sync::Arc;

use arrow::{
    compute::kernels::numeric::{add, mul, sub},
    datatypes::{DataType, Field, FieldRef},
};
use datafusion::{
    common::{DFSchema, config::ConfigOptions, exec_datafusion_err, plan_err, tree_node::Transformed},
    error::Result,
    logical_expr::{
        BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
        ScalarUDFImpl, Signature, Volatility, expr_rewriter::FunctionRewrite,
    },
    physical_expr_common::datum::apply,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Which {
    Plus,
    Minus,
    Times,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    which: Which,
    signature: Signature,
}

impl Checked {
    fn shared(which: Which) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::new_from_impl(Self { which, signature: Signature::user_defined(Volatility::Immutable) }))
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.which {
            Which::Plus => "checked_plus",
            Which::Minus => "checked_minus",
            Which::Times => "checked_times",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        match found {
            [left, right] if is_whole(left) && is_whole(right) => Ok(vec![DataType::Int64, DataType::Int64]),
            _ => plan_err!("`{}` takes two integers", self.name()),
        }
    }

    fn return_type(&self, _found: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let is_nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name(), DataType::Int64, is_nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return plan_err!("`{}` takes two integers", self.name());
        };
        let result = match self.which {
            Which::Plus => apply(left, right, add),
            Which::Minus => apply(left, right, sub),
            Which::Times => apply(left, right, mul),
        };
        result.map_err(|error| exec_datafusion_err!("integer arithmetic left 64 bits: {}", error.find_root()))
    }
}

fn is_whole(found: &DataType) -> bool {
    found.is_integer() || found.is_null()
}

/// Puts the checked functions in the place of the operators.
#[derive(Debug)]
pub(super) struct CheckIntegers {
    plus: Arc<ScalarUDF>,
    minus: Arc<ScalarUDF>,
    times: Arc<ScalarUDF>,
}

impl CheckIntegers {
    /// The one there is.
    pub(super) fn new() -> Self {
        Self {
            plus: Checked::shared(Which::Plus),
            minus: Checked::shared(Which::Minus),
            times: Checked::shared(Which::Times),
        }
    }
}

impl FunctionRewrite for CheckIntegers {
    fn name(&self) -> &str {
        "check_integers"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = &expr else {
            return Ok(Transformed::no(expr));
        };
        let function = match op {
            Operator::Plus => &self.plus,
            Operator::Minus => &self.minus,
            Operator::Multiply => &self.times,
            _ => return Ok(Transformed::no(expr)),
        };
        match (left.get_type(schema), right.get_type(schema)) {
            (Ok(one), Ok(other)) if one.is_integer() && other.is_integer() => {
                Ok(Transformed::yes(function.call(vec![left.as_ref().clone(), right.as_ref().clone()])))
            }
            _ => Ok(Transformed::no(expr)),
        }
    }
}
