//! What `/proc/PID/status` says, `proc_pid_status(5)`.

use super::numbers;

/// The fields of `/proc/PID/status` that become facts.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    pub(super) pids: Vec<i64>,
    pub(super) threads: i64,
    pub(super) uid: i64,
    pub(super) gid: i64,
    pub(super) ignored: u64,
    pub(super) no_new_privs: bool,
    /// How many filters of system calls there are, from the containers around as well.
    pub(super) filters: i64,
    pub(super) seccomp: i64,
    /// Inheritable, permitted, effective, bounding, ambient.
    pub(super) capabilities: [u64; 5],
}

/// Reads it.
pub(super) fn status(text: &str) -> Status {
    let mut status = Status::default();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        let first = || value.parse().unwrap_or(0);
        let second = || numbers(value).get(1).copied().unwrap_or(0);
        let hex = || u64::from_str_radix(value, 16).unwrap_or(0);
        match key {
            "Threads" => status.threads = first(),
            "NSpid" => status.pids = numbers(value),
            "Uid" => status.uid = second(),
            "Gid" => status.gid = second(),
            "SigIgn" => status.ignored = hex(),
            "CapInh" => status.capabilities[0] = hex(),
            "CapPrm" => status.capabilities[1] = hex(),
            "CapEff" => status.capabilities[2] = hex(),
            "CapBnd" => status.capabilities[3] = hex(),
            "CapAmb" => status.capabilities[4] = hex(),
            "Seccomp_filters" => status.filters = value.parse().unwrap_or(0),
            "NoNewPrivs" => status.no_new_privs = value == "1",
            "Seccomp" => status.seccomp = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::super::Raw;
    use super::*;

    #[test]
    fn status_fields_become_facts() {
        let text = "Name:\tx\nUid:\t1\t2\t3\t4\nNSpid:\t900\t20\t1\nSigIgn:\t0000000000384004\n\
                    CapEff:\t00000000000000ff\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n";
        let status = status(text);
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
}
