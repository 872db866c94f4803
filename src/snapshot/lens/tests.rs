//! What is kept of typed lines.

use super::*;

fn call(line: u64, args: &str) -> Glimpse {
    Glimpse::Call {
        line,
        pid: 7,
        family: Family::Namespace,
        call: Call {
            name: "unshare".to_owned(),
            args: args.to_owned(),
            result: "0".to_owned(),
        },
        times: 1,
    }
}

fn begun(line: u64) -> Glimpse {
    Glimpse::Line {
        actor: "b".to_owned(),
        line,
        pid: 5,
    }
}

#[test]
fn calls_that_repeat_are_one_with_a_count() {
    let mut lines = Lines::default();
    lines.take(vec![begun(1), call(1, "A"), call(1, "A"), call(1, "B")], 0);
    let line = lines.get(1).unwrap();
    let times: Vec<u64> = line.deeds.iter().map(|deed| deed.times).collect();
    assert_eq!(times, [2, 1]);
}

#[test]
fn what_is_kept_is_bounded_and_what_is_not_is_counted() {
    let mut lines = Lines::default();
    lines.take(vec![begun(1)], 0);
    for i in 0..CALLS + 30 {
        lines.take(vec![call(1, &i.to_string())], 0);
    }
    let line = lines.get(1).unwrap();
    assert_eq!((line.deeds.len(), line.more), (CALLS, 30));
    (2..200).for_each(|number| lines.take(vec![begun(number)], 0));
    assert_eq!(lines.iter().count(), LINES);
    // Of a line that is gone nothing is taken.
    lines.take(vec![call(1, "A")], 0);
    assert_eq!(lines.get(1), None);
}

#[test]
fn a_step_that_begins_anew_has_no_lines_and_one_without_calls_is_not_kept() {
    let mut lines = Lines::default();
    lines.take(vec![begun(1), call(1, "A")], 3);
    lines.take(vec![begun(2), Glimpse::Over { line: 2 }, begun(3)], 4);
    let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [1, 3]);
    lines.keep_before(4);
    assert_eq!(lines.iter().count(), 1);
    lines.keep_before(3);
    assert_eq!(lines.iter().count(), 0);
}

#[test]
fn other_calls_add_up() {
    let mut lines = Lines::default();
    let others = |count| Glimpse::Others {
        line: 1,
        calls: BTreeMap::from([("read".to_owned(), count)]),
        more: 0,
    };
    lines.take(vec![begun(1), others(2), others(u64::MAX)], 0);
    assert_eq!(lines.get(1).unwrap().count_of_others(), u64::MAX);
}
