//! What a plan is to its reader: told in words, drawn, compared with another version, and looked at for surprises.
//!
//! Reads the compiled tables only, so that a document, and the tables of a release, are told alike. Promises exact
//! decimals that round where the models round. Knows no file, and no seat but those it is given.

mod changes;
mod html;
mod outlook;
mod page;
mod payout;
mod picture;
mod quantity;
mod sentences;
mod spend;
mod view;
pub mod vocabulary;

#[cfg(test)]
mod tests;

pub use changes::{Change, Changes, Effect, changes};
pub use outlook::{Cost, Fall, Jump, Outlook, Threshold, outlook};
pub use page::{Grid, Page, Picture, Section, Sentence, Step};
pub use payout::{Curve, Stretch};
pub use quantity::Language;
pub use sentences::page;
pub use spend::{Seats, spend};
pub use view::{PlanView, Row};
