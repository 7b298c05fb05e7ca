//! A curve drawn as SVG: axes with their units, borders with a closed circle where they belong and an open one where
//! they do not. Coordinates are integers, colours follow light and dark, and there is no script.

use kernel::exact::Fixed;

use super::{
    page::Picture,
    payout::Curve,
    quantity::{Language, ONE, ZERO, above, from_units, larger, negative, same, smaller, units},
};

/// The drawing's width in its own units; ten of them are one pixel.
const WIDTH: i128 = 7200;
const HEIGHT: i128 = 3800;
const LEFT: i128 = 980;
const RIGHT: i128 = 7000;
const TOP: i128 = 300;
const BOTTOM: i128 = 3120;
/// Pieces that a bent line is drawn of.
const PIECES: i128 = 48;

const STYLE: &str = "\
text{font-family:system-ui,sans-serif;font-size:130px}.g{stroke:#d9dde3}.a{stroke:#5b6472}.t{fill:#3b4350}.u{fill:\
#3b4350;font-weight:600}.l{fill:none;stroke:#0b62a4;stroke-width:34;stroke-linejoin:round}.b{stroke:#8a93a1;\
stroke-dasharray:30 40}.c{stroke:#b4552d;stroke-width:20;stroke-dasharray:90 60}.k{fill:#b4552d}.f{fill:#0b62a4;stroke:#0b62a4;stroke-width:26}.o{fill:#fff;stroke:#0b62a4;stroke-width:26}\
.g,.a,.b{stroke-width:10;fill:none}@media(prefers-color-scheme:dark){.g{stroke:#333b47}.a{stroke:#9aa4b2}.t,.u{\
fill:#d5dae2}.l{stroke:#6cb6f0}.b{stroke:#6f7a89}.c{stroke:#e59a72}.k{fill:#e59a72}.f{fill:#6cb6f0;stroke:#6cb6f0}\
.o{fill:#14181d;stroke:#6cb6f0}}";

/// What stands at the axes, and a limit that is drawn across.
pub(crate) struct Labels {
    /// For people who cannot see it, and above it.
    pub(crate) title: String,
    /// Along the bottom.
    pub(crate) across: String,
    /// Above the upright axis.
    pub(crate) up: String,
    /// The most that is paid, and what it is called.
    pub(crate) cap: Option<(Fixed, String)>,
}

/// Two ends of a piece of the curve, and whether each belongs to it.
struct Piece {
    points: Vec<(Fixed, Fixed)>,
    has_begin: bool,
    has_end: bool,
    is_open_end: bool,
}

/// The curve as SVG; none for a matrix, and where nothing can be drawn.
pub(crate) fn draw(curve: &Curve, labels: &Labels, language: Language) -> Option<Picture> {
    if curve.is_matrix || curve.tiers.is_empty() {
        return None;
    }
    let (low, high) = across(curve)?;
    let pieces = pieces(curve, low, high);
    let heights = pieces.iter().flat_map(|piece| piece.points.iter().map(|(_, height)| *height));
    let cap = labels.cap.as_ref().map(|(cap, _)| *cap);
    let (mut floor, mut ceiling) = heights
        .chain(cap)
        .fold((ZERO, ZERO), |(floor, ceiling), height| (smaller(floor, height), larger(ceiling, height)));
    if same(floor, ceiling) {
        (floor, ceiling) = (ZERO, larger(ONE, ceiling));
    }
    let frame = Frame { low: units(low), high: units(high), floor: units(floor), ceiling: units(ceiling) }.rounded();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"720\" role=\"img\" \
         aria-label=\"{0}\"><title>{0}</title><style>{STYLE}</style>",
        escape(&labels.title)
    );
    frame.axes(curve, labels, language, &mut svg);
    if let Some((cap, word)) = &labels.cap {
        let y = frame.y(units(*cap));
        svg.push_str(&format!("<path class=\"c\" d=\"M{LEFT} {y}H{RIGHT}\"/>"));
        svg.push_str(&format!("<text class=\"k\" x=\"{}\" y=\"{}\">{}</text>", LEFT + 80, y - 50, escape(word)));
    }
    for piece in &pieces {
        frame.line(piece, &mut svg);
    }
    circles(&frame, &pieces, &mut svg);
    svg.push_str("</svg>");
    Some(Picture { title: labels.title.clone(), svg })
}

/// Which part of the axis is shown: all borders, and some more on both sides.
fn across(curve: &Curve) -> Option<(Fixed, Fixed)> {
    let bends = curve.bends();
    let (first, last) = (*bends.first()?, *bends.last()?);
    let is_share = curve.is_share;
    let base = if is_share { larger(last, ONE) } else { last };
    let low = smaller(first, ZERO);
    let span = units(base) - units(low);
    let span = if span == 0 { units(ONE) * if is_share { 1 } else { 1000 } } else { span };
    let high = from_units(units(base) + span / 5);
    let low = if curve.below == "mirror" { negative(from_units(units(high) / 2)) } else { low };
    Some((low, high))
}

/// The curve in pieces that nothing interrupts.
fn pieces(curve: &Curve, low: Fixed, high: Fixed) -> Vec<Piece> {
    let is_mirrored = curve.below == "mirror";
    let mut made: Vec<Piece> = Vec::new();
    if is_mirrored {
        made.extend(upwards(curve, ZERO, negative(low)).iter().rev().map(mirror));
    }
    made.extend(upwards(curve, if is_mirrored { ZERO } else { low }, high));
    made
}

/// The pieces from `low` to `high`, what lies below the first border included.
fn upwards(curve: &Curve, low: Fixed, high: Fixed) -> Vec<Piece> {
    let mut made: Vec<Piece> = Vec::new();
    let first = curve.tiers.first();
    if let (Some(first), Some(height)) = (first.filter(|first| above(first.from, low)), curve.pay_below()) {
        let height = curve.within_limits(height);
        let points = vec![(low, height), (first.from, height)];
        made.push(Piece { points, has_begin: true, has_end: !first.includes_from, is_open_end: false });
    }
    for (at, tier) in curve.tiers.iter().enumerate().filter(|(_, tier)| above(high, tier.from)) {
        let next = curve.tiers.get(at + 1).filter(|next| above(high, next.from));
        let end = tier.to.map_or(high, |to| smaller(to, high));
        let points = points(curve, at, larger(tier.from, low), end);
        let has_end = next.is_none_or(|next| !next.includes_from);
        made.push(Piece { points, has_begin: tier.includes_from, has_end, is_open_end: next.is_none() });
    }
    made.retain(|piece| piece.points.len() > 1);
    made
}

fn mirror(piece: &Piece) -> Piece {
    let points = piece.points.iter().rev().map(|(x, y)| (negative(*x), negative(*y))).collect();
    Piece { points, has_begin: piece.has_end, has_end: piece.has_begin, is_open_end: false }
}

fn points(curve: &Curve, tier: usize, from: Fixed, to: Fixed) -> Vec<(Fixed, Fixed)> {
    let mut places = vec![from];
    let (begin, end) = (units(from), units(to));
    let is_straight = curve.is_straight() && curve.cap.is_none() && curve.floor.is_none();
    if !is_straight {
        places.extend((1..PIECES).map(|at| from_units(begin + (end - begin) * at / PIECES)));
    }
    places.extend(curve.bends().into_iter().filter(|bend| above(*bend, from) && above(to, *bend)));
    places.push(to);
    places.sort_by(|a, b| a.compare(*b));
    let mut made: Vec<(Fixed, Fixed)> = Vec::new();
    let mut before: Option<Fixed> = None;
    for at in places {
        if let Some(corner) = before.and_then(|before| corner(curve, tier, before, at)) {
            made.extend(limited_within(curve, tier, corner).map(|height| (corner, height)));
        }
        made.extend(limited_within(curve, tier, at).map(|height| (at, height)));
        before = Some(at);
    }
    made
}

fn limited_within(curve: &Curve, tier: usize, at: Fixed) -> Option<Fixed> {
    Some(curve.within_limits(curve.pay_within(tier, at)?))
}

/// Where between two places the curve meets its cap or floor; none if it does not.
fn corner(curve: &Curve, tier: usize, low: Fixed, high: Fixed) -> Option<Fixed> {
    let is_limited = |at: Fixed| {
        let paid = curve.pay_within(tier, at)?;
        Some(!same(paid, curve.within_limits(paid)))
    };
    let (begins, ends) = (is_limited(low)?, is_limited(high)?);
    if begins == ends {
        return None;
    }
    let (mut low, mut high) = (units(low), units(high));
    while high - low > 1 {
        let middle = (low + high) / 2;
        (low, high) = if is_limited(from_units(middle))? == begins { (middle, high) } else { (low, middle) };
    }
    Some(from_units(if begins { high } else { low }))
}

/// What part of both axes is drawn where.
struct Frame {
    low: i128,
    high: i128,
    floor: i128,
    ceiling: i128,
}

impl Frame {
    /// With the upright axis ending at round numbers.
    fn rounded(self) -> Self {
        let step = step(self.ceiling - self.floor);
        let ceiling = (self.ceiling.div_euclid(step) + 1) * step;
        let floor = if self.floor < 0 { (self.floor.div_euclid(step)) * step } else { 0 };
        Self { floor, ceiling, ..self }
    }

    fn x(&self, at: i128) -> i128 {
        LEFT + (at - self.low) * (RIGHT - LEFT) / (self.high - self.low).max(1)
    }

    fn y(&self, at: i128) -> i128 {
        BOTTOM - (at - self.floor) * (BOTTOM - TOP) / (self.ceiling - self.floor).max(1)
    }

    fn axes(&self, curve: &Curve, labels: &Labels, language: Language, svg: &mut String) {
        for at in ticks(self.floor, self.ceiling) {
            let y = self.y(at);
            svg.push_str(&format!("<path class=\"g\" d=\"M{LEFT} {y}H{RIGHT}\"/>"));
            let text = escape(&height_words(curve, from_units(at), language));
            svg.push_str(&format!(
                "<text class=\"t\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{text}</text>",
                LEFT - 70,
                y + 45
            ));
        }
        for at in ticks(self.low, self.high) {
            let x = self.x(at);
            let text = escape(&place_words(curve, from_units(at), language));
            svg.push_str(&format!("<path class=\"a\" d=\"M{x} {BOTTOM}v60\"/>"));
            svg.push_str(&format!(
                "<text class=\"t\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
                BOTTOM + 210
            ));
        }
        for bend in curve.bends() {
            let x = self.x(units(bend));
            svg.push_str(&format!("<path class=\"b\" d=\"M{x} {TOP}V{BOTTOM}\"/>"));
        }
        let (zero, upright) = (self.y(0), self.x(0.max(self.low)));
        svg.push_str(&format!("<path class=\"a\" d=\"M{LEFT} {zero}H{RIGHT}M{upright} {TOP}V{BOTTOM}\"/>"));
        svg.push_str(&format!("<path class=\"a\" d=\"M{LEFT} {BOTTOM}H{RIGHT}\"/>"));
        svg.push_str(&format!(
            "<text class=\"u\" x=\"{RIGHT}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            BOTTOM + 480,
            escape(&labels.across)
        ));
        svg.push_str(&format!("<text class=\"u\" x=\"80\" y=\"{}\">{}</text>", TOP - 130, escape(&labels.up)));
    }

    fn line(&self, piece: &Piece, svg: &mut String) {
        let mut path = String::new();
        for (at, (x, y)) in piece.points.iter().enumerate() {
            let word = if at == 0 { 'M' } else { 'L' };
            path.push_str(&format!("{word}{} {}", self.x(units(*x)), self.y(units(*y))));
        }
        svg.push_str(&format!("<path class=\"l\" d=\"{path}\"/>"));
    }
}

/// Where pieces do not meet, each end shows whether the border belongs to it.
fn circles(frame: &Frame, pieces: &[Piece], svg: &mut String) {
    let mut mark = |(x, y): (Fixed, Fixed), is_closed: bool| {
        let class = if is_closed { 'f' } else { 'o' };
        let (x, y) = (frame.x(units(x)), frame.y(units(y)));
        svg.push_str(&format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"52\"/>"));
    };
    for (at, piece) in pieces.iter().enumerate() {
        let next = pieces.get(at + 1);
        let meets = |end: &(Fixed, Fixed), begin: &(Fixed, Fixed)| same(end.1, begin.1);
        if at == 0 && piece.points.first().is_some_and(|(x, _)| units(*x) > frame.low) {
            piece.points.first().into_iter().for_each(|begin| mark(*begin, piece.has_begin));
        }
        if piece.is_open_end {
            continue;
        }
        let (Some(end), Some(begin)) = (piece.points.last(), next.and_then(|next| next.points.first())) else {
            continue;
        };
        if !meets(end, begin) {
            mark(*end, piece.has_end);
            mark(*begin, next.is_some_and(|next| next.has_begin));
        }
    }
}

/// A round step that cuts a span into four to ten parts.
fn step(span: i128) -> i128 {
    let mut power = 1;
    while power * 10 * 4 <= span {
        power *= 10;
    }
    [10, 5, 2, 1].into_iter().map(|times| times * power).find(|step| span / step >= 4).unwrap_or(1)
}

fn ticks(low: i128, high: i128) -> Vec<i128> {
    let step = step(high - low);
    let first = -((-low).div_euclid(step));
    (first..).map(|at| at * step).take_while(|at| *at <= high).collect()
}

/// A place of the axis in words.
pub(crate) fn place_words(curve: &Curve, at: Fixed, language: Language) -> String {
    if curve.is_share { language.percent(at) } else { language.number(at) }
}

/// What a curve gives, in words.
pub(crate) fn height_words(curve: &Curve, height: Fixed, language: Language) -> String {
    let is_share = match curve.output.as_str() {
        "percent_of_target_incentive" => true,
        "rate_on_basis" => curve.axis == "attainment" || curve.basis.is_none(),
        _ => false,
    };
    if is_share { language.percent(height) } else { language.number(height) }
}

/// Text as it may stand in HTML and SVG.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
