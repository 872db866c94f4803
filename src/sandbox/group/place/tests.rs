//! Which of two groups `better` takes.

use super::*;
use crate::sys::number;

/// A version 1 group with these controllers; its directory does not exist.
fn legacy(controllers: &str) -> Group {
    let mut group = Group::default();
    group.plan.dirs.push(Dir {
        path: "/nowhere/isolab-group".to_owned(),
        controllers: controllers.to_owned(),
    });
    group
}

fn refusal(code: i32) -> SysError {
    SysError::new("mkdir", "", Code(code))
}

#[test]
fn a_group_is_not_given_up_for_what_the_other_version_is_refused() {
    let purpose = Purpose::Limits;
    let taken = better(purpose, Ok(legacy("memory")), Err(refusal(number::EACCES)));
    assert!(taken.unwrap().has("memory"));
    let taken = better(
        purpose,
        Ok(legacy("memory")),
        Ok(Some(legacy("memory,pids"))),
    );
    assert!(taken.unwrap().has("pids"));
    let taken = better(purpose, Ok(legacy("memory")), Ok(Some(legacy("pids"))));
    assert!(taken.unwrap().has("memory"));
}

#[test]
fn where_there_is_none_the_last_refusal_is_told() {
    let none = || Err(refusal(number::ENOENT));
    let told = |legacy| better(Purpose::Lab, none(), legacy).unwrap_err().errno;
    assert_eq!(told(Ok(None)), number::ENOENT);
    assert_eq!(told(Err(refusal(number::EACCES))), number::EACCES);
}
