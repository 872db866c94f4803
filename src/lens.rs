//! The lens: the system calls of the processes that a person starts in the shells of a lab, seen by
//! ptrace(2).

mod decode;
