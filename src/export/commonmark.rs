//! Makes the Markdown of labs harmless: HTML becomes text, nothing is fetched, and links lead to
//! the web or nowhere.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use unicode_width::UnicodeWidthChar as _;

use super::paint::plain;

/// How often a changed text is searched again, since a change may turn text into HTML.
const ROUNDS: usize = 16;

/// The text without HTML and pictures, for readers of Markdown. Headings go below those of a step.
pub(super) fn tame(text: &str) -> String {
    let text = plain(text);
    let tame = escaped(&text, Links::AsTheyAre);
    // A text that was made to pass these rounds does not pass.
    let tame = tame.unwrap_or_else(|| text.replace('<', "&lt;").replace('!', "&#33;"));
    joined(&tame)
}

/// The same for a whole hand-out in Markdown. What is harmless by itself may not be so behind other
/// text: a fence without an end, a list that goes on. Only our own HTML is left, and links lead to
/// the web or nowhere.
pub(super) fn settled(document: &str) -> String {
    escaped(document, Links::ToTheWeb).unwrap_or_else(|| {
        let lines = document.lines().map(|line| {
            if is_ours(line) {
                line.to_owned()
            } else {
                let text = line.replace('<', "&lt;").replace('!', "&#33;");
                text.replace('[', "&#91;")
            }
        });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    })
}

/// Which links are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    /// All: whoever turns the text into HTML checks them.
    AsTheyAre,
    /// Those to the web.
    ToTheWeb,
}

/// A text with a backslash before all that is not wanted; `None` if each round finds more.
fn escaped(text: &str, links: Links) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let edits = edits(&text, links);
        if edits.is_empty() {
            return Some(text);
        }
        for at in edits.into_iter().rev() {
            text.insert(at, '\\');
        }
    }
    None
}

/// Whether a line of HTML is one that folds a part of a hand-out.
fn is_ours(line: &str) -> bool {
    let line = line.trim_end();
    let title = line.strip_prefix("<details><summary>");
    let title = title.and_then(|rest| rest.strip_suffix("</summary>"));
    line == "</details>" || title.is_some_and(|title| !title.contains('<'))
}

/// Where HTML, a picture or an unwanted link begins.
fn edits(text: &str, links: Links) -> Vec<usize> {
    let mut edits = Vec::new();
    for (event, Range { start, end }) in Parser::new_ext(text, Options::empty()).into_offset_iter()
    {
        match event {
            Event::Html(_) if links == Links::ToTheWeb && is_ours(&text[start..end]) => {}
            Event::Html(_) | Event::InlineHtml(_) => {
                let marks = text[start..end].match_indices('<');
                edits.extend(marks.map(|(at, _)| start + at));
            }
            Event::Start(Tag::Image { .. }) => edits.push(start),
            Event::Start(Tag::Link { dest_url, .. })
                if links == Links::ToTheWeb && !is_web(&dest_url) =>
            {
                edits.push(start);
            }
            _ => {}
        }
    }
    edits.sort_unstable();
    edits.dedup();
    edits
}

/// Makes headings smaller, and joins lines between Chinese characters without a space.
fn joined(text: &str) -> String {
    let mut out = text.to_owned();
    let events: Vec<_> = Parser::new_ext(text, Options::empty())
        .into_offset_iter()
        .collect();
    for (event, Range { start, end }) in events.into_iter().rev() {
        match event {
            Event::Start(Tag::Heading { .. }) if text[start..].starts_with('#') => {
                out.insert_str(start, "###");
            }
            Event::SoftBreak => {
                let wide = |letter: Option<char>| letter.and_then(char::width) == Some(2);
                let rest = text[end..].trim_start_matches([' ', '\n']);
                if wide(text[..start].trim_end().chars().last()) && wide(rest.chars().next()) {
                    out.replace_range(start..text.len() - rest.len(), "");
                }
            }
            _ => {}
        }
    }
    out
}

/// The text as HTML.
pub(super) fn hypertext(text: &str) -> String {
    let text = tame(text);
    let mut out = String::new();
    html::push_html(&mut out, harmless(Parser::new_ext(&text, Options::empty())));
    out
}

fn harmless<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut leads = Vec::new();
    events.filter_map(move |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            leads.push(is_web(dest_url));
            leads.last().copied().unwrap_or(false).then_some(event)
        }
        Event::End(TagEnd::Link) => leads.pop().unwrap_or(false).then_some(event),
        other => Some(other),
    })
}

fn is_web(link: &CowStr<'_>) -> bool {
    let scheme = link
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "https" || scheme == "http")
}

/// A plain text as one line of Markdown.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::new();
    for letter in plain(text).replace('\n', " ").chars() {
        if "\\`*_{}[]<>#|~!&".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// Lines as they are, between fences that none of them can end.
pub(super) fn fenced(kind: &str, text: &str) -> String {
    let text = plain(text);
    let longest = text
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{kind}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_html_is_text() {
        for text in [
            "a <script>alert(1)</script> b",
            "<div onclick=x>\n*y*\n</div>",
            "\\\\<b>c</b>",
            "<!-- a --> <?x?> <![CDATA[y]]>",
            "<<b>i>x",
            "![a](http://x/y.png)",
            "- <img src=x onerror=y>\n\n  <b>",
            "<a\nhref=x>",
        ] {
            let html = hypertext(text);
            for tag in [
                "<script", "<div", "<b>", "<!--", "<img", "<i>", "<a\n", "<?",
            ] {
                assert!(!html.contains(tag), "{text}: {html}");
            }
            let none = |event: &Event<'_>| {
                !matches!(
                    event,
                    Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. })
                )
            };
            let tame = tame(text);
            assert!(
                Parser::new(&tame).all(|event| none(&event)),
                "{text}: {tame}"
            );
        }
        let code = hypertext("`<b>` and\n\n    <i>\n");
        assert!(
            code.contains("<code>&lt;b&gt;</code>") && code.contains("&lt;i&gt;"),
            "{code}"
        );
    }

    #[test]
    fn links_lead_to_the_web_or_nowhere() {
        let html = hypertext("[a](javascript:b) [c](https://d/e) [f](JAVASCRIPT:g) [h](data:i)");
        assert_eq!(html, "<p>a <a href=\"https://d/e\">c</a> f h</p>\n");
    }

    /// Whether a document holds only what it may hold.
    fn is_harmless(document: &str) -> bool {
        Parser::new(document)
            .into_offset_iter()
            .all(|(event, range)| match event {
                Event::Html(_) => is_ours(&document[range]),
                Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) => false,
                Event::Start(Tag::Link { dest_url, .. }) => is_web(&dest_url),
                _ => true,
            })
    }

    #[test]
    fn what_is_harmless_alone_is_harmless_together() {
        let fold = "<details><summary>Hint &lt;1&gt;</summary>\n\nwords\n\n</details>\n\n";
        for parts in [
            // A fence without an end turns the other parts inside out.
            vec![
                tame("```\n<b>"),
                fenced("console", "<script>alert(1)</script>"),
            ],
            vec![tame("~~~~\nx"), fold.to_owned(), tame("~~~~\n\ny")],
            // What would be code alone continues a list or a line.
            vec!["- item".to_owned(), tame("    <script>x</script>")],
            vec![format!("**?** {}", tame("    <img src=x onerror=y>"))],
            vec![format!("1. {}", tame("a\n\n       <b onclick=x>"))],
            // The target of a link stands in another part.
            vec![tame("[a]"), tame("[a]: javascript:alert(1)")],
            vec![tame(
                "[a](javascript:b) <javascript:c> [d](data:e) [f](https://g/h)",
            )],
        ] {
            let document = parts.join("\n\n") + "\n";
            let settled = settled(&document);
            assert!(is_harmless(&settled), "{document}\n=>\n{settled}");
        }
        assert_eq!(settled(fold), fold);
        let web = "[f](https://g/h)\n";
        assert_eq!(settled(web), web);
    }

    #[test]
    fn chinese_has_no_spaces_at_the_ends_of_lines() {
        assert_eq!(hypertext("容器\n运行 it\n  在"), "<p>容器运行 it\n在</p>\n");
        assert_eq!(tame("- 甲\n  乙\n"), "- 甲乙\n");
        assert_eq!(tame("one\ntwo"), "one\ntwo");
    }

    #[test]
    fn headings_go_below_those_of_a_step() {
        assert_eq!(tame("# A\n\ntext"), "#### A\n\ntext");
    }

    #[test]
    fn fences_hold() {
        assert_eq!(fenced("", "a ```` b\n"), "`````\na ```` b\n`````\n");
        assert_eq!(literal("a *b* <c>\nd"), "a \\*b\\* \\<c\\> d");
    }
}
