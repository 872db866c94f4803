//! Estimates how large a regular expression of `matches` becomes when it is compiled.

/// About how many states a class such as `\w` or `\pL` has, with all letters of Unicode.
const CLASS: u64 = 200;

/// The letters after a backslash that stand for a class.
const CLASSES: &str = "wWdDsSpPbB";

/// The approximate number of states, rather too high than too low: each counted repetition
/// multiplies the whole, as if it enclosed all others.
pub(super) fn states(pattern: &str) -> u64 {
    let escaped = pattern.split('\\').skip(1);
    let classes = escaped.filter(|rest| rest.starts_with(|c| CLASSES.contains(c)));
    let classes = classes.count() + pattern.matches("(?").count();
    let letters = pattern.len() as u64 + (classes as u64).saturating_mul(CLASS);
    let braces = pattern.split('{').skip(1);
    let times = braces.filter_map(most);
    times.fold(letters, |states, times| states.saturating_mul(times.max(1)))
}

/// The highest number of a repetition; `rest` is the text after its `{`.
fn most(rest: &str) -> Option<u64> {
    let inside = rest.split('}').next()?;
    let numbers = inside.split(|c: char| !c.is_ascii_digit());
    numbers.filter_map(|number| number.parse().ok()).max()
}

#[cfg(test)]
mod tests {
    use super::states;

    #[test]
    fn repetitions_multiply() {
        assert_eq!(states("abc"), 3);
        assert_eq!(states("a{20}"), 100);
        assert!(states("(a{100}){100}") >= 10_000);
        assert!(states(r"\w{99}") > 20_000);
        assert!(states("[0-9]{1,3}[.][0-9]{1,3}") < 1000);
    }
}
