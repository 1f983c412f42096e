//! Commands run side by side: what is set last is in force, and the newest look is told by its revision.

use std::collections::BTreeSet;
use std::sync::Barrier;

use app::config::Settings;
use app::{App, AppEvent, dispatch};
use serde_json::{Value, json};
use support::app::{TestApp, free_port, send};
use support::wire::{Ask, PLAIN, payloads};

/// Enough for two changes to overtake one another where nothing keeps them in order.
const ROUNDS: usize = 400;

#[test]
fn what_is_set_is_in_force_whoever_changed_something_else_meanwhile() {
    let runtime = tokio::runtime::Runtime::new().expect("a reactor");
    // In memory: nothing that waits for a disk keeps the changes apart.
    let app = App::in_memory(Settings::default(), runtime.handle().clone()).expect("an app");
    let port = free_port();
    dispatch(&app, "set_port", json!({ "port": port })).expect("a port");
    dispatch(&app, "start_server", Value::Null).expect("it serves");
    let origins = ["http://one.test", "http://two.test"];
    let body = payloads(&[PLAIN]);
    for round in 0..ROUNDS {
        let adds = round % 2 == 0;
        let command = if adds { "add_origin" } else { "remove_origin" };
        let start = Barrier::new(origins.len());
        std::thread::scope(|threads| {
            for origin in origins {
                let (app, start) = (&app, &start);
                threads.spawn(move || {
                    start.wait();
                    dispatch(app, command, json!({ "origin": origin })).expect(command);
                });
            }
        });
        for origin in origins {
            let answer = send(port, Ask::post("/decode", &body).header("Origin", origin));
            let served = answer.status() == 200;
            assert_eq!(served, adds, "round {round}, {origin}: {}", answer.head);
        }
    }
    app.shut_down();
}

#[test]
fn of_looks_in_any_order_the_one_with_the_largest_revision_is_the_state_of_now() {
    let app = TestApp::new();
    let mut events = app.app.events();
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let app = &app;
            threads.spawn(move || {
                for n in 0..20 {
                    let origin = format!("http://page-{thread}-{n}.test");
                    app.ok("add_origin", json!({ "origin": origin }));
                }
            });
        }
    });
    let mut looks = BTreeSet::new();
    let mut newest = None;
    while let Ok(event) = events.try_recv() {
        if let AppEvent::SettingsChanged { settings } = event {
            assert!(looks.insert(settings.revision), "each look has its own");
            if looks.last() == Some(&settings.revision) {
                newest = Some(json!(settings));
            }
        }
    }
    assert_eq!(looks.len(), 80);
    let now = app.ok("get_settings", Value::Null);
    assert_eq!(newest.expect("told")["origins"], now["origins"]);
}
