//! What `/proc/PID/status` says, `proc_pid_status(5)`.

/// The fields of `/proc/PID/status` that become facts.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    pub(super) pids: Vec<i64>,
    pub(super) threads: i64,
    pub(super) uid: i64,
    pub(super) gid: i64,
    pub(super) ignored: u64,
    /// The pid of the process that traces it, in the reader's pid namespace; 0 for none.
    pub(super) tracer: i64,
    pub(super) no_new_privs: bool,
    /// How many seccomp filters there are, including those of containers around the lab host.
    pub(super) filters: i64,
    pub(super) seccomp: i64,
    /// Inheritable, permitted, effective, bounding and ambient set.
    pub(super) capabilities: [u64; 5],
}

/// Numbers separated by spaces; `None` if one is not a number, since the next would then stand for
/// the wrong level.
fn all(value: &str) -> Option<Vec<i64>> {
    let numbers = value.split_ascii_whitespace().map(|n| n.parse().ok());
    numbers.collect()
}

/// An id that was missing.
const UNKNOWN: i64 = -1;

/// The effective id, the second of four.
fn effective(ids: &str) -> i64 {
    ids.split_ascii_whitespace()
        .nth(1)
        .and_then(|id| id.parse::<u32>().ok())
        .map_or(UNKNOWN, i64::from)
}

/// A mask of bits, in hexadecimal digits; 0 for any other text.
fn mask(digits: &str) -> u64 {
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

/// Parses the file; `None` without ids and pids: a default number would be wrong.
pub(super) fn status(text: &str) -> Option<Status> {
    let mut status = Status {
        uid: UNKNOWN,
        gid: UNKNOWN,
        ..Status::default()
    };
    for line in text.lines() {
        let Some((key, rest)) = line.split_once(':') else {
            continue;
        };
        let value = rest.trim();
        match key {
            "Threads" => status.threads = value.parse().unwrap_or(0),
            "NSpid" => status.pids = all(value).unwrap_or_default(),
            "Uid" => status.uid = effective(value),
            "Gid" => status.gid = effective(value),
            "TracerPid" => status.tracer = value.parse().unwrap_or(0),
            "SigIgn" => status.ignored = mask(value),
            "CapInh" => status.capabilities[0] = mask(value),
            "CapPrm" => status.capabilities[1] = mask(value),
            "CapEff" => status.capabilities[2] = mask(value),
            "CapBnd" => status.capabilities[3] = mask(value),
            "CapAmb" => status.capabilities[4] = mask(value),
            "Seccomp_filters" => status.filters = value.parse().unwrap_or(0),
            "NoNewPrivs" => status.no_new_privs = value == "1",
            "Seccomp" => status.seccomp = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let known = !status.pids.is_empty() && status.uid != UNKNOWN && status.gid != UNKNOWN;
    known.then_some(status)
}

#[cfg(test)]
mod tests {
    use super::super::Raw;
    use super::*;

    #[test]
    fn status_fields_become_facts() {
        let text = "Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t0\t0\t0\t0\nNSpid:\t900\t20\t1\nSigIgn:\t0000000000384004\n\
                    CapEff:\t00000000000000ff\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n";
        let status = status(text).unwrap();
        assert_eq!(status.pids, [900, 20, 1]);
        assert_eq!(
            (
                status.uid,
                status.seccomp,
                status.filters,
                status.no_new_privs
            ),
            (2, 2, 3, true)
        );
        let raw = Raw {
            status,
            ..Raw::default()
        };
        assert!(raw.controls_jobs());
    }

    #[test]
    fn what_proc_says_of_a_process_may_be_anything() {
        crate::fuzz::each("proc", |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let lines = text.lines().count();
            if let Some(status) = status(&text) {
                assert!(!status.pids.is_empty());
                // Facts come only from lines that are there; the ids must be.
                for key in ["Uid:", "Gid:", "NSpid:"] {
                    assert!(text.lines().any(|line| line.starts_with(key)), "{key}");
                }
                assert!(status.uid >= 0 && status.gid >= 0);
            }
            if let Some(raw) = super::super::stat(&text) {
                assert!(text.contains(&format!("({})", raw.name)));
            }
            let maps = crate::probe::namespace::id_map(&text);
            assert!(maps.len() <= lines);
            let _ = crate::probe::namespace::inode(&text);
        });
    }

    #[test]
    fn what_is_not_said_is_not_known() {
        let whole = "Uid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\nNSpid:\t900\t20\n";
        assert!(status(whole).is_some());
        for line in whole.lines() {
            let rest = whole.replace(&format!("{line}\n"), "");
            assert!(status(&rest).is_none(), "{line}");
        }
        assert!(status(&whole.replace("1\t2\t3\t4", "1\tx")).is_none());
    }
}
