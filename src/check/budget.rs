//! What one evaluation may cost. An expression may come from anybody, and is evaluated on the
//! thread that draws the screen: what costs more than this is given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cel::common::types::{CelBytes, CelInt, CelList, CelMap, CelString};
use cel::common::value::{CowVal, Val};
use cel::{Context, ExecutionError, FunctionContext};

use super::meter::{EACH, GLANCE, PATTERN, SEARCH, TEXT, WHOLE};
use super::pattern;

/// The most steps of an evaluation: some hundredths of a second.
const STEPS: u64 = 400_000;

/// The most bytes that an evaluation may look at or make.
const BYTES: u64 = 16 * 1024 * 1024;

/// All expressions on the same facts together have as much as so many.
const TOGETHER: u64 = 4;

/// What a value weighs in bytes beside its text: the box that it is in.
const BOX: u64 = 16;

/// How many states of a pattern are made for the price of a step.
const MADE: u64 = 16;

/// How many states of a pattern are followed over a byte of a text for the price of a step.
const FOLLOWED: u64 = 64;

/// What an evaluation has cost so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    steps: AtomicU64,
    bytes: AtomicU64,
    /// The states of the largest pattern: all texts are taken to be searched with it.
    states: AtomicU64,
    spent: AtomicBool,
}

/// What an evaluation has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Parts of the expression evaluated.
    pub steps: u64,
    /// Bytes of values looked at or made.
    pub bytes: u64,
}

/// What all evaluations on the same facts have cost: there may be many expressions.
#[derive(Debug, Default)]
pub(super) struct All {
    steps: AtomicU64,
    bytes: AtomicU64,
}

impl All {
    pub(super) fn add(&self, cost: Cost) {
        add(&self.steps, cost.steps);
        add(&self.bytes, cost.bytes);
    }

    /// Whether no more is evaluated.
    pub(super) fn is_all(&self) -> bool {
        let spent = |of: &AtomicU64| of.load(Ordering::Relaxed);
        spent(&self.steps) > STEPS * TOGETHER || spent(&self.bytes) > BYTES * TOGETHER
    }
}

impl Cost {
    /// The most that an evaluation may cost.
    pub const MOST: Self = Self {
        steps: STEPS,
        bytes: BYTES,
    };
}

impl Budget {
    /// A budget of which `steps` are used already.
    pub(super) fn new(steps: u64) -> Arc<Self> {
        let budget = Self::default();
        budget.steps.store(steps, Ordering::Relaxed);
        Arc::new(budget)
    }

    /// Whether it was used up, whatever the evaluation then came to.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed)
    }

    /// What was used of it.
    pub(super) fn cost(&self) -> Cost {
        Cost {
            steps: self.steps.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    /// Pays for a value that is looked at as a whole.
    pub(super) fn weigh(&self, value: &(dyn Val + '_)) -> Result<(), ExecutionError> {
        self.pay(0, weight(value, BYTES))
    }

    fn pay(&self, steps: u64, bytes: u64) -> Result<(), ExecutionError> {
        let steps = add(&self.steps, steps);
        let bytes = add(&self.bytes, bytes);
        if steps > STEPS || bytes > BYTES {
            self.spent.store(true, Ordering::Relaxed);
        }
        if self.is_spent() {
            return Err(ExecutionError::function_error("budget", "it is used up"));
        }
        Ok(())
    }

    /// Pays for a value that is looked at in one of the ways of `meter`.
    fn charge(
        &self,
        way: &str,
        value: &(dyn Val + '_),
        count: Option<u64>,
    ) -> Result<(), ExecutionError> {
        match way {
            EACH => self.pay(count.unwrap_or(1), 0),
            GLANCE => self.pay(0, glance(value)),
            SEARCH if value.downcast_ref::<CelMap<'_>>().is_some() => self.pay(0, BOX),
            PATTERN => {
                let text = value.downcast_ref::<CelString<'_>>();
                let states = text.map_or(0, |text| pattern::states(text.inner()));
                self.states.fetch_max(states, Ordering::Relaxed);
                self.pay(states / MADE, weight(value, BYTES))
            }
            TEXT => {
                let length = weight(value, BYTES);
                let states = self.states.load(Ordering::Relaxed);
                self.pay(length.saturating_mul(states) / FOLLOWED, length)
            }
            _ => self.weigh(value),
        }
    }
}

/// Makes the functions of `meter` known, which pay from a budget.
pub(super) fn declare(context: &mut Context<'_, '_>, budget: &Arc<Budget>) {
    for way in [EACH, GLANCE, SEARCH, PATTERN, TEXT, WHOLE] {
        // A name that cannot be written cannot be taken.
        let _ = context.add_function(way, function(way, Arc::clone(budget)));
    }
}

/// A function of values, as the language has it.
type Function = Box<
    dyn for<'context, 'call> Fn(
            &mut FunctionContext<'context, 'call>,
        ) -> Result<CowVal<'context, 'call>, ExecutionError>
        + Send
        + Sync,
>;

/// The function that gives its first argument back, paid for.
fn function(way: &'static str, budget: Arc<Budget>) -> Function {
    Box::new(move |call| {
        let count = call.args.get(1).and_then(|count| number(count.as_ref()));
        let value = call.args.drain(..).next();
        let value = value.ok_or_else(|| ExecutionError::invalid_argument_count(1, 0))?;
        budget.charge(way, value.as_ref(), count)?;
        Ok(value)
    })
}

fn number(value: &(dyn Val + '_)) -> Option<u64> {
    let number = value.downcast_ref::<CelInt>()?;
    u64::try_from(*number.inner()).ok()
}

fn add(to: &AtomicU64, more: u64) -> u64 {
    let sum = to.load(Ordering::Relaxed).saturating_add(more);
    to.store(sum, Ordering::Relaxed);
    sum
}

/// The bytes of a text, or of the box of anything else.
fn glance(value: &(dyn Val + '_)) -> u64 {
    let text = value.downcast_ref::<CelString<'_>>();
    let length = text.map(|text| text.inner().len()).or_else(|| {
        let bytes = value.downcast_ref::<CelBytes<'_>>();
        bytes.map(|bytes| bytes.inner().len())
    });
    BOX.saturating_add(length.map_or(0, |length| length as u64))
}

/// The bytes of a value with all that is in it; it stops counting above `most`.
fn weight(value: &(dyn Val + '_), most: u64) -> u64 {
    let mut sum = glance(value);
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        for one in list.inner() {
            if sum > most {
                break;
            }
            sum = sum.saturating_add(weight(one.as_ref(), most - sum));
        }
    } else if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        for (key, one) in map.inner() {
            if sum > most {
                break;
            }
            let key = glance(key.inner());
            sum = sum.saturating_add(key + weight(one.as_ref(), most - sum));
        }
    }
    sum
}
