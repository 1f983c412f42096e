//! What differs between two sets of settings, in words for people: each with what it was and what it would be.

use serde::Serialize;

use crate::config::{NamedProfile, Settings};
use crate::settings::transfer_view::SettingDifference;

/// Every difference but those that the app keeps for itself. What lets more in than before is marked.
pub(crate) fn differences(before: &Settings, after: &Settings) -> Vec<SettingDifference> {
    let mut list = Vec::new();
    let lists = [
        ("Allowed origin", &before.origins, &after.origins),
        (
            "Host for programs",
            &before.program_hosts,
            &after.program_hosts,
        ),
    ];
    for (name, before, after) in lists {
        let added = after.iter().filter(|one| !before.contains(one));
        list.extend(added.map(|one| row(name, None, Some(one), true)));
        let removed = before.iter().filter(|one| !after.contains(one));
        list.extend(removed.map(|one| row(name, Some(one), None, false)));
    }
    let mut add = |name: &str, from: String, to: String, opens: bool| {
        if from != to {
            list.push(row(name, Some(&from), Some(&to), opens));
        }
    };
    let (old, new) = (&before.server, &after.server);
    add("Port", old.port.to_string(), new.port.to_string(), false);
    let mib = |n: u32| format!("{n} MiB");
    add(
        "Largest request",
        mib(old.max_body_mib),
        mib(new.max_body_mib),
        false,
    );
    add(
        "Work per request",
        mib(old.max_work_mib),
        mib(new.max_work_mib),
        false,
    );
    add(
        "Answer repeated requests from memory",
        on(old.cache),
        on(new.cache),
        false,
    );
    add(
        "Start the Codec Server with the app",
        on(old.start_on_launch),
        on(new.start_on_launch),
        new.start_on_launch,
    );
    let (old, new) = (&before.profile, &after.profile);
    add(
        "Payloads that cannot be decoded",
        word(old.undecodable),
        word(new.undecodable),
        false,
    );
    add(
        "Compression when encoding",
        word(old.compression),
        word(new.compression),
        false,
    );
    add(
        "Default profile: /encode returns Payloads unchanged",
        on(old.no_codec),
        on(new.no_codec),
        new.no_codec,
    );
    add(
        "Default profile: pages get protobuf messages as JSON",
        on(old.messages_as_json),
        on(new.messages_as_json),
        false,
    );
    add(
        "Namespaces without a profile",
        word(before.unlisted),
        word(after.unlisted),
        false,
    );
    let (old, new) = (&before.ui, &after.ui);
    add("Theme", word(old.theme), word(new.theme), false);
    add(
        "Keep running when the window is closed",
        on(old.close_to_tray),
        on(new.close_to_tray),
        false,
    );
    add("Menu bar", on(old.menu_bar), on(new.menu_bar), false);
    add(
        "Notify when a Payload cannot be decoded",
        on(old.notify_undecodable),
        on(new.notify_undecodable),
        false,
    );
    let (old, new) = (&before.lock, &after.lock);
    let minutes = |n: u32| match n {
        0 => "never".to_owned(),
        n => format!("after {n} minutes"),
    };
    add(
        "Lock when idle",
        minutes(old.when_idle_minutes),
        minutes(new.when_idle_minutes),
        new.when_idle_minutes == 0,
    );
    add(
        "Lock when the screen locks",
        on(old.with_screen),
        on(new.with_screen),
        !new.with_screen,
    );
    for named in &after.profiles {
        let old = before.profiles.iter().find(|old| old.name == named.name);
        if old != Some(named) {
            let name = format!("Profile {}", named.name);
            let opens = named.profile.no_codec;
            let from = old.map(profile);
            list.push(row(&name, from.as_deref(), Some(&profile(named)), opens));
        }
    }
    for format in &after.formats {
        let old = before.formats.iter().find(|old| old.name == format.name);
        if old.is_none_or(|old| old.spec != format.spec) {
            let name = format!("Format {}", format.name);
            let from = old.map(|_| "your spec");
            list.push(row(&name, from, Some("the spec in the file"), false));
        }
    }
    for rule in &after.protobuf.rules {
        let mut before = before.protobuf.rules.iter();
        let old = before.find(|old| old.is_about_the_same(rule));
        if old.is_none_or(|old| old.message_type != rule.message_type) {
            let name = format!("Message type of {}", rule.words());
            let from = old.map(|old| old.message_type.as_str());
            list.push(row(&name, from, Some(&rule.message_type), false));
        }
    }
    for source in &after.wrapped_keys {
        let mut before = before.wrapped_keys.iter();
        let old = before.find(|old| old.wrapped_by == source.wrapped_by);
        if old.is_none_or(|old| (&old.command, old.seconds) != (&source.command, source.seconds)) {
            let name = format!("Wrapped keys {}", source.wrapped_by.join(", "));
            let from = old.map(|old| old.command.as_str());
            // It is not run before it is confirmed here.
            list.push(row(&name, from, Some(&source.command), true));
        }
    }
    list
}

fn profile(named: &NamedProfile) -> String {
    let profile = &named.profile;
    let encodes = if profile.no_codec {
        ", /encode returns Payloads unchanged"
    } else {
        ""
    };
    let messages = match profile.messages_as_json {
        true => ", pages get protobuf messages as JSON",
        false => "",
    };
    format!(
        "{}; undecodable Payloads: {}; compression: {}{encodes}{messages}",
        named.namespaces.join(", "),
        word(profile.undecodable),
        word(profile.compression),
    )
}

fn row(name: &str, from: Option<&str>, to: Option<&str>, opens: bool) -> SettingDifference {
    SettingDifference {
        name: name.to_owned(),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        opens,
    }
}

fn on(on: bool) -> String {
    if on { "on" } else { "off" }.to_owned()
}

/// The word that the file has for it.
fn word(choice: impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
