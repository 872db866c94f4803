//! Executing another program in this process.

use std::ffi::CString;

use nix::errno::Errno;

use super::SysError;

/// A program and its environment, prepared before the fork.
#[derive(Clone, Debug)]
pub struct Program {
    /// The arguments; the first is a path, or a name without a slash to look up in `PATH`.
    pub argv: Vec<String>,
    /// Its environment, as `NAME=value`.
    pub env: Vec<String>,
}

impl Program {
    /// The paths to try, in order: execvp(3) with the `PATH` of the program's own environment.
    fn paths(&self) -> Vec<String> {
        let name = self.argv.first().cloned().unwrap_or_default();
        if name.contains('/') {
            return vec![name];
        }
        let path = self
            .env
            .iter()
            .find_map(|v| v.strip_prefix("PATH="))
            .unwrap_or("/usr/bin:/bin");
        path.split(':').map(|dir| format!("{dir}/{name}")).collect()
    }

    /// The arguments of execve(2) for a path, as an error shows them.
    pub fn args(&self, path: &str) -> String {
        format!("{path:?}, {:?}", self.argv)
    }
}

fn c_strings(list: &[String]) -> Vec<CString> {
    list.iter()
        .filter_map(|s| CString::new(s.as_bytes()).ok())
        .collect()
}

/// Executes the file `path` with another name as its first argument, execve(2); returns only the
/// refusal.
pub fn exec_file(path: &str, program: &Program) -> SysError {
    let (argv, env) = (c_strings(&program.argv), c_strings(&program.env));
    let refused = |errno| SysError::new("execve", program.args(path), errno);
    let Ok(c_path) = CString::new(path) else {
        return refused(Errno::EINVAL);
    };
    let Err(errno) = nix::unistd::execve(&c_path, &argv, &env);
    refused(errno)
}

/// Executes a program, execve(2); returns only the refusal of the path that came nearest.
pub fn exec(program: &Program) -> SysError {
    let (argv, env) = (c_strings(&program.argv), c_strings(&program.env));
    // If no directory has it, the name says more than the last path that was tried.
    let name = program.argv.first().map_or("", String::as_str);
    let mut nearest = SysError::new("execve", program.args(name), Errno::ENOENT);
    for path in program.paths() {
        let Ok(c_path) = CString::new(path.as_bytes()) else {
            continue;
        };
        let Err(errno) = nix::unistd::execve(&c_path, &argv, &env);
        if errno != Errno::ENOENT {
            nearest = SysError::new("execve", program.args(&path), errno);
        }
        if !matches!(errno, Errno::ENOENT | Errno::ENOTDIR | Errno::EACCES) {
            break;
        }
    }
    nearest
}

/// Whether executing this program can give this process more rights: not with `PR_SET_NO_NEW_PRIVS`
/// (prctl(2)), nor from a file system mounted `nosuid`.
pub fn gains_by(path: &str) -> bool {
    let may_gain = nix::sys::prctl::get_no_new_privs().is_ok_and(|kept| !kept);
    let flags = rustix::fs::statvfs(path).map(|fs| fs.f_flag);
    may_gain && flags.is_ok_and(|flags| !flags.contains(rustix::fs::StatVfsMountFlags::NOSUID))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nowhere_is_told_by_its_name() {
        let program = |name: &str| Program {
            argv: vec![name.to_owned()],
            env: vec!["PATH=/usr/local/sbin:/no/such".to_owned()],
        };
        let missing = exec(&program("no-such-program"));
        assert_eq!(missing.errno_name(), "ENOENT");
        assert_eq!(missing.args, "\"no-such-program\", [\"no-such-program\"]");
        // An existing file that is not executable is named by its path.
        let refused = exec(&program("/etc/passwd"));
        assert_eq!(refused.errno_name(), "EACCES");
        assert!(refused.args.starts_with("\"/etc/passwd\""));
    }
}
