//! From what the curve gives to what is paid.

use super::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    ("step.weight", "Weight and days", "Gewicht und Tage"),
    ("step.multipliers", "Multipliers", "Multiplikatoren"),
    ("step.limits", "Cap and floor", "Ober- und Untergrenze"),
    ("step.gate", "Gate", "Bedingung"),
    ("step.pool", "Pool", "Topf"),
    ("step.rounding", "Rounding", "Rundung"),
    ("step.timing", "What was earned before", "Was schon verdient ist"),
    ("step.sum", "Sum", "Summe"),
    ("step.draws", "Draws and guarantees", "Vorschüsse und Garantien"),
    ("step.parts", "When it is paid", "Wann gezahlt wird"),
    ("step.clawbacks", "Clawback", "Rückforderung"),
    ("step.balance", "Below zero", "Unter null"),
    ("step.restatement", "Changes in closed periods", "Änderungen in abgeschlossenen Perioden"),
    (
        "weight.share",
        "Its weight is {weight}: pay is what the curve gives × {weight} × the target incentive of the days that count.",
        "Ihr Gewicht ist {weight}: gezahlt wird, was die Kurve ergibt × {weight} × die Zielprämie der Tage, die zählen.",
    ),
    (
        "weight.none",
        "What the curve gives is multiplied by the part of the days that count.",
        "Was die Kurve ergibt, wird mit dem Anteil der Tage malgenommen, die zählen.",
    ),
    (
        "weight.overrides",
        "Other weights, each in place of that one; the most specific applies",
        "Abweichende Gewichte; das genaueste gilt",
    ),
    ("column.weight", "weight", "Gewicht"),
    (
        "multiplier.by",
        "Pay is multiplied by a factor that {axis} of component “{component}” decides, {evaluated}.",
        "Die Vergütung wird mit einem Faktor malgenommen, den {axis} der Komponente „{component}“ bestimmt, \
         {evaluated}.",
    ),
    (
        "multiplier.below",
        "Below the first border the factor is {factor}.",
        "Unter der ersten Grenze ist der Faktor {factor}.",
    ),
    (
        "multiplier.order",
        "Factors apply one after the other, in this order.",
        "Faktoren gelten nacheinander, in dieser Reihenfolge.",
    ),
    ("multiplier.lookup.flat", "The factor of the tier reached applies.", "Es gilt der Faktor der erreichten Stufe."),
    (
        "multiplier.lookup.interpolated",
        "Between two points the factor follows a straight line.",
        "Zwischen zwei Punkten folgt der Faktor der geraden Linie.",
    ),
    ("multiplier.tiers", "Factors by “{component}”", "Faktoren nach „{component}“"),
    ("evaluated.period", "in the period alone", "in der Periode allein betrachtet"),
    ("evaluated.window", "over that component's window", "über deren Zeitraum betrachtet"),
    (
        "cap.target_incentive",
        "At most {at} of the component's target incentive is paid, {holds}.",
        "Höchstens {at} der Zielprämie der Komponente werden gezahlt, {holds}.",
    ),
    ("cap.amount", "At most {at} is paid, {holds}.", "Höchstens {at} werden gezahlt, {holds}."),
    (
        "cap.plan.target_incentive",
        "All components together pay at most {at} of the target incentive, {span}.",
        "Alle Komponenten zusammen zahlen höchstens {at} der Zielprämie, {span}.",
    ),
    (
        "cap.plan.amount",
        "All components together pay at most {at}, {span}.",
        "Alle Komponenten zusammen zahlen höchstens {at}, {span}.",
    ),
    ("cap.excess.forfeit", "What exceeds it is lost.", "Was darüber liegt, verfällt."),
    (
        "cap.excess.defer",
        "What exceeds it is carried and paid later, when there is room.",
        "Was darüber liegt, wird vorgetragen und später gezahlt, sobald Platz ist.",
    ),
    (
        "floor.target_incentive",
        "At least {at} of the component's target incentive is paid, {holds}.",
        "Mindestens {at} der Zielprämie der Komponente werden gezahlt, {holds}.",
    ),
    ("floor.amount", "At least {at} is paid, {holds}.", "Mindestens {at} werden gezahlt, {holds}."),
    (
        "floor.plan.target_incentive",
        "All components together pay at least {at} of the target incentive, {span}.",
        "Alle Komponenten zusammen zahlen mindestens {at} der Zielprämie, {span}.",
    ),
    (
        "floor.plan.amount",
        "All components together pay at least {at}, {span}.",
        "Alle Komponenten zusammen zahlen mindestens {at}, {span}.",
    ),
    ("holds.transaction", "for every transaction", "für jede Transaktion"),
    ("holds.window", "over all that the curve is applied to", "über alles, worauf die Kurve angewandt wird"),
    ("span.period", "in every period", "in jeder Periode"),
    ("span.quarter_to_date", "from the beginning of the quarter", "vom Beginn des Quartals an"),
    ("span.year_to_date", "from the beginning of the year", "vom Beginn des Jahres an"),
    (
        "gate.at_least",
        "If {axis} of component “{component}” is below {border}, {evaluated}, pay is multiplied by {otherwise}.",
        "Liegt {axis} der Komponente „{component}“ unter {border}, {evaluated}, wird die Vergütung mit \
         {otherwise} malgenommen.",
    ),
    (
        "gate.above",
        "Unless {axis} of component “{component}” is above {border}, {evaluated}, pay is multiplied by {otherwise}.",
        "Liegt {axis} der Komponente „{component}“ nicht über {border}, {evaluated}, wird die Vergütung mit \
         {otherwise} malgenommen.",
    ),
    ("gate.later.none", "", ""),
    (
        "gate.later.reverse",
        "If it shuts later, what was earned before is taken back.",
        "Wird sie später nicht mehr erfüllt, wird das zuvor Verdiente zurückgenommen.",
    ),
    (
        "gate.later.withhold",
        "If it shuts later, what was earned before stays, and the rest comes when it opens again.",
        "Wird sie später nicht mehr erfüllt, bleibt das zuvor Verdiente, und der Rest kommt, wenn sie wieder erfüllt ist.",
    ),
    (
        "gate.later.forfeit",
        "If it shuts later, what was earned before stays, and what grows while it is shut is lost.",
        "Wird sie später nicht mehr erfüllt, bleibt das zuvor Verdiente, und was währenddessen wächst, verfällt.",
    ),
    (
        "gate.all",
        "All of these conditions apply, one after the other.",
        "Alle diese Bedingungen gelten, eine nach der anderen.",
    ),
    (
        "pool.amount",
        "The points of {cohort} share a pot of {amount} for every {period}, to the cent.",
        "Die Punkte von {cohort} teilen einen Topf von {amount} je {period}, auf den Cent.",
    ),
    (
        "pool.rate",
        "The points of {cohort} share a pot, to the cent: {rate} of what component “{component}” measures nationally.",
        "Die Punkte von {cohort} teilen einen Topf, auf den Cent: {rate} dessen, was die Komponente „{component}“ national misst.",
    ),
    (
        "rounding.here",
        "The result is rounded here, {digits}, {mode}.",
        "Das Ergebnis wird hier gerundet, {digits}, {mode}.",
    ),
    ("rounding.decimals", "to {count} decimals", "auf {count} Nachkommastellen"),
    ("rounding.whole", "to whole units of the currency", "auf ganze Einheiten der Währung"),
    ("rounding.tens", "to {unit}", "auf {unit}"),
    (
        "rounding.transaction",
        "Every transaction's pay is rounded by itself, {digits}, {mode}.",
        "Die Vergütung jeder Transaktion wird für sich gerundet, {digits}, {mode}.",
    ),
    (
        "rounding.later",
        "It is not rounded here, but in the sum of the plan.",
        "Hier wird nicht gerundet, sondern in der Summe des Plans.",
    ),
    (
        "timing.true_up",
        "What this payee has already earned for this component in the same time is subtracted, so that the time ends right.",
        "Was der Empfänger für diese Komponente in derselben Zeit schon verdient hat, wird abgezogen, so dass die Zeit \
         richtig endet.",
    ),
    (
        "timing.running_rate.period",
        "The running total picks the rate, and the rate applies to this period's part alone.",
        "Die laufende Summe bestimmt den Satz, und der Satz gilt nur für den Teil dieser Periode.",
    ),
    (
        "timing.running_rate.transaction",
        "The running total after each transaction picks the rate, and the rate applies to that transaction alone; they \
         count in the order of their booking dates.",
        "Die laufende Summe nach jeder Transaktion bestimmt den Satz, und der Satz gilt nur für diese Transaktion; sie \
         zählen in der Reihenfolge ihrer Buchungstage.",
    ),
    (
        "sum.components",
        "The pay of the components is added up: {components}.",
        "Die Vergütung der Komponenten wird zusammengezählt: {components}.",
    ),
    (
        "balance.carried",
        "A run never pays less than nothing: what is below zero is carried and set off later.",
        "Gezahlt wird nie weniger als nichts: was unter null liegt, wird vorgetragen und später verrechnet.",
    ),
    (
        "restatement.reach",
        "A change in a closed period is followed up to {count} periods back from the open one.",
        "Eine Änderung in einer abgeschlossenen Periode wird bis zu {count} Perioden vor die offene zurückverfolgt.",
    ),
    (
        "restatement.from",
        "Differences of {amount} or more are passed on to the open period.",
        "Unterschiede ab {amount} werden an die offene Periode weitergegeben.",
    ),
    (
        "restatement.direction.both",
        "They count whether they raise pay or lower it.",
        "Sie zählen, ob sie die Vergütung heben oder senken.",
    ),
    ("restatement.direction.up", "Only what raises pay counts.", "Es zählt nur, was die Vergütung hebt."),
    ("restatement.direction.down", "Only what lowers pay counts.", "Es zählt nur, was die Vergütung senkt."),
    (
        "restatement.maps.frozen_at_cut",
        "Who is responsible for whom stays as it was when the inputs of the period were frozen.",
        "Wer wofür zuständig ist, bleibt, wie es beim Einfrieren der Eingaben der Periode war.",
    ),
    (
        "restatement.maps.restated",
        "Who is responsible for whom is taken as it is known now.",
        "Wer wofür zuständig ist, gilt nach heutigem Stand.",
    ),
    (
        "restatement.begin",
        "This binds from the first period that is closed; until then every run computes every period anew.",
        "Das bindet ab der ersten abgeschlossenen Periode; bis dahin rechnet jeder Lauf jede Periode neu.",
    ),
    ("draw.kind.recoverable", "recoverable draw", "rückzahlbarer Vorschuss"),
    ("draw.kind.non_recoverable", "draw that is not recovered", "nicht rückzahlbarer Vorschuss"),
    ("draw.kind.guarantee", "guarantee", "Garantie"),
    (
        "draw.amount",
        "{kind} “{draw}”: {amount} for every {period}, from {from} to {to}.",
        "{kind} „{draw}“: {amount} je {period}, vom {from} bis zum {to}.",
    ),
    (
        "draw.rate",
        "{kind} “{draw}”: {rate} of the period's target incentive, from {from} to {to}.",
        "{kind} „{draw}“: {rate} der Zielprämie der Periode, vom {from} bis zum {to}.",
    ),
    (
        "draw.proration.none",
        "It is given in full, whatever days were held.",
        "Er wird voll gewährt, gleich an welchen Tagen die Position besetzt war.",
    ),
    (
        "draw.proration.by_calendar_days",
        "It shrinks to the calendar days held.",
        "Er sinkt auf die besetzten Kalendertage.",
    ),
    (
        "draw.proration.by_working_days",
        "It shrinks to the working days held.",
        "Er sinkt auf die besetzten Arbeitstage.",
    ),
    (
        "draw.recovery",
        "From {from} on, {rate} of what is earned above it pays it back.",
        "Ab dem {from} zahlen {rate} dessen, was darüber hinaus verdient wird, ihn zurück.",
    ),
    (
        "draw.limit",
        "At most {amount} is taken back in a pay run.",
        "Höchstens {amount} werden je Zahlungslauf zurückgenommen.",
    ),
    ("parts.title", "Parts of what is earned", "Teile des Verdienten"),
    ("parts.at_once", "What is earned is due at once.", "Verdientes ist sofort fällig."),
    ("column.name", "part", "Teil"),
    ("column.due", "due", "fällig"),
    ("release.at_once", "at once", "sofort"),
    ("release.after_days", "after {count} days", "nach {count} Tagen"),
    ("release.after_months", "after {count} months", "nach {count} Monaten"),
    ("release.year_end", "at the end of the year", "am Ende des Jahres"),
    (
        "release.spread",
        "{due}, in {count} equal parts, one a month",
        "{due}, in {count} gleichen Teilen, einer je Monat",
    ),
    ("release.event", "when “{event}” happens", "wenn „{event}“ eintritt"),
    ("clawback.title", "Taken back for “{cause}”", "Rückforderung wegen „{cause}“"),
    (
        "clawback.earned",
        "If “{cause}” happens, the table's part of what was earned is taken back, in {count} instalments.",
        "Tritt „{cause}“ ein, wird der Anteil der Tabelle vom Verdienten zurückgefordert, in {count} Raten.",
    ),
    (
        "clawback.paid",
        "If “{cause}” happens, the table's part of what was paid is taken back, in {count} instalments.",
        "Tritt „{cause}“ ein, wird der Anteil der Tabelle vom Gezahlten zurückgefordert, in {count} Raten.",
    ),
    ("clawback.counted.months", "months passed", "vergangene Monate"),
    ("clawback.counted.payments", "payments received", "erhaltene Zahlungen"),
    ("column.taken", "taken back", "zurückgefordert"),
];
