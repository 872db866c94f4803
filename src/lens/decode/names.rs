//! The names of flags and of other numbers of the kernel's interface (include/uapi/linux).

use super::bits::names;

/// Whether the flags of open(2) are those of arm64.
const ARM: bool = cfg!(target_arch = "aarch64");

names! {
    CLONE {
        "CLONE_NEWTIME" = 0x80,
        "CLONE_VM" = 0x100,
        "CLONE_FS" = 0x200,
        "CLONE_FILES" = 0x400,
        "CLONE_SIGHAND" = 0x800,
        "CLONE_PIDFD" = 0x1000,
        "CLONE_PTRACE" = 0x2000,
        "CLONE_VFORK" = 0x4000,
        "CLONE_PARENT" = 0x8000,
        "CLONE_THREAD" = 0x1_0000,
        "CLONE_NEWNS" = 0x2_0000,
        "CLONE_SYSVSEM" = 0x4_0000,
        "CLONE_SETTLS" = 0x8_0000,
        "CLONE_PARENT_SETTID" = 0x10_0000,
        "CLONE_CHILD_CLEARTID" = 0x20_0000,
        "CLONE_UNTRACED" = 0x80_0000,
        "CLONE_CHILD_SETTID" = 0x100_0000,
        "CLONE_NEWCGROUP" = 0x200_0000,
        "CLONE_NEWUTS" = 0x400_0000,
        "CLONE_NEWIPC" = 0x800_0000,
        "CLONE_NEWUSER" = 0x1000_0000,
        "CLONE_NEWPID" = 0x2000_0000,
        "CLONE_NEWNET" = 0x4000_0000,
        "CLONE_IO" = 0x8000_0000,
        "CLONE_CLEAR_SIGHAND" = 0x1_0000_0000,
        "CLONE_INTO_CGROUP" = 0x2_0000_0000,
    }
    MS {
        "MS_RDONLY" = 1,
        "MS_NOSUID" = 2,
        "MS_NODEV" = 4,
        "MS_NOEXEC" = 8,
        "MS_SYNCHRONOUS" = 16,
        "MS_REMOUNT" = 32,
        "MS_MANDLOCK" = 64,
        "MS_DIRSYNC" = 128,
        "MS_NOSYMFOLLOW" = 256,
        "MS_NOATIME" = 1024,
        "MS_NODIRATIME" = 2048,
        "MS_BIND" = 4096,
        "MS_MOVE" = 8192,
        "MS_REC" = 0x4000,
        "MS_SILENT" = 0x8000,
        "MS_POSIXACL" = 0x1_0000,
        "MS_UNBINDABLE" = 0x2_0000,
        "MS_PRIVATE" = 0x4_0000,
        "MS_SLAVE" = 0x8_0000,
        "MS_SHARED" = 0x10_0000,
        "MS_RELATIME" = 0x20_0000,
        "MS_STRICTATIME" = 0x100_0000,
        "MS_LAZYTIME" = 0x200_0000,
    }
    UMOUNT { "MNT_FORCE" = 1, "MNT_DETACH" = 2, "MNT_EXPIRE" = 4, "UMOUNT_NOFOLLOW" = 8 }
    OPEN {
        "O_WRONLY" = 1,
        "O_RDWR" = 2,
        "O_CREAT" = 0o100,
        "O_EXCL" = 0o200,
        "O_NOCTTY" = 0o400,
        "O_TRUNC" = 0o1000,
        "O_APPEND" = 0o2000,
        "O_NONBLOCK" = 0o4000,
        "O_SYNC" = 0o401_0000,
        "O_DSYNC" = 0o1_0000,
        "O_DIRECT" = if ARM { 0o20_0000 } else { 0o4_0000 },
        "O_LARGEFILE" = if ARM { 0o40_0000 } else { 0o10_0000 },
        "O_TMPFILE" = if ARM { 0o2004_0000 } else { 0o2020_0000 },
        "O_DIRECTORY" = if ARM { 0o4_0000 } else { 0o20_0000 },
        "O_NOFOLLOW" = if ARM { 0o10_0000 } else { 0o40_0000 },
        "O_NOATIME" = 0o100_0000,
        "O_CLOEXEC" = 0o200_0000,
        "O_PATH" = 0o1000_0000,
        "O_RDONLY" = 0,
    }
    AT {
        "AT_SYMLINK_NOFOLLOW" = 0x100,
        "AT_REMOVEDIR" = 0x200,
        "AT_SYMLINK_FOLLOW" = 0x400,
        "AT_NO_AUTOMOUNT" = 0x800,
        "AT_EMPTY_PATH" = 0x1000,
        "AT_RECURSIVE" = 0x8000,
    }
    RENAME { "RENAME_NOREPLACE" = 1, "RENAME_EXCHANGE" = 2, "RENAME_WHITEOUT" = 4 }
    XATTR { "XATTR_CREATE" = 1, "XATTR_REPLACE" = 2 }
    OPEN_TREE {
        "OPEN_TREE_CLONE" = 1,
        "AT_SYMLINK_NOFOLLOW" = 0x100,
        "AT_NO_AUTOMOUNT" = 0x800,
        "AT_EMPTY_PATH" = 0x1000,
        "AT_RECURSIVE" = 0x8000,
        "OPEN_TREE_CLOEXEC" = 0o200_0000,
    }
    MOVE_MOUNT {
        "MOVE_MOUNT_F_SYMLINKS" = 1,
        "MOVE_MOUNT_F_AUTOMOUNTS" = 2,
        "MOVE_MOUNT_F_EMPTY_PATH" = 4,
        "MOVE_MOUNT_T_SYMLINKS" = 0x10,
        "MOVE_MOUNT_T_AUTOMOUNTS" = 0x20,
        "MOVE_MOUNT_T_EMPTY_PATH" = 0x40,
        "MOVE_MOUNT_SET_GROUP" = 0x100,
        "MOVE_MOUNT_BENEATH" = 0x200,
    }
    FSOPEN { "FSOPEN_CLOEXEC" = 1 }
    FSMOUNT { "FSMOUNT_CLOEXEC" = 1 }
    FSPICK {
        "FSPICK_CLOEXEC" = 1,
        "FSPICK_SYMLINK_NOFOLLOW" = 2,
        "FSPICK_NO_AUTOMOUNT" = 4,
        "FSPICK_EMPTY_PATH" = 8,
    }
    FSCONFIG {
        "FSCONFIG_SET_FLAG" = 0,
        "FSCONFIG_SET_STRING" = 1,
        "FSCONFIG_SET_BINARY" = 2,
        "FSCONFIG_SET_PATH" = 3,
        "FSCONFIG_SET_PATH_EMPTY" = 4,
        "FSCONFIG_SET_FD" = 5,
        "FSCONFIG_CMD_CREATE" = 6,
        "FSCONFIG_CMD_RECONFIGURE" = 7,
        "FSCONFIG_CMD_CREATE_EXCL" = 8,
    }
    MOUNT_ATTR {
        "MOUNT_ATTR_RDONLY" = 1,
        "MOUNT_ATTR_NOSUID" = 2,
        "MOUNT_ATTR_NODEV" = 4,
        "MOUNT_ATTR_NOEXEC" = 8,
        "MOUNT_ATTR__ATIME" = 0x70,
        "MOUNT_ATTR_NOATIME" = 0x10,
        "MOUNT_ATTR_STRICTATIME" = 0x20,
        "MOUNT_ATTR_NODIRATIME" = 0x80,
        "MOUNT_ATTR_IDMAP" = 0x10_0000,
        "MOUNT_ATTR_NOSYMFOLLOW" = 0x20_0000,
    }
    WAIT {
        "WNOHANG" = 1,
        "WUNTRACED" = 2,
        "WEXITED" = 4,
        "WCONTINUED" = 8,
        "WNOWAIT" = 0x100_0000,
        "__WNOTHREAD" = 0x2000_0000,
        "__WALL" = 0x4000_0000,
        "__WCLONE" = 0x8000_0000,
    }
    WHICH { "P_ALL" = 0, "P_PID" = 1, "P_PGID" = 2, "P_PIDFD" = 3 }
    SECCOMP {
        "SECCOMP_SET_MODE_STRICT" = 0,
        "SECCOMP_SET_MODE_FILTER" = 1,
        "SECCOMP_GET_ACTION_AVAIL" = 2,
        "SECCOMP_GET_NOTIF_SIZES" = 3,
    }
    SECCOMP_FLAG {
        "SECCOMP_FILTER_FLAG_TSYNC" = 1,
        "SECCOMP_FILTER_FLAG_LOG" = 2,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" = 4,
        "SECCOMP_FILTER_FLAG_NEW_LISTENER" = 8,
    }
    PRCTL {
        "PR_SET_PDEATHSIG" = 1,
        "PR_GET_PDEATHSIG" = 2,
        "PR_GET_DUMPABLE" = 3,
        "PR_SET_DUMPABLE" = 4,
        "PR_GET_KEEPCAPS" = 7,
        "PR_SET_KEEPCAPS" = 8,
        "PR_GET_SECCOMP" = 21,
        "PR_SET_SECCOMP" = 22,
        "PR_CAPBSET_READ" = 23,
        "PR_CAPBSET_DROP" = 24,
        "PR_GET_SECUREBITS" = 27,
        "PR_SET_SECUREBITS" = 28,
        "PR_SET_CHILD_SUBREAPER" = 36,
        "PR_GET_CHILD_SUBREAPER" = 37,
        "PR_SET_NO_NEW_PRIVS" = 38,
        "PR_GET_NO_NEW_PRIVS" = 39,
        "PR_CAP_AMBIENT" = 47,
        "PR_SET_PTRACER" = 0x5961_6d61,
    }
    AMBIENT {
        "PR_CAP_AMBIENT_IS_SET" = 1,
        "PR_CAP_AMBIENT_RAISE" = 2,
        "PR_CAP_AMBIENT_LOWER" = 3,
        "PR_CAP_AMBIENT_CLEAR_ALL" = 4,
    }
    PTRACE {
        "PTRACE_TRACEME" = 0,
        "PTRACE_ATTACH" = 16,
        "PTRACE_DETACH" = 17,
        "PTRACE_SEIZE" = 0x4206,
    }
    IPC { "IPC_CREAT" = 0o1000, "IPC_EXCL" = 0o2000, "IPC_NOWAIT" = 0o4000 }
    IPC_COMMAND { "IPC_RMID" = 0, "IPC_SET" = 1, "IPC_STAT" = 2, "IPC_INFO" = 3 }
    SHM { "SHM_RDONLY" = 0o10000, "SHM_RND" = 0o20000, "SHM_REMAP" = 0o40000, "SHM_EXEC" = 0o100_000 }
    FAMILY {
        "AF_UNSPEC" = 0,
        "AF_UNIX" = 1,
        "AF_INET" = 2,
        "AF_INET6" = 10,
        "AF_NETLINK" = 16,
        "AF_PACKET" = 17,
        "AF_VSOCK" = 40,
    }
    KIND {
        "SOCK_STREAM" = 1,
        "SOCK_DGRAM" = 2,
        "SOCK_RAW" = 3,
        "SOCK_SEQPACKET" = 5,
    }
    KIND_FLAG { "SOCK_NONBLOCK" = 0o4000, "SOCK_CLOEXEC" = 0o200_0000 }
    PROTOCOL {
        "IPPROTO_IP" = 0,
        "IPPROTO_ICMP" = 1,
        "IPPROTO_TCP" = 6,
        "IPPROTO_UDP" = 17,
        "IPPROTO_ICMPV6" = 58,
        "IPPROTO_RAW" = 255,
    }
    NETLINK {
        "NETLINK_ROUTE" = 0,
        "NETLINK_SOCK_DIAG" = 4,
        "NETLINK_XFRM" = 6,
        "NETLINK_AUDIT" = 9,
        "NETLINK_NETFILTER" = 12,
        "NETLINK_KOBJECT_UEVENT" = 15,
        "NETLINK_GENERIC" = 16,
    }
    RTM {
        "RTM_NEWLINK" = 16,
        "RTM_DELLINK" = 17,
        "RTM_GETLINK" = 18,
        "RTM_SETLINK" = 19,
        "RTM_NEWADDR" = 20,
        "RTM_DELADDR" = 21,
        "RTM_GETADDR" = 22,
        "RTM_NEWROUTE" = 24,
        "RTM_DELROUTE" = 25,
        "RTM_GETROUTE" = 26,
        "RTM_NEWNEIGH" = 28,
        "RTM_DELNEIGH" = 29,
        "RTM_GETNEIGH" = 30,
        "RTM_NEWRULE" = 32,
        "RTM_DELRULE" = 33,
        "RTM_GETRULE" = 34,
        "RTM_NEWQDISC" = 36,
        "RTM_DELQDISC" = 37,
        "RTM_GETQDISC" = 38,
        "RTM_NEWNSID" = 88,
        "RTM_DELNSID" = 89,
        "RTM_GETNSID" = 90,
    }
    NFT {
        "NFT_MSG_NEWTABLE" = 0,
        "NFT_MSG_GETTABLE" = 1,
        "NFT_MSG_DELTABLE" = 2,
        "NFT_MSG_NEWCHAIN" = 3,
        "NFT_MSG_GETCHAIN" = 4,
        "NFT_MSG_DELCHAIN" = 5,
        "NFT_MSG_NEWRULE" = 6,
        "NFT_MSG_GETRULE" = 7,
        "NFT_MSG_DELRULE" = 8,
        "NFT_MSG_NEWSET" = 9,
        "NFT_MSG_GETSET" = 10,
        "NFT_MSG_DELSET" = 11,
        "NFT_MSG_NEWSETELEM" = 12,
        "NFT_MSG_GETSETELEM" = 13,
        "NFT_MSG_DELSETELEM" = 14,
        "NFT_MSG_NEWGEN" = 15,
        "NFT_MSG_GETGEN" = 16,
        "NFT_MSG_NEWOBJ" = 18,
        "NFT_MSG_GETOBJ" = 19,
        "NFT_MSG_DELOBJ" = 20,
        "NFT_MSG_NEWFLOWTABLE" = 22,
        "NFT_MSG_GETFLOWTABLE" = 23,
        "NFT_MSG_DELFLOWTABLE" = 24,
    }
    NFT_FAMILY {
        "inet" = 1,
        "ip" = 2,
        "arp" = 3,
        "netdev" = 5,
        "bridge" = 7,
        "ip6" = 10,
    }
}
