//! Access in the app: what the window sets is in force for the next request, and no token is anywhere but where it is used.

use std::time::{SystemTime, UNIX_EPOCH};

use app::Code;
use serde_json::{Value, json};
use support::app::{Answer, TestApp, answer as answer_of, eventually, exchange, send};
use support::canary::{Canary, assert_folder_silent, assert_silent, keep_log, log};
use support::tokens::{Signer, key_set};
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, payloads};

const ISSUER: &str = "https://id.example.com";

/// A rule that asks for nothing.
fn rule(then: &str, more: &Value) -> Value {
    let mut rule = json!({
        "name": "", "client": null, "program": "", "email": [], "email_domain": [], "permission": null,
        "claim": "", "claim_is": "", "namespace": [], "operation": null, "then": then
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        rule[name] = value.clone();
    }
    json!({ "place": null, "rule": rule })
}

/// An app whose provider has this key, with rules: the team decodes, Bo gets what was sent, nobody else gets anything.
fn with_rules(signer: &Signer) -> TestApp {
    let app = TestApp::new().with_sample_key();
    let path = app.folder().path().join("jwks.json");
    app::write_atomically(&path, key_set(&[signer]).to_string().as_bytes()).expect("written");
    app.ok(
        "save_provider",
        json!({
            "place": null, "kind": "jwks_file", "issuer": ISSUER, "audience": ["ui"], "url": "",
            "file": app.ticket("provider_keys", &path), "skew_seconds": null
        }),
    );
    let bo = json!({ "name": "Bo", "email": ["bo@example.com"] });
    app.ok("save_rule", rule("original", &bo));
    let team = json!({ "name": "team", "email_domain": ["example.com"], "operation": "decode" });
    app.ok("save_rule", rule("decode", &team));
    app.ok("set_access_default", json!({ "then": "refuse" }));
    app.ok("switch_access", json!({ "on": true }));
    app
}

fn token(signer: &Signer, email: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time");
    let until = now.as_secs() + 300;
    signer.token(&json!({"iss": ISSUER, "aud": "ui", "sub": "u", "exp": until, "email": email}))
}

fn page(port: u16, token: Option<&str>) -> Answer {
    let sealed = payloads(&[SEALED]);
    let ask = Ask::post("/decode", &sealed).header("Origin", ORIGIN);
    let bearer = token.map(|token| format!("Bearer {token}"));
    send(
        port,
        match &bearer {
            Some(bearer) => ask.header("Authorization", bearer),
            None => ask,
        },
    )
}

fn program(port: u16, token: &str) -> Answer {
    let sealed = payloads(&[SEALED]);
    let bearer = format!("Bearer {token}");
    send(
        port,
        Ask::post("/decode", &sealed).header("Authorization", &bearer),
    )
}

/// The newest request, once there are so many.
fn newest(app: &TestApp, n_requests: usize) -> Value {
    let list = || app.ok("list_requests", json!({ "limit": 100 }))["requests"].clone();
    eventually("the request in the list", || {
        list()
            .as_array()
            .is_some_and(|list| list.len() == n_requests)
    });
    list()[0].clone()
}

#[test]
fn one_user_decodes_another_gets_what_was_sent_a_third_is_refused() {
    let signer = Signer::new("ES256", "k1");
    let app = with_rules(&signer);
    let port = app.serve();
    let answer = page(port, Some(&token(&signer, "ann@example.com")));
    assert_eq!(answer.body, payloads(&[PLAIN]));
    let row = newest(&app, 1);
    assert_eq!(
        (&row["who"], &row["access_rule"]),
        (&json!("ann@example.com"), &json!("team"))
    );
    let answer = page(port, Some(&token(&signer, "bo@example.com")));
    assert_eq!((answer.status(), answer.body), (200, payloads(&[SEALED])));
    let answer = page(port, Some(&token(&signer, "eve@other.test")));
    assert_eq!(answer.status_line(), "403 Refused by the access rules");
    let row = newest(&app, 3);
    assert_eq!(
        (&row["who"], &row["access_rule"]),
        (&json!("eve@other.test"), &json!("default"))
    );
    let answer = page(port, None);
    assert_eq!(answer.status_line(), "401 Access token missing");
    // A reason names what to do.
    let id = newest(&app, 4)["id"].clone();
    let detail = app.ok("request_detail", json!({ "id": id }));
    assert!(
        detail["reasons"][0]["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("Access")),
        "{detail}"
    );

    // The next start has them, too.
    app.ok("stop_server", Value::Null);
    let next = app.sibling().with_sample_key();
    let port = next.serve();
    assert_eq!(page(port, None).status(), 401);
    next.ok("switch_access", json!({ "on": false }));
    assert_eq!(page(port, None).status(), 200);
}

#[test]
fn a_programs_token_is_copied_once_and_is_good_until_it_is_replaced_or_revoked() {
    keep_log();
    let app = TestApp::new().with_sample_key();
    let named = json!({ "name": "ci" });
    let made = app.ok("make_program_token", named.clone());
    assert_eq!(made["programs"][0]["is_new"], true);
    app.fails("make_program_token", named.clone(), Code::InvalidSetting);
    app.fails("copy_program_token", named.clone(), Code::Cancelled);
    app.desktop.agree(true);
    assert_eq!(
        app.ok("copy_program_token", named.clone()),
        json!({ "seconds": 60 })
    );
    let first = app.desktop.told().clipboard.expect("copied");
    app.fails("copy_program_token", named.clone(), Code::KeyNotFound);
    app.ok("require_program_tokens", json!({ "on": true }));
    app.ok("switch_access", json!({ "on": true }));
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    let without = send(port, Ask::post("/decode", &sealed));
    assert_eq!(without.status_line(), "401 Access token missing");
    assert_eq!(program(port, &first).body, payloads(&[PLAIN]));
    assert_eq!(newest(&app, 2)["who"], "ci");
    // Nor has this app a token when it tries its own endpoint for the CLI.
    let plan = app.ok("plan_cli", json!({ "profile": "default" }));
    let change = json!({ "profile": "default", "seen": plan["seen"] });
    let problem = app.ok("connect_cli", change)["problem"].clone();
    assert_eq!(problem["code"], "unproven");
    assert!(
        problem["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("codec.auth")),
        "{problem}"
    );
    // Pages are no programs.
    assert_eq!(page(port, None).status(), 200);
    let used = app.ok("list_access", Value::Null)["programs"][0].clone();
    assert_eq!(
        (&used["n_uses"], used["last_used"].is_string()),
        (&json!(1), true)
    );

    // A rule that is changed around it is undone; the token is not.
    app.ok("set_access_default", json!({ "then": "original" }));
    app.ok("rotate_program_token", named.clone());
    app.ok("copy_program_token", named.clone());
    let second = app.desktop.told().clipboard.expect("copied");
    assert_eq!(
        program(port, &first).status_line(),
        "401 Program token not known"
    );
    assert_eq!(program(port, &second).status(), 200);
    app.ok("revoke_program_token", named);
    assert_eq!(program(port, &second).status(), 401);
    app.ok("undo_settings", app.last_change());
    for revoked in [&first, &second] {
        assert_eq!(program(port, revoked).status(), 401);
    }
    assert_eq!(app.ok("list_access", Value::Null)["programs"], json!([]));

    // A lock takes it off the clipboard, and forgets one that was not copied.
    app.ok("make_program_token", json!({ "name": "other" }));
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(app.desktop.told().clipboard, None);
    app.fails(
        "copy_program_token",
        json!({ "name": "other" }),
        Code::KeyNotFound,
    );

    let canaries = [("the first token", &first), ("the second token", &second)];
    for (name, token) in canaries {
        let canary = Canary::new(name, token.as_bytes());
        assert_silent(&[&canary], "the log", &log());
        assert_folder_silent(&[&canary], app.folder().path());
        for command in ["list_access", "access_file"] {
            let said = app.ok(command, Value::Null).to_string();
            assert_silent(&[&canary], command, said.as_bytes());
        }
        let list = app.ok("list_requests", json!({ "limit": 100 })).to_string();
        assert_silent(&[&canary], "the requests", list.as_bytes());
    }
}

/// Whoever sends a token is not said to have none, also where no rule asks for one.
#[test]
fn a_programs_token_is_called_by_its_name_while_the_rules_are_off() {
    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    app.desktop.agree(true);
    app.ok("make_program_token", json!({ "name": "ci" }));
    app.ok("copy_program_token", json!({ "name": "ci" }));
    let token = app.desktop.told().clipboard.expect("copied");
    let port = app.serve();
    assert_eq!(program(port, &token).body, payloads(&[PLAIN]));
    let row = newest(&app, 1);
    assert_eq!(row["who"], "ci");
    assert_eq!(row["access_rule"], Value::Null, "no rule was asked");
    let used = app.ok("list_access", Value::Null)["programs"][0].clone();
    assert_eq!(used["n_uses"], 1);

    // Neither another token nor a page that has it is called so.
    assert_eq!(program(port, "tcodec_guess").status(), 200);
    assert_eq!(newest(&app, 2)["who"], Value::Null);
    let bearer = format!("Bearer {token}");
    let page = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    let answer = send(port, page.header("Authorization", &bearer));
    assert_eq!(answer.status(), 200);
    assert_eq!(newest(&app, 3)["who"], Value::Null);

    // Nor is the user asked about a program without one.
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let waits = std::thread::spawn(move || program(port, &token).status());
    let question = crate::consent::question(&app);
    assert_eq!(
        (&question["kind"], &question["name"]),
        (&json!("named_program"), &json!("ci"))
    );
    crate::consent::answer(&app, &question, "once");
    assert_eq!(waits.join().expect("answered"), 200);

    // Once it is revoked, it is nobody's.
    app.ok("revoke_program_token", json!({ "name": "ci" }));
    let question = std::thread::spawn({
        let asked = Ask::post("/decode", &payloads(&[SEALED]))
            .header("Authorization", &bearer)
            .header("Connection", "close")
            .bytes();
        move || exchange(port, &asked)
    });
    let asked = crate::consent::question(&app);
    assert_eq!(asked["kind"], "program");
    crate::consent::answer(&app, &asked, "deny");
    assert!(answer_of(&question.join().expect("answered")).status() == 403);
}

#[test]
fn a_token_is_tested_check_by_check_and_forgotten() {
    keep_log();
    let signer = Signer::new("EdDSA", "k1");
    let app = with_rules(&signer);
    let good = token(&signer, "ann@example.com");
    let ask = |token: &str, operation: &str| json!({ "token": token, "is_page": true, "namespace": "orders", "operation": operation });
    let test = |token: &str, operation: &str| app.ok("test_token", ask(token, operation));
    let passed = |tested: &Value| -> Vec<Value> {
        let checks = tested["checks"].as_array().expect("checks");
        checks.iter().map(|check| check["passed"].clone()).collect()
    };
    for spelled in [
        good.clone(),
        format!("Bearer {good}"),
        format!(" bearer {good}\n"),
    ] {
        let tested = test(&spelled, "decode");
        assert_eq!(passed(&tested), vec![json!(true); 8]);
        let said = [
            &tested["verdict"],
            &tested["who"],
            &tested["rule"],
            &tested["hint"],
        ];
        assert_eq!(
            said,
            [
                &json!("decode"),
                &json!("ann@example.com"),
                &json!("team"),
                &json!("")
            ]
        );
    }
    let tested = test(&good, "encode");
    assert_eq!(
        [&tested["verdict"], &tested["rule"]],
        [&json!("refuse"), &json!("default")]
    );
    let late = json!({"iss": ISSUER, "aud": "ui", "sub": "u", "exp": 1_000_000});
    let tested = test(&signer.token(&late), "decode");
    let [yes, no, unknown] = [json!(true), json!(false), Value::Null];
    let mut expect = vec![yes; 6];
    expect.extend([no.clone(), unknown.clone()]);
    assert_eq!(passed(&tested), expect);
    assert_eq!(tested["message"], "The token has expired.");
    assert!(!tested["hint"].as_str().expect("a hint").is_empty());
    let tested = test("opaque", "decode");
    assert_eq!(passed(&tested)[..2], [no, unknown]);
    assert_eq!(test("", "decode")["checks"], json!([]));

    // Off or on, it says what the rules would do.
    app.ok("switch_access", json!({ "on": false }));
    assert_eq!(test(&good, "decode")["rule"], "team");
    let canary = Canary::new("the token", good.as_bytes());
    assert_silent(&[&canary], "the log", &log());
    assert_folder_silent(&[&canary], app.folder().path());
    assert_eq!(
        app.ok("list_requests", json!({ "limit": 9 }))["requests"],
        json!([])
    );
}

#[test]
fn rules_have_an_order_and_every_change_can_be_undone() {
    let app = with_rules(&Signer::new("ES256", "k1"));
    let names = |view: &Value| -> Vec<String> {
        let rules = view["rules"].as_array().expect("rules");
        rules
            .iter()
            .map(|rule| rule["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let before = app.ok("list_access", Value::Null);
    for (command, request) in [
        ("move_rule", json!({ "place": 0, "to": 1 })),
        ("remove_rule", json!({ "place": 0 })),
        ("save_rule", rule("refuse", &json!({ "client": "page" }))),
        ("set_access_default", json!({ "then": "decode" })),
        ("remove_provider", json!({ "place": 0 })),
        ("make_program_token", json!({ "name": "x" })),
        ("require_program_tokens", json!({ "on": true })),
        ("switch_access", json!({ "on": false })),
    ] {
        assert_ne!(app.ok(command, request), before, "{command}");
        app.ok("undo_settings", app.last_change());
        assert_eq!(app.ok("list_access", Value::Null), before, "{command}");
    }
    let moved = app.ok("move_rule", json!({ "place": 1, "to": 0 }));
    assert_eq!(names(&moved), ["team", "Bo"]);
    for (command, request) in [
        ("move_rule", json!({ "place": 0, "to": 2 })),
        ("remove_rule", json!({ "place": 2 })),
        ("save_rule", rule("decode", &json!({ "claim": "groups" }))),
        ("save_rule", rule("decode", &json!({ "name": "everybody" }))),
        ("save_rule", rule("decode", &json!({ "email": [" "] }))),
        (
            "save_rule",
            rule("decode", &json!({ "client": "page", "program": "ci" })),
        ),
        ("revoke_program_token", json!({ "name": "nobody" })),
        ("make_program_token", json!({ "name": " " })),
    ] {
        let error = app.fails(command, request, Code::InvalidSetting);
        assert!(!error.hint.is_empty(), "{command}");
    }
    // What the window set is what the command line takes.
    let file = app.ok("access_file", Value::Null);
    let file = file["text"].as_str().expect("text");
    app::read_access_file(file.as_bytes()).expect("an access file");
}

#[test]
fn a_provider_says_what_is_missing_or_wrong() {
    let app = TestApp::new();
    let provider = |more: &Value| {
        let mut request = json!({
            "place": null, "kind": "oidc", "issuer": ISSUER, "audience": ["ui"], "url": "", "file": null, "skew_seconds": null
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        request
    };
    for (wrong, says) in [
        (json!({ "issuer": " " }), "issuer is missing"),
        (json!({ "audience": [] }), "audience is missing"),
        (
            json!({ "issuer": "http://id.example.com" }),
            "not an https URL",
        ),
        (json!({ "skew_seconds": 601 }), "600 at most"),
        (json!({ "kind": "jwks_url" }), "URL of the keys is missing"),
        (
            json!({ "kind": "jwks_file" }),
            "file with the keys is missing",
        ),
    ] {
        let error = app.fails("save_provider", provider(&wrong), Code::InvalidSetting);
        assert!(error.message.contains(says), "{error:?}");
    }
    // A page that was taken over must not make this app connect anywhere.
    app.fails("save_provider", provider(&json!({})), Code::Cancelled);
    assert_eq!(app.ok("list_access", Value::Null)["providers"], json!([]));
    app.desktop.agree(true);
    app.ok("save_provider", provider(&json!({})));
    let (_, question) = app.desktop.told().asked.pop().expect("asked");
    assert!(question.contains(ISSUER), "{question}");
    app.fails("save_provider", provider(&json!({})), Code::InvalidSetting);
    let local = json!({ "issuer": "http://127.0.0.1:1", "place": 0 });
    app.ok("save_provider", provider(&local));
    let problems = app.ok("check_providers", Value::Null);
    assert_eq!(problems[0]["place"], 0);
    assert!(
        problems[0]["problem"]["message"]
            .as_str()
            .is_some_and(|said| said.contains("could not be reached")),
        "{problems}"
    );
}

#[test]
fn rules_that_are_not_understood_let_nobody_in() {
    for policy in [
        json!({ "rules": [{ "when": { "client": "page" }, "then": "ask" }], "default": "decode" }),
        json!({ "rules": [{ "then": "decode" }], "default": "decode" }),
        json!({ "consent": true, "default": "decode" }),
        json!("decode"),
    ] {
        let first = TestApp::new();
        let settings = json!({ "version": 1, "access": { "on": true, "policy": policy } });
        app::write_atomically(&first.settings_file(), settings.to_string().as_bytes())
            .expect("written");
        let app = first.sibling().with_sample_key();
        let port = app.serve();
        assert_eq!(page(port, None).status(), 403, "{policy}");
        // It stays in the file until it is set anew.
        app.ok("update_settings", json!({ "theme": "dark" }));
        let kept: Value =
            serde_json::from_slice(&std::fs::read(first.settings_file()).expect("a file"))
                .expect("JSON");
        assert_eq!(kept["access"]["policy"], policy);
    }
}
