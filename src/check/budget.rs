//! The limits on the cost of an evaluation. An expression may come from anybody and is evaluated on
//! the thread that draws the screen, so an expensive one is given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cel::common::types::{CelBytes, CelInt, CelList, CelMap, CelString};
use cel::common::value::{CowVal, Val};
use cel::{Context, ExecutionError, FunctionContext};

use super::meter::{EACH, GLANCE, PATTERN, SEARCH, TEXT, WHOLE};
use super::pattern;

/// The most steps of an evaluation, which take some hundredths of a second.
const STEPS: u64 = 400_000;

/// The most bytes that an evaluation may read or create.
const BYTES: u64 = 16 * 1024 * 1024;

/// All expressions on the same facts together may cost this many times as much.
const TOGETHER: u64 = 4;

/// The bytes that a value counts besides its text.
const BOX: u64 = 16;

/// How many pattern states may be compiled for the price of one step.
const MADE: u64 = 16;

/// How many pattern states may be followed over one byte of text for the price of one step.
const FOLLOWED: u64 = 64;

/// The cost of an evaluation so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    steps: AtomicU64,
    bytes: AtomicU64,
    /// The states of the largest pattern: all texts are taken to be searched with it.
    states: AtomicU64,
    spent: AtomicBool,
}

/// The cost of an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The parts of the expression that were evaluated.
    pub steps: u64,
    /// The bytes of values that were read or created.
    pub bytes: u64,
}

/// The cost of all evaluations on the same facts.
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

    /// Whether nothing more may be evaluated.
    pub(super) fn is_all(&self) -> bool {
        let spent = |of: &AtomicU64| of.load(Ordering::Relaxed);
        spent(&self.steps) > STEPS * TOGETHER || spent(&self.bytes) > BYTES * TOGETHER
    }
}

impl Cost {
    /// The limits for one evaluation.
    pub const MOST: Self = Self {
        steps: STEPS,
        bytes: BYTES,
    };
}

impl Budget {
    /// A budget of which `steps` are already used.
    pub(super) fn new(steps: u64) -> Arc<Self> {
        let budget = Self::default();
        budget.steps.store(steps, Ordering::Relaxed);
        Arc::new(budget)
    }

    /// Whether it was used up, whatever value the evaluation returned.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed)
    }

    /// The cost so far.
    pub(super) fn cost(&self) -> Cost {
        Cost {
            steps: self.steps.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    /// Pays for a value that is read as a whole.
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

    /// Pays for a value that is read in one of the ways of `meter`.
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

/// Adds the functions of `meter`, which pay from a budget, to a context.
pub(super) fn declare(context: &mut Context<'_, '_>, budget: &Arc<Budget>) {
    for way in [EACH, GLANCE, SEARCH, PATTERN, TEXT, WHOLE] {
        // Fails only if the name is taken, and no expression can contain these names.
        let _ = context.add_function(way, function(way, Arc::clone(budget)));
    }
}

/// A function of the expression language.
type Function = Box<
    dyn for<'context, 'call> Fn(
            &mut FunctionContext<'context, 'call>,
        ) -> Result<CowVal<'context, 'call>, ExecutionError>
        + Send
        + Sync,
>;

/// A function that pays for its first argument and returns it.
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

/// The bytes of a text; `BOX` alone for any other value.
fn glance(value: &(dyn Val + '_)) -> u64 {
    let text = value.downcast_ref::<CelString<'_>>();
    let length = text.map(|text| text.inner().len()).or_else(|| {
        let bytes = value.downcast_ref::<CelBytes<'_>>();
        bytes.map(|bytes| bytes.inner().len())
    });
    BOX.saturating_add(length.map_or(0, |length| length as u64))
}

/// The bytes of a value with everything in it; stops counting above `most`.
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
