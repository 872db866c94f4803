//! Numbers by their names: sets of bits, and one of several.

/// A number with a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The number.
    pub value: u64,
    /// The name in the kernel's headers.
    pub name: &'static str,
}

/// The names of bits that are set, or of one number.
pub(super) type Names = &'static [Name];

/// Names with their numbers, as `NAME = 1`.
macro_rules! names {
    ($($constant:ident { $($name:literal = $value:expr),* $(,)? })*) => {
        $(
            /// These names.
            pub(in crate::lens::decode) const $constant: $crate::lens::decode::bits::Names = &[
                $($crate::lens::decode::bits::Name { value: $value, name: $name }),*
            ];
        )*
    };
}
pub(super) use names;

/// The names of the bits that are set: `A|B|0x40`; `0` for none.
pub(super) fn set(names: Names, value: u64) -> String {
    let mut left = value;
    let mut words = Vec::new();
    for name in names {
        if name.value != 0 && left & name.value == name.value {
            left &= !name.value;
            words.push(name.name.to_owned());
        }
    }
    if left != 0 || words.is_empty() {
        match (left, names.iter().find(|name| name.value == 0)) {
            (0, Some(zero)) => words.push(zero.name.to_owned()),
            (0, None) => words.push("0".to_owned()),
            _ => words.push(format!("{left:#x}")),
        }
    }
    words.join("|")
}

/// The name of a number, or the number.
pub(super) fn one(names: Names, value: u64) -> String {
    let known = names.iter().find(|name| name.value == value);
    known.map_or_else(|| value.to_string(), |name| name.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOURS: Names = &[
        Name {
            value: 1,
            name: "RED",
        },
        Name {
            value: 6,
            name: "BLUE",
        },
    ];

    #[test]
    fn bits_without_a_name_stay() {
        assert_eq!(set(COLOURS, 0), "0");
        assert_eq!(set(COLOURS, 7), "RED|BLUE");
        assert_eq!(set(COLOURS, 0x13), "RED|0x12");
        assert_eq!(one(COLOURS, 6), "BLUE");
        assert_eq!(one(COLOURS, 2), "2");
    }
}
