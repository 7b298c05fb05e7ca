//! Whom a plan is for, when, and which sales count for whom.

use super::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    ("and", "and", "und"),
    ("date", "{day} {month} {year}", "{day}. {month} {year}"),
    ("month.1", "January", "Januar"),
    ("month.2", "February", "Februar"),
    ("month.3", "March", "März"),
    ("month.4", "April", "April"),
    ("month.5", "May", "Mai"),
    ("month.6", "June", "Juni"),
    ("month.7", "July", "Juli"),
    ("month.8", "August", "August"),
    ("month.9", "September", "September"),
    ("month.10", "October", "Oktober"),
    ("month.11", "November", "November"),
    ("month.12", "December", "Dezember"),
    ("section.plan", "The plan", "Der Plan"),
    ("section.credits", "Which sales count for whom", "Welche Umsätze für wen zählen"),
    ("section.component", "Component {number}: {title}", "Komponente {number}: {title}"),
    ("section.total", "The plan as a whole", "Der Plan im Ganzen"),
    ("section.payment", "From pay earned to pay received", "Vom Verdienst zur Auszahlung"),
    ("step.whom", "Whom it is for", "Für wen er gilt"),
    ("step.when", "When", "Wann"),
    ("step.incentive", "Pay at 100 %", "Vergütung bei 100 %"),
    ("step.days", "Days held", "Besetzte Tage"),
    ("step.conversion", "Currencies", "Währungen"),
    ("whom.for", "The plan is for payees {conditions}.", "Der Plan gilt für alle, {conditions}."),
    ("whom.role", "whose position has the role “{key}”", "deren Position die Rolle „{key}“ hat"),
    ("whom.unit", "whose position belongs to the unit “{key}”", "deren Position zur Einheit „{key}“ gehört"),
    ("whom.position", "who hold the position “{key}”", "die die Position „{key}“ innehaben"),
    ("whom.payee", "who are listed as payee “{key}”", "die als Empfänger „{key}“ geführt werden"),
    (
        "whom.specific",
        "Its pay is called “{code}”. Of several plans of that name that fit a payee, the most specific one applies: payee \
         before position before unit before role. Plans that pay under another name are paid beside it.",
        "Die Vergütung heißt „{code}“. Passen mehrere Pläne dieses Namens, gilt der genaueste: Empfänger vor Position vor \
         Einheit vor Rolle. Pläne mit anderem Namen der Vergütung werden daneben gezahlt.",
    ),
    (
        "when.valid",
        "It applies from {from} to {to}, both days included.",
        "Er gilt vom {from} bis zum {to}, beide Tage eingeschlossen.",
    ),
    (
        "when.paid.base",
        "It is computed for every period of the calendar (usually a month) whose last day lies in that time.",
        "Er wird für jede Periode des Kalenders gerechnet (meist ein Monat), deren letzter Tag in dieser Zeit liegt.",
    ),
    (
        "when.paid.quarter",
        "It is computed for every quarter whose last day lies in that time.",
        "Er wird für jedes Quartal gerechnet, dessen letzter Tag in dieser Zeit liegt.",
    ),
    (
        "when.paid.year",
        "It is computed for every year whose last day lies in that time.",
        "Er wird für jedes Jahr gerechnet, dessen letzter Tag in dieser Zeit liegt.",
    ),
    (
        "incentive.source.roster",
        "What a payee receives at 100 % (the target incentive) is set for each payee in the roster.",
        "Was ein Empfänger bei 100 % erhält (die Zielprämie), steht für jeden Empfänger im Stellenplan.",
    ),
    (
        "incentive.source.none",
        "There is no pay at 100 % (target incentive); no component needs one.",
        "Es gibt keine Vergütung bei 100 % (Zielprämie); keine Komponente braucht sie.",
    ),
    (
        "incentive.source.amount",
        "What a payee receives at 100 % (the target incentive) is {amount} for every {period}.",
        "Was ein Empfänger bei 100 % erhält (die Zielprämie), sind {amount} je {period}.",
    ),
    ("period.base", "period", "Periode"),
    ("period.quarter", "quarter", "Quartal"),
    ("period.year", "year", "Jahr"),
    (
        "days.pay.none",
        "Pay does not shrink with the days on which a payee held the position; a shared position pays its share.",
        "Die Vergütung sinkt nicht mit den Tagen, an denen die Position besetzt war; eine geteilte Position zahlt ihren \
         Anteil.",
    ),
    (
        "days.pay.by_calendar_days",
        "Pay shrinks to the calendar days on which the payee held the position; a shared position pays its share.",
        "Die Vergütung sinkt auf die Kalendertage, an denen der Empfänger die Position innehatte; eine geteilte Position \
         zahlt ihren Anteil.",
    ),
    (
        "days.pay.by_working_days",
        "Pay shrinks to the working days on which the payee held the position; a shared position pays its share.",
        "Die Vergütung sinkt auf die Arbeitstage, an denen der Empfänger die Position innehatte; eine geteilte Position \
         zahlt ihren Anteil.",
    ),
    ("days.target.none", "Targets do not shrink with the days held.", "Ziele sinken nicht mit den besetzten Tagen."),
    (
        "days.target.by_calendar_days",
        "Targets shrink to the calendar days held.",
        "Ziele sinken auf die besetzten Kalendertage.",
    ),
    (
        "days.target.by_working_days",
        "Targets shrink to the working days held.",
        "Ziele sinken auf die besetzten Arbeitstage.",
    ),
    (
        "days.credit.position",
        "Everything that the position collects counts, whoever held it on the day.",
        "Es zählt alles, was die Position sammelt, wer auch immer sie an dem Tag innehatte.",
    ),
    (
        "days.credit.occupancy",
        "Only what was booked on days on which the payee held the position counts.",
        "Es zählt nur, was an Tagen gebucht wurde, an denen der Empfänger die Position innehatte.",
    ),
    (
        "days.minimum",
        "Whoever holds the position on fewer than {count} days of a period earns nothing for it.",
        "Wer die Position an weniger als {count} Tagen einer Periode innehat, verdient in ihr nichts.",
    ),
    (
        "days.leave",
        "Days of these kinds of leave do not count as held: {leaves}.",
        "Tage dieser Abwesenheiten zählen nicht als besetzt: {leaves}.",
    ),
    ("conversion.amounts", "Amounts of this plan are in {currency}.", "Beträge dieses Plans sind in {currency}."),
    (
        "conversion.measure",
        "Sales in other currencies are converted at the {type} {at}.",
        "Umsätze in anderen Währungen werden zum {type} {at} umgerechnet.",
    ),
    (
        "conversion.measure_none",
        "Sales in other currencies are not converted; a component that meets any is not payable.",
        "Umsätze in anderen Währungen werden nicht umgerechnet; eine Komponente, die solche trifft, ist nicht zahlbar.",
    ),
    (
        "conversion.pay.payee",
        "Pay is converted into the payee's own currency at the {type} {at}.",
        "Die Vergütung wird zum {type} {at} in die Währung des Empfängers umgerechnet.",
    ),
    ("conversion.pay.plan", "Pay is paid in {currency}.", "Gezahlt wird in {currency}."),
    ("rate_type.budget", "budget rate", "Budgetkurs"),
    ("rate_type.month_average", "average rate of the month", "Monatsdurchschnittskurs"),
    ("rate_type.spot", "spot rate", "Tageskurs"),
    ("rate_at.booking_date", "of the booking date", "des Buchungstages"),
    ("rate_at.period_begin", "of the period's first day", "des ersten Tages der Periode"),
    ("rate_at.period_end", "of the period's last day", "des letzten Tages der Periode"),
    ("rate_at.plan_begin", "of the plan's first day", "des ersten Tages des Plans"),
    ("scope.all", "everyone", "alle"),
    ("scope.role", "role “{key}”", "Rolle „{key}“"),
    ("scope.unit", "unit “{key}”", "Einheit „{key}“"),
    ("scope.position", "position “{key}”", "Position „{key}“"),
    ("scope.payee", "payee “{key}”", "Empfänger „{key}“"),
    ("products.all", "all products", "alle Produkte"),
    ("products.category", "category {key}", "Kategorie {key}"),
    ("products.brand", "brand {key}", "Marke {key}"),
    ("products.product", "product {key}", "Produkt {key}"),
    ("documents.sale", "sales", "Verkäufe"),
    ("documents.return", "returns", "Retouren"),
    (
        "rule.direct",
        "Rule “{rule}”: {lines} count for the positions that alignment “{alignment}” makes responsible for the customer or \
         place, as it stands {at}.",
        "Regel „{rule}“: {lines} zählen für die Positionen, die nach der Zuordnung „{alignment}“ für den Kunden oder Ort \
         zuständig sind, nach dem Stand {at}.",
    ),
    (
        "rule.split",
        "Rule “{rule}”: {lines} count for the positions named on the line or else on its customer, with the shares named \
         there.",
        "Regel „{rule}“: {lines} zählen für die auf der Zeile oder sonst beim Kunden genannten Positionen mit den dort \
         genannten Anteilen.",
    ),
    (
        "rule.overlay",
        "Rule “{rule}”: beside the direct ones, {lines} also count for the positions of alignment “{alignment}”, as it \
         stands {at}.",
        "Regel „{rule}“: neben den direkten zählen {lines} auch für die Positionen der Zuordnung „{alignment}“, nach dem \
         Stand {at}.",
    ),
    (
        "rule.overlay_position",
        "Rule “{rule}”: beside the direct ones, {share} of {lines} also count for position “{position}”.",
        "Regel „{rule}“: neben den direkten zählen {share} der {lines} auch für die Position „{position}“.",
    ),
    (
        "rule.team.full",
        "Rule “{rule}”: {lines} count in full for every position of team “{team}”.",
        "Regel „{rule}“: {lines} zählen voll für jede Position des Teams „{team}“.",
    ),
    (
        "rule.team.equal",
        "Rule “{rule}”: {lines} count in equal shares for the positions of team “{team}”.",
        "Regel „{rule}“: {lines} zählen zu gleichen Teilen für die Positionen des Teams „{team}“.",
    ),
    (
        "rule.rollup",
        "Rule “{rule}”: what a position is credited counts again for its managers by hierarchy “{hierarchy}”, {levels}.",
        "Regel „{rule}“: was einer Position gutgeschrieben wird, zählt noch einmal für ihre Vorgesetzten nach der \
         Hierarchie „{hierarchy}“, {levels}.",
    ),
    ("levels.1", "one level up", "eine Ebene nach oben"),
    ("levels.6", "through all levels, six at most", "durch alle Ebenen, höchstens sechs"),
    ("levels.some", "up to {count} levels up", "bis zu {count} Ebenen nach oben"),
    ("alignment_at.booking_date", "on the booking date", "am Buchungstag"),
    ("alignment_at.period_end", "at the end of the period", "am Ende der Periode"),
    ("alignment_at.fixed", "on {date}", "am {date}"),
    ("lines", "{documents} ({conditions})", "{documents} ({conditions})"),
    ("lines.channel", "channel “{key}”", "Kanal „{key}“"),
    ("lines.account_kind", "customers of kind “{key}”", "Kunden der Art „{key}“"),
    ("lines.amount", "lines of {amount} or more", "Zeilen ab {amount}"),
    ("lines.margin", "a margin of {rate} or more", "ab einer Marge von {rate}"),
    (
        "returns.follow_original",
        "A return counts against the positions that its sale counted for.",
        "Eine Retoure zählt gegen die Positionen, für die ihr Verkauf zählte.",
    ),
    (
        "returns.own_date",
        "A return counts against the positions that are responsible on its own date.",
        "Eine Retoure zählt gegen die Positionen, die an ihrem eigenen Tag zuständig sind.",
    ),
    (
        "rules.precedence",
        "Where several rules fit a line, the one with the most specific products wins, then the one with more conditions.",
        "Passen mehrere Regeln auf eine Zeile, gilt die mit den genauesten Produkten, dann die mit mehr Bedingungen.",
    ),
];
