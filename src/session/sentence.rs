//! What a check says to a person.

use crate::lab::Expectation;
use crate::word::later::{Later, later_word};

/// What a check says: what is still missing, or what holds now.
pub fn sentence(check: &Expectation, holds: bool) -> Later {
    match check.then.as_str() {
        _ if !holds => Later::from(&check.otherwise),
        "" => later_word!("check-turned", was = check.otherwise.as_str()),
        then => Later::from(then),
    }
}
