//! Image lists as other tools write them, and the line that is shown for `import`.

use isolab::lab::Action;
use isolab::sandbox::Sandbox;
use isolab::snapshot::Hierarchy;

use super::host::{act, sh, with_host};
use super::network::done;
use crate::skip::lacks;

/// Packs layers in /lab into /lab/saved.tar, as `docker save` did before version 25.
pub(super) async fn saved(sandbox: &Sandbox, layers: &[String]) {
    let script = format!(
        "cd /lab && for l in {}; do i=\"$i,\\\"sha256:$(sha256sum < $l | cut -c1-64)\\\"\" n=\"$n,\\\"$l\\\"\"; done; \
         printf '{{\"architecture\":\"%s\",\"os\":\"linux\",\"rootfs\":{{\"diff_ids\":[%s]}}}}' $(uname -m) \"${{i#,}}\" > config.json; \
         printf '[{{\"Config\":\"config.json\",\"RepoTags\":null,\"Layers\":[%s]}}]' \"${{n#,}}\" > manifest.json; \
         tar -cf saved.tar manifest.json config.json [0-9]*.tar",
        layers.join(" ")
    );
    assert_eq!(sh(sandbox, &script).await, "");
}

/// Shell functions that make layouts in /lab: `b FILE` stores a blob and prints the digest and size
/// of its descriptor.
const LIBRARY: &str = r#"
cd /lab; mkdir -p in l/blobs/sha256; echo mine > in/mark; tar -C in -cf layer.tar .
here=$(uname -m | sed s/x86_64/amd64/\;s/aarch64/arm64/)
b() { h=$(sha256sum < $1 | cut -c1-64); cp $1 l/blobs/sha256/$h; printf '"digest":"sha256:%s","size":%s' $h $(stat -c %s $1); }
config() { printf '{"architecture":"%s","os":"linux","history":null,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' $1 $(sha256sum < layer.tar | cut -c1-64) > config; }
# A manifest: the kind of it, the architecture in the configuration.
manifest() { config $2; printf '{"schemaVersion":2,"mediaType":"%s","annotations":null,"config":{"mediaType":"application/vnd.docker.container.image.v1+json",%s},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar",%s}]}' $1 "$(b config)" "$(b ${3:-layer.tar})" > m; printf '{"mediaType":"%s",%s' $1 "$(b m)"; }
index() { printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' $1 "$2" > x; printf '{"mediaType":"%s",%s}' $1 "$(b x)"; }
top() { printf '{"schemaVersion":2,"manifests":[%s]}' "$1" > l/index.json; }
O=application/vnd.oci.image; D=application/vnd.docker.distribution.manifest
"#;

/// Makes a layout and imports it; returns the calls, or the words of the refusal.
async fn import(sandbox: &Sandbox, script: &str) -> Result<String, String> {
    sh(sandbox, "rm -rf /lab/*").await;
    let said = sh(sandbox, &format!("{LIBRARY}{script}")).await;
    assert_eq!(said, "", "{script}");
    let outcome = act(sandbox, r#"{"import": {"from": "/lab/l", "as": "own"}}"#)
        .await
        .outcome;
    if let Some(refusal) = outcome.refusal {
        return Err(refusal.words);
    }
    let calls = outcome.calls.iter().map(|call| format!("{call}\n"));
    Ok(calls.collect::<Vec<_>>().concat())
}

/// Makes a layout whose image must be imported, with its one file.
async fn assert_taken(sandbox: &Sandbox, script: &str) {
    let told = import(sandbox, script).await;
    told.unwrap_or_else(|e| panic!("{script}: {e}"));
    let mark = sh(sandbox, "cat /lab/layers/*/mark").await;
    assert_eq!(mark, "mine\n", "{script}");
}

#[test]
fn lists_are_taken_in_each_spelling() {
    if lacks("lists_are_taken_in_each_spelling", &["zstd"]) {
        return;
    }
    let taken = [
        r#"top "$(manifest $D.v2+json $here)}""#,
        r#"top "$(index $D.list.v2+json "$(manifest $D.v2+json $here),\"platform\":{\"os\":\"linux\",\"architecture\":\"$here\"}}")""#,
        r#"top "$(index $O.index.v1+json "$(index $O.index.v1+json "$(index $O.index.v1+json "$(manifest $O.manifest.v1+json $here)}")")")""#,
        // The manifest for this machine comes after others, among them an attestation.
        r#"a="$(manifest $O.manifest.v1+json sparc),\"platform\":{\"os\":\"linux\",\"architecture\":\"sparc\"}}"; u="$(manifest $O.manifest.v1+json unknown),\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}"; top "$u,$a,$(manifest $O.manifest.v1+json $here)}""#,
        r#"gzip layer.tar -c > layer.gz; top "$(manifest $D.v2+json $here layer.gz)}""#,
        r#"zstd -q layer.tar -o layer.zst; top "$(manifest $D.v2+json $here layer.zst)}""#,
    ];
    with_host(|sandbox| async move {
        for script in taken {
            assert_taken(&sandbox, script).await;
        }
    });
}

#[test]
fn what_is_not_taken_is_said() {
    if lacks("what_is_not_taken_is_said", &["xz", "bzip2"]) {
        return;
    }
    let refused = [
        (
            r#"printf '{"manifests":null}' > l/index.json"#,
            "there is no image in it",
        ),
        (
            r#"top "$(manifest $O.manifest.v1+json sparc),\"platform\":{\"os\":\"linux\",\"architecture\":\"sparc\"}},$(manifest $O.manifest.v1+json arm),\"platform\":{\"os\":\"windows\",\"architecture\":\"$here\"}}""#,
            "in it, but: linux/sparc, windows/",
        ),
        (
            r#"xz -k layer.tar; top "$(manifest $D.v2+json $here layer.tar.xz)}""#,
            "compressed with xz",
        ),
        (
            r#"bzip2 -k layer.tar; top "$(manifest $D.v2+json $here layer.tar.bz2)}""#,
            "compressed with bzip2",
        ),
        (
            r#"echo layer >> layer.gz; top "$(manifest $D.v1+prettyjws $here)}""#,
            "schema 1",
        ),
        (
            r#"top "$(manifest $O.manifest.v1+json $here)}"; rm l/blobs/sha256/*"#,
            "there is no blobs/",
        ),
        (
            r#"top "$(manifest $O.manifest.v1+json $here)}"; for b in l/blobs/sha256/*; do echo >> $b; done"#,
            "the SHA-256 of",
        ),
    ];
    with_host(|sandbox| async move {
        for (script, said) in refused {
            let why = import(&sandbox, script).await.expect_err(script);
            assert!(why.contains(said), "{script}: {why}");
        }
        // A single image is imported even if it is for another machine, with a remark.
        let told = import(&sandbox, r#"top "$(manifest $O.manifest.v1+json sparc)}""#)
            .await
            .unwrap();
        assert!(told.contains("it is for linux/sparc"), "{told}");
    });
}

#[test]
fn what_is_too_large_is_not_called_wrong() {
    let refused = [
        (
            r#"{ head -c 5M /dev/zero | tr '\0' ' '; printf '{"manifests":[]}'; } > l/index.json"#,
            "index.json is too large: more than 4 MiB",
        ),
        (
            r#"{ cat layer.tar; head -c 5M /dev/zero; } > config; printf '[{"Config":"c","Layers":[]}]' > l/manifest.json; mv config l/c"#,
            "c is too large: more than 4 MiB",
        ),
    ];
    with_host(|sandbox| async move {
        for (script, said) in refused {
            let why = import(&sandbox, script).await.expect_err(script);
            assert!(why.contains(said), "{script}: {why}");
            assert!(!why.contains("SHA-256"), "{why}");
        }
    });
}

#[test]
fn a_full_lab_is_called_full() {
    // The content of the archive does not fit where it is unpacked.
    let make = "mkdir /own && mount -t tmpfs none /own && cd /own && head -c 3M /dev/urandom > index.json \
         && tar -cf own.tar index.json && mount -t tmpfs -o size=1M none /lab";
    with_host(|sandbox| async move {
        assert_eq!(sh(&sandbox, make).await, "");
        let outcome = act(
            &sandbox,
            r#"{"import": {"from": "/own/own.tar", "as": "own"}}"#,
        )
        .await
        .outcome;
        let refusal = outcome.refusal.unwrap();
        assert_eq!(
            [&refusal.call, &refusal.args, &refusal.errno],
            ["write", "\"/lab\"", "ENOSPC"],
            "{refusal:?}"
        );
    });
}

#[test]
fn configurations_have_any_name() {
    let make = r#"config $here; cp config NAME; printf '[{"Config":"NAME","RepoTags":["t:1"],"Layers":["layer.tar"]}]' > l/manifest.json; cp NAME layer.tar l"#;
    with_host(|sandbox| async move {
        for name in ["config.json", "sha256:$h", "$h.json", "$h"] {
            let name = name.replace("$h", "'$(sha256sum < config | cut -c1-64)'");
            let line = make.replace("cp config NAME", &format!("cp config '{name}'"));
            let line = line
                .replace("cp NAME", &format!("cp '{name}'"))
                .replace("NAME", &name);
            let line = line.replace("printf '[", "printf '%s' '[");
            assert_taken(&sandbox, &line).await;
        }
    });
}

#[test]
fn the_line_for_import_lists_what_the_verb_lists() {
    let layout = r#"top "$(manifest $O.manifest.v1+json $here)}""#;
    let since = format!(
        r#"{layout}; printf '[{{"Config":"blobs/sha256/%s","RepoTags":["t:1"],"Layers":["blobs/sha256/%s"]}}]' $(sha256sum < config | cut -c1-64) $(sha256sum < layer.tar | cut -c1-64) > l/manifest.json"#
    );
    let before = r#"config $here; mkdir l/x; cp layer.tar l/x; cp config l/c.json; printf '[ {"Config": "c.json", "Layers": ["x/layer.tar"]} ]' > l/manifest.json"#;
    let index = "$O.index.v1+json";
    let nested = format!(
        r#"top "$(index {index} "$(index {index} "$(manifest $O.manifest.v1+json $here)}}")")""#
    );
    let all = [layout, &since, before, &nested];
    let all = all
        .into_iter()
        .flat_map(|make| [(make, "own.tar"), (make, "l")]);
    let all: Vec<(String, &str)> = all.map(|(make, from)| (make.to_owned(), from)).collect();
    with_host(|sandbox| async move {
        for (make, from) in &all {
            import(&sandbox, make).await.unwrap();
            sh(&sandbox, "cd /lab; tar -C l -cf own.tar .").await;
            let action = &format!(r#"{{"import": {{"from": "/lab/{from}", "as": "own"}}}}"#);
            done(&sandbox, action).await;
            let right = sh(
                &sandbox,
                "cat /lab/images/own; rm -r /lab/images /lab/blobs /lab/layers",
            )
            .await;
            let action: Action = serde_json::from_str(action).unwrap();
            let line = isolab::typed::line(&action, &|_| None, &Hierarchy::default()).unwrap();
            // The line is for bash, the learner's shell.
            let typed = serde_json::json!({"exec": {"program": ["bash", "-c", line]}}).to_string();
            let said = act(&sandbox, &typed).await.outcome.output;
            assert_eq!(said, "", "{line}");
            let seen = sh(&sandbox, "cat /lab/images/own; cat /lab/layers/*/mark").await;
            assert_eq!(seen, format!("{right}mine\n"), "{make} {from}");
            assert!(right.starts_with("sha256:"), "{right}");
        }
    });
}
