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

/// What the verbs of a family say of themselves, beside their actor ([`Outline`]), and the method
/// that judges a verb's words, where the kernel is not the only one that does:
/// `outlines! { |a| Setns { mentions: Some(&a.target) } => judge, Unpin {} }`.
///
/// [`Outline`]: super::verb::Outline
macro_rules! outlines {
    (|$a:ident| $($verb:ident { $($field:ident: $value:expr),* } $(=> $judge:ident)?,)*) => {
        $(impl $crate::lab::action::verb::Verb for $verb {
            fn outline(&self) -> $crate::lab::action::verb::Outline<'_> {
                let $a = self;
                $crate::lab::action::verb::Outline {
                    $($field: $value,)*
                    ..$crate::lab::action::verb::Outline::acts(&$a.actor)
                }
            }

            #[allow(unused_variables, reason = "of some verbs the kernel alone judges the words")]
            fn check(&self, critic: &mut $crate::lab::action::critic::Critic<'_>) {
                $(self.$judge(critic);)?
            }
        })*
    };
}

pub(super) use {actions, family, outlines};
