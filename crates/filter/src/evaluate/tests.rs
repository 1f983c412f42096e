//! What expressions give, and where they are wrong.

use super::*;

fn said(expression: &str, input: Input, text: &str) -> Vec<Said> {
    let mut all = Vec::new();
    evaluate(expression, input, text.as_bytes(), &mut |said| {
        all.push(said);
        Ok(())
    })
    .unwrap();
    all
}

/// The results without white space, and how it ended.
fn results(expression: &str, text: &str) -> String {
    results_of(expression, Input::Value, text)
}

fn results_of(expression: &str, input: Input, text: &str) -> String {
    let one = |said: Said| match said {
        Said::Value(text) | Said::Cut(text) => {
            let text = String::from_utf8(text).unwrap();
            text.replace(['\n', ' '], "")
        }
        Said::Failed(message) => format!("failed: {message}"),
        Said::Wrong(at, message) => format!("{at}: {message}"),
        Said::Done(n, more) => format!("{n}{}", if more { "+" } else { "" }),
    };
    let all: Vec<String> = said(expression, input, text).into_iter().map(one).collect();
    all.join(" ")
}

#[test]
fn numbers_stay_what_they_are() {
    let text = r#"{"n":9007199254740993,"d":1.10,"long":0.1000000000000000055511151231257827021181583404541015625,"e":1e400}"#;
    assert_eq!(results(".", text), format!("{text} 1"), "as they were sent");
    assert_eq!(results(".n + 1", text), "9007199254740994 1");
    assert_eq!(results(".n == 9007199254740992", text), "false 1");
}

#[test]
fn events_are_one_array_however_a_history_is_spelled() {
    let events = r#"[{"eventId":"1","eventType":"Started"},{"eventId":"2","eventType":"Failed"}]"#;
    let select = r#".[] | select(.eventType == "Failed") | .eventId"#;
    for text in [
        events.to_owned(),
        format!("{{\"events\":{events}}}"),
        format!("{{\"history\":{{\"events\":{events}}},\"nextPageToken\":null}}"),
        "{\"eventId\":\"1\",\"eventType\":\"Started\"}\n{\"eventId\":\"2\",\"eventType\":\"Failed\"}".to_owned(),
    ] {
        assert_eq!(results_of(select, Input::Events, &text), "\"2\" 1", "{text}");
        assert_eq!(results_of("length", Input::Events, &text), "2 1", "{text}");
    }
    assert_eq!(results_of(".[0]", Input::Events, "[]"), "null 1");
    assert_eq!(results_of("length", Input::Value, "1 2 3"), "3 1");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (expression, wanted) in [
        (".a |", "4: expected term, found the end"),
        ("", "0: expected term, found the end"),
        (".a | select(", "12: expected closing parenthesis"),
        (
            ".a | foo(1)",
            "5: there is no filter with 1 argument called foo",
        ),
        (".a | foo", "5: there is no filter foo"),
        ("$x", "0: there is no variable $x"),
        ("1 )", "2: expected token"),
        ("1 2", "2: did not expect 2"),
        ("\"a", "2: expected closing quote"),
        ("\"é\" | nope", "7: there is no filter nope"),
    ] {
        assert_eq!(results(expression, "{}"), wanted, "{expression}");
    }
    assert_eq!(
        results(".[]", "[1,2]") + &results(".a", "[1]"),
        "1 2 2failed: cannot index [1] with \"a\" 0"
    );
}

#[test]
fn nothing_but_the_input_is_read() {
    for expression in [
        "env",
        "$ENV",
        "now",
        "input",
        "inputs",
        "debug",
        "stderr",
        "halt",
        "localtime",
        "input_filename",
        "strflocaltime(\"%Z\")",
        "halt_error",
        "env.HOME",
        "$__loc__",
    ] {
        let said = results(expression, "{}");
        assert!(said.contains(": there is no "), "{expression}: {said}");
    }
    for expression in [
        "include \"a\"; .",
        "import \"a\" as a; .",
        "import \"/etc/passwd\" as $a; .",
    ] {
        let said = results(expression, "{}");
        assert!(!said.contains("{}"), "{expression}: {said}");
    }
}

#[test]
fn what_is_usual_is_there() {
    for (expression, wanted) in [
        ("[.a[] | select(. > 1)]", "[2,3] 1"),
        (".a | map(. * 2) | add", "12 1"),
        ("to_entries | map(.key)", "[\"a\",\"t\"] 1"),
        (
            "[paths]",
            "[[\"a\"],[\"a\",0],[\"a\",1],[\"a\",2],[\"t\"]] 1",
        ),
        (".t | test(\"^2026\")", "true 1"),
        (".t | fromdate", "1767225600 1"),
        ("[.a[] as $x | {x: $x}] | group_by(.x) | length", "3 1"),
        (".a | @csv", "\"1,2,3\" 1"),
        (
            "[1.50, \"a\\\"b\", null, true] | @csv",
            r#""1.50,\"a\"\"b\",,true" 1"#,
        ),
        ("[\"a\\tb\\\\\", 1] | @tsv", r#""a\\tb\\\\\t1" 1"#),
        (
            "\"\\(.a[0])!\" | ascii_downcase | ltrimstr(\"1\")",
            "\"!\" 1",
        ),
        ("limit(2; .a[])", "1 2 2"),
        ("first(range(10; infinite))", "10 1"),
        ("[.[]?] | tojson | fromjson | length", "2 1"),
        ("try error(\"x\") catch .", "\"x\" 1"),
        ("reduce .a[] as $x (0; . + $x)", "6 1"),
        (
            "walk(if type == \"number\" then . + 1 else . end) | .a",
            "[2,3,4] 1",
        ),
    ] {
        let text = r#"{"a":[1,2,3],"t":"2026-01-01T00:00:00Z"}"#;
        assert_eq!(results(expression, text), wanted, "{expression}");
    }
}

#[test]
fn results_are_counted_and_shown_only_so_far() {
    let all = said("range(5000)", Input::Value, "null");
    assert_eq!(all.len(), MAX_VALUES as usize + 1);
    assert_eq!(all.last(), Some(&Said::Done(5000, false)));
    let endless = said("repeat(1)", Input::Value, "null");
    assert_eq!(endless.last(), Some(&Said::Done(MAX_COUNTED, true)));
    let long = said("[range(1000000)], 1", Input::Value, "null");
    assert!(matches!(&long[0], Said::Cut(text) if text.len() == MAX_TEXT));
    assert_eq!(long[1..], [Said::Done(2, false)]);
    // What is said of a failure is bounded, too.
    let failed = said("[range(1000000)] | .a", Input::Value, "null");
    assert!(matches!(&failed[0], Said::Failed(message) if message.len() < MAX_MESSAGE + 10));
}
