//! What the reference says of the functions.

/// What the reference says of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionDoc {
    /// As SQL calls it.
    pub name: &'static str,
    /// Arguments and result with their types.
    pub signature: &'static str,
    /// What it computes, with the place where it rounds.
    pub formula: &'static str,
    /// When the result is null.
    pub nulls: &'static str,
    /// When it is an error instead of a value.
    pub errors: &'static str,
}

const fn doc(
    name: &'static str,
    signature: &'static str,
    formula: &'static str,
    nulls: &'static str,
    errors: &'static str,
) -> FunctionDoc {
    FunctionDoc { name, signature, formula, nulls, errors }
}

/// Every function for the reference, in the order in which the formats list them.
pub fn catalogue() -> Vec<FunctionDoc> {
    let mut all = of_one_row();
    all.extend(of_many_rows());
    all
}

fn of_one_row() -> Vec<FunctionDoc> {
    let any_null = "if an argument is null";
    let too_large = "if the result does not fit its type";
    vec![
        doc(
            "ratio",
            "ratio(a, b, scale [, mode]) → decimal(38, scale)",
            "a ÷ b, rounded once to `scale` digits, which is a literal from 0 to 38",
            "if b is zero or an argument is null",
            too_large,
        ),
        doc("times", "times(a, b) → decimal(38,10)", "a × b, rounded once, half-up, to scale 10", any_null, too_large),
        doc(
            "times_each",
            "times_each(amount, rates) → decimal(38,10)",
            "the amount × each of a list of rates in turn, each product rounded half-up to scale 10; the list is \
             `array_agg(rate order by number)`, and null leaves the amount as it is",
            "if the amount or one of the rates is null",
            too_large,
        ),
        doc(
            "round_to",
            "round_to(x, scale [, mode]) → decimal(38, scale)",
            "x rounded to `scale` digits, which is a literal from 0 to 38",
            any_null,
            too_large,
        ),
        doc(
            "round_money",
            "round_money(x, digits, mode) → decimal(19,4)",
            "x rounded to `digits` decimals, −14 to 4; digits and mode may be columns",
            any_null,
            "if the result does not fit its type, or digits or mode are none of those listed",
        ),
        doc(
            "interpolate",
            "interpolate(x, x0, y0, x1, y1) → decimal(38,10)",
            "y0 + (x − x0) × (y1 − y0) ÷ (x1 − x0), multiplied before divided, rounded once, half-up, to scale 10; \
             the line goes on beyond its points",
            "if x0 equals x1 or an argument is null",
            too_large,
        ),
        doc(
            "slice",
            "slice(x, from, to) → decimal(38,10)",
            "min(x, to) − from where that is above zero, else zero: the part of x in [from, to); `to` null is open",
            "if x or from is null",
            too_large,
        ),
        doc(
            "equal_share",
            "equal_share(count, ordinal) → decimal(18,6)",
            "1 ÷ count cut to scale 6; the first (1000000 mod count) shares get one millionth more, so all add up to 1",
            any_null,
            "unless 1 ≤ ordinal ≤ count",
        ),
        doc(
            "formula",
            "formula(expression, values) → decimal(38,10)",
            "the expression of a plan over a list of values, `#1` the first: + − exact, × ÷ rounded half-up to scale 10; \
             the list is `array_agg(value order by term_number)`",
            "if the expression is empty, a value it needs is null, a division is by zero, or an argument is null",
            "if a step does not fit its type, the text is no formula, or a term is not in the list",
        ),
        doc("hex", "hex(bytes) → text", "lower-case hexadecimal, two digits a byte", any_null, "never"),
    ]
}

fn of_many_rows() -> Vec<FunctionDoc> {
    vec![
        doc(
            "largest_remainder",
            "largest_remainder(amount, weight, digits) over (partition by … order by …) → decimal(19,4)",
            "the row's part of the partition's one amount, split by weight in units of `digits` decimals, −14 to 4; \
             units left over go to the largest remainders, ties by the window's order; a negative amount is split as \
             the mirror of the positive one; the parts add up to the amount",
            "if all weights are zero, or amount or digits are null; a row whose weight is null takes no part",
            "if the rows differ in amount or digits, a weight is negative, or the amount is no whole number of units",
        ),
        doc(
            "sum",
            "sum(x) → decimal(38, scale of x), of integers an integer",
            "the sum of the values that are not null, in 256 bits, so that the order does not matter; a window may use it",
            "if no value is left",
            "if the total does not fit its type; of floats and with `distinct` it is refused",
        ),
    ]
}
