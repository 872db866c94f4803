//! What an expression finds at its root beside the actors: the table in `snapshot.rs` says
//! each root once, with its type. Lint, checks, the reference and the comparison of two runs
//! read it.

use serde::Serialize;

/// A root, beside its facts.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// Its name in an expression.
    pub name: &'static str,
    /// Where the facts of one are found: `cgroups.NAME`.
    pub place: &'static str,
    /// What of it must be the same in two runs of a lab.
    pub sameness: Sameness,
}

/// What must be the same in two runs of a lab that came to the same state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// All of it.
    Whole,
    /// What is named where runs are compared: the rest hangs on chance or time.
    Part,
    /// Nothing.
    Nothing,
}

/// Something that can be done with the facts of any root.
pub trait Visit {
    /// What comes of it.
    type Out;

    /// Does it.
    fn visit<T: Serialize>(self, facts: &T) -> Self::Out;
}

/// Makes [`Roots`](super::Roots) of the table. A line is: the name and the type of the facts,
/// the place of one of them, what of it is the same in two runs, and its way out of a snapshot.
macro_rules! roots {
    ($($(#[$doc:meta])* $name:ident: $facts:ty, $place:literal, $sameness:ident, $read:expr;)*) => {
        /// The facts of all roots at one instant.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
        pub struct Roots {
            $($(#[$doc])* pub $name: $facts,)*
        }

        impl Roots {
            /// The names of all roots.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// All roots.
            pub const ALL: &'static [Root] = &[
                $(Root {
                    name: stringify!($name),
                    place: $place,
                    sameness: Sameness::$sameness,
                }),*
            ];

            /// Those of a snapshot.
            pub fn of(snapshot: &Snapshot) -> Self {
                Self {
                    $($name: {
                        let read: fn(&Snapshot) -> $facts = $read;
                        read(snapshot)
                    },)*
                }
            }

            /// Does something with the facts of one root, if there is one of this name.
            pub fn visit<V: Visit>(&self, name: &str, visitor: V) -> Option<V::Out> {
                $(if name == stringify!($name) {
                    return Some(visitor.visit(&self.$name));
                })*
                None
            }
        }
    };
}
pub(super) use roots;
