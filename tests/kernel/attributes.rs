//! Extended attributes in layers: many, long ones, and ones that no archive reader accepts.

use super::archive::archive;
use super::host::{act, sh, with_host};
use super::layers::{add, put, text};
use super::network::done;
use crate::skip::lacks;

#[test]
fn an_attribute_of_several_lines_is_told_and_the_rest_is_kept() {
    let name = "an_attribute_of_several_lines_is_told_and_the_rest_is_kept";
    if lacks(name, &["getfattr"]) {
        return;
    }
    with_host(|sandbox| async move {
        let bytes = archive(|builder| {
            let all = [
                ("SCHILY.xattr.user.lines", &b"one\ntwo"[..]),
                ("SCHILY.xattr.user.kept", &b"y"[..]),
            ];
            builder.append_pax_extensions(all).unwrap();
            add(builder, &text("file", "x"));
        });
        put(&sandbox, "/lab/a.tar", &bytes).await;
        let unpack = r#"{"unpack": {"from": "/lab/a.tar", "to": "/lab/a"}}"#;
        let outcome = act(&sandbox, unpack).await.outcome;
        assert_eq!(outcome.refusal, None);
        let told = outcome
            .calls
            .iter()
            .filter(|call| call.args.contains("several lines") && call.result.contains("not kept"));
        assert_eq!(told.count(), 1, "{:?}", outcome.calls);
        let kept = sh(&sandbox, "cd /lab/a; cat file; getfattr -d file | grep =").await;
        assert_eq!(kept, "xuser.kept=\"y\"\n");
    });
}

#[test]
fn many_attributes_and_long_ones_are_packed_and_unpacked() {
    if lacks("many_attributes", &["getfattr", "setfattr"]) {
        return;
    }
    // More names than fit into 4 KiB, and a longer value.
    let make = "mkdir /lab/u; echo x > /lab/u/file; long=$(printf 'n%.0s' $(seq 200)); \
         for i in $(seq 30); do setfattr -n user.$long$i -v $i /lab/u/file || exit; done; \
         setfattr -n user.value -v $(printf 'v%.0s' $(seq 9000)) /lab/u/file";
    let look = "getfattr -d -m user. file | sort | sha256sum";
    with_host(|sandbox| async move {
        let said = sh(
            &sandbox,
            &format!("mount -t tmpfs none /lab && {{ {make}; }} 2>&1"),
        )
        .await;
        if !said.is_empty() {
            return crate::skip::skip("many_attributes", "a tmpfs with attributes");
        }
        let right = sh(&sandbox, &format!("cd /lab/u; {look}")).await;
        done(
            &sandbox,
            r#"{"pack": {"from": "/lab/u", "to": "/lab/a.tar"}}"#,
        )
        .await;
        done(
            &sandbox,
            r#"{"unpack": {"from": "/lab/a.tar", "to": "/lab/o"}}"#,
        )
        .await;
        let seen = sh(&sandbox, &format!("cd /lab/o; {look}")).await;
        assert_eq!(seen, right);
    });
}
