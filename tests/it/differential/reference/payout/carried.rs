//! What is owed, and how it is worked off.

use super::{Changes, Payee, Payout};
use crate::differential::{
    company::PayGroup,
    numbers::{Q, zero},
};

/// Debts in the order in which they arose; what is settled goes to the oldest.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// Run, origin, what is left.
    debts: Vec<(usize, usize, Q)>,
    /// Below zero what arose, above zero what was settled.
    pub changes: Changes,
}

impl Queue {
    pub fn arise(&mut self, run: usize, origin: usize, amount: Q) {
        if !amount.is_zero() {
            self.debts.push((run, origin, amount));
            *self.changes.entry((run, origin)).or_insert_with(zero) += -amount;
        }
    }

    pub fn open(&self) -> Q {
        self.debts.iter().fold(zero(), |sum, (.., left)| sum + *left)
    }

    /// Settles so much of the oldest, and gives how many debts of other origins it met.
    pub fn settle(&mut self, run: usize, amount: Q) -> usize {
        let (mut amount, mut met) = (amount, 0);
        for (_, origin, left) in &mut self.debts {
            let settled = amount.min(*left);
            if !settled.is_zero() {
                *left = *left - settled;
                amount = amount - settled;
                met += 1;
                *self.changes.entry((run, *origin)).or_insert_with(zero) += settled;
            }
        }
        self.debts.retain(|(.., left)| !left.is_zero());
        met
    }
}

impl Payee<'_> {
    /// The group of the last day of a run; of several the one that began last.
    fn group(&self, run: usize) -> Option<&PayGroup> {
        let last = self.runs.period(run).to() - 1;
        let mine = self.cell.events.groups.iter().filter(|one| one.payee == self.id);
        mine.filter(|one| one.from <= last && last < one.to).max_by_key(|one| one.from)
    }

    /// Pays what runs come to in a currency, and follows what is left below zero.
    pub fn paid(&self, currency: &str, nets: &Changes, found: &mut Payout) -> Changes {
        let mut queue = Queue::default();
        let mut opening = zero();
        let mut runs: Vec<usize> = nets.keys().map(|(run, _)| *run).collect();
        runs.dedup();
        for run in runs {
            let mine: Vec<(usize, Q)> =
                nets.iter().filter(|((one, _), _)| *one == run).map(|((_, origin), net)| (*origin, *net)).collect();
            let deposit = mine.iter().fold(zero(), |sum, (_, net)| sum + *net);
            let added = mine.iter().fold(zero(), |sum, (_, net)| sum + (-*net).max(zero()));
            let group = self.group(run);
            let limit = group.and_then(|group| group.limit).map(|limit| limit.q());
            let owed = -opening;
            let (payment, closing) = if group.is_some_and(|group| group.may_be_negative) {
                *found.met.entry("payment below zero").or_default() += usize::from(deposit + opening < zero());
                (deposit + opening, zero())
            } else if deposit < zero() {
                (zero(), opening + deposit)
            } else {
                let most = limit.map_or(deposit, |limit| limit.min(deposit));
                let recovered = owed.min(most);
                *found.met.entry("recovery limited").or_default() += usize::from(recovered < owed.min(deposit));
                (deposit - recovered, recovered - owed)
            };
            for (origin, net) in &mine {
                queue.arise(run, *origin, (-*net).max(zero()));
            }
            let mut available = deposit + added;
            if group.is_some_and(|group| group.may_be_negative) {
                available = queue.open();
            } else if let Some(limit) = limit {
                available = available.min(added + limit);
            }
            let met = queue.settle(run, available);
            *found.met.entry("several debts in one run").or_default() += usize::from(met > 1);
            // The debts by origin are the balance.
            assert_eq!(-queue.open(), closing, "{} in {}", self.id, self.id_of(run));
            let key = (self.id.to_owned(), self.id_of(run), currency.to_owned());
            found.payments.insert(key, [opening, deposit, payment, closing]);
            opening = closing;
        }
        queue.changes
    }
}
