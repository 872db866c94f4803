//! The one table of verbs. Each family lists its verbs (`family!`): what the verb does, its
//! name in a lab file, its variant and its type. The lists come together here: of them are
//! made the enum [`Action`](super::Action), the names, and `match_verb!`, by which every room
//! does its own for each verb. A room says what that is by a trait that each type must have
//! (`Verb` here, `Apply` in `action`, `Line` in `typed`): a verb that lacks one does not compile.

/// The verbs of a family, as a macro `verbs` that hands them on: it puts them behind those of
/// the families before, and calls the `verbs` of the next family; the last one calls `actions!`.
///
/// The `$` stands first because a macro that makes a macro cannot write one.
macro_rules! family {
    (($d:tt) $($verbs:tt)*) => {
        macro_rules! verbs {
            ([$d next:ident $d($d then:ident)*] $d($d before:tt)*) => {
                $d next::verbs! { [$d($d then)*] $d($d before)* $($verbs)* }
            };
            ([] $d($d before:tt)*) => {
                actions! { ($d) $d($d before)* $($verbs)* }
            };
        }
        pub(in crate::lab::action) use verbs;
    };
}

/// What is made of all verbs.
macro_rules! actions {
    (($d:tt) $($(#[$doc:meta])* $name:literal $variant:ident($verb:ident),)*) => {
        /// One thing that a step does. In a lab file it is a map with the verb as its
        /// only key: `- hostname: {in: b, name: shell-b}`.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub enum Action {
            $(
                $(#[$doc])*
                #[serde(rename = $name)]
                $variant($verb),
            )*
        }

        impl Action {
            /// The verb's name in a lab file.
            pub fn verb(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            /// What the verb says of itself.
            pub(in crate::lab) fn as_verb(&self) -> &dyn Verb {
                match self {
                    $(Self::$variant(verb) => verb,)*
                }
            }
        }

        /// The same for each verb: `match_verb!(action, verb => verb.apply(ctx))`.
        macro_rules! match_verb {
            ($d action:expr, $d verb:ident => $d done:expr) => {
                match $d action {
                    $($crate::lab::Action::$variant($d verb) => $d done,)*
                }
            };
        }
        pub(crate) use match_verb;
    };
}

/// Verbs that act in their actor's place, name nobody else, leave nothing behind, and whose
/// words the kernel itself judges.
macro_rules! acts_only {
    ($($verb:ty),*) => {
        $(impl $crate::lab::action::verb::Verb for $verb {
            fn outline(&self) -> $crate::lab::action::verb::Outline<'_> {
                $crate::lab::action::verb::Outline::acts(&self.actor)
            }

            fn check(&self, _: &mut $crate::lab::action::critic::Critic<'_>) {}
        })*
    };
}

/// The same for verbs that act in a named network namespace, if one is given.
macro_rules! acts_in_netns {
    ($($verb:ty),*) => {
        $(impl $crate::lab::action::verb::Verb for $verb {
            fn outline(&self) -> $crate::lab::action::verb::Outline<'_> {
                $crate::lab::action::verb::Outline {
                    netns: self.netns.as_deref(),
                    ..$crate::lab::action::verb::Outline::acts(&self.actor)
                }
            }

            fn check(&self, _: &mut $crate::lab::action::critic::Critic<'_>) {}
        })*
    };
}

pub(super) use {actions, acts_in_netns, acts_only, family};
