//! What keys are for: Namespaces, formats, retired.

use super::*;

fn limited(namespaces: &[&str]) -> KeyUse {
    KeyUse {
        namespaces: namespaces.iter().map(|&name| name.to_owned()).collect(),
        ..KeyUse::default()
    }
}

fn retired() -> KeyUse {
    KeyUse {
        retired: true,
        ..KeyUse::default()
    }
}

fn with(id: &str, usage: KeyUse) -> NewKey {
    NewKey { usage, ..new(id) }
}

#[test]
fn usage_outlives_the_process() {
    let machine = Machine::new();
    let usage = KeyUse {
        formats: vec!["tracecat".to_owned(), "sdk-samples".to_owned()],
        namespaces: vec!["prod-*".to_owned()],
        retired: true,
    };
    let store = machine.store();
    let kept = store
        .import(&with("kept", usage.clone()), sample())
        .unwrap();
    let changed = store.import(&new("changed"), sample()).unwrap();
    assert_eq!((&kept.usage, &changed.usage), (&usage, &KeyUse::default()));
    let changed = store.set_usage(changed.handle, usage.clone()).unwrap();
    assert_eq!(changed.usage, usage);
    assert_eq!(machine.loaded().list(), [kept, changed]);
    let unknown = store.set_usage(Uuid::nil(), usage);
    assert!(matches!(unknown, Err(KeyStoreError::NoSuchKey(_))));
}

#[test]
fn a_retired_key_opens_nothing_until_it_is_restored() {
    let machine = Machine::new();
    let store = machine.store();
    for new in [new("kept"), session("passing")] {
        let id = new.names.id.as_str();
        let added = store.import(&new, sample()).unwrap();
        let selected = store.select(&[added.handle]);
        let search = store.select_even_retired(&[added.handle]);
        assert!(selected.key(&KeyId::new(id)).unwrap().is_some());

        let record = store.set_usage(added.handle, retired()).unwrap();
        assert_eq!(record.state, KeyState::Loaded, "its bytes stay");
        assert_eq!(opens(&store, id), Ok(None));
        assert!(
            selected.key(&KeyId::new(id)).unwrap().is_none(),
            "codecs that were built before see it at once"
        );
        assert!(selected.keys().unwrap().is_empty());
        assert_eq!(search.keys().unwrap().len(), 1, "it can be searched");

        store.set_usage(added.handle, KeyUse::default()).unwrap();
        assert_eq!(opens(&store, id), Ok(Some(sample().fingerprint())));
        assert_eq!(selected.keys().unwrap().len(), 1);
    }
}

#[test]
fn an_id_may_be_shared_by_keys_of_other_namespaces() {
    let machine = Machine::new();
    let store = machine.store();
    let everywhere = store.import(&new("k"), sample()).unwrap();
    let prod = store
        .generate(&with("k", limited(&["prod", "prod-*"])), 256)
        .unwrap();
    let dev = store.generate(&with("k", limited(&["dev"])), 256).unwrap();
    assert_eq!(
        opens(&store, "k"),
        Ok(Some(everywhere.fingerprint.clone())),
        "without a Namespace, the one for all"
    );

    for same in [
        limited(&[]),
        limited(&["prod-*", "prod"]),
        limited(&["dev"]),
    ] {
        let refused = store.generate(&with("k", same.clone()), 256);
        assert!(matches!(refused, Err(KeyStoreError::Duplicate(_))));
        let session = NewKey {
            lifetime: Lifetime::SessionOnly,
            ..with("k", same)
        };
        let refused = store.generate(&session, 256);
        assert!(matches!(refused, Err(KeyStoreError::Duplicate(_))));
    }
    let refused = store.set_usage(dev.handle, KeyUse::default());
    assert!(matches!(refused, Err(KeyStoreError::Duplicate(_))));
    // To retire a key is always allowed, and frees its id; restoring it looks whether another one has it by now.
    store.set_usage(everywhere.handle, retired()).unwrap();
    store.set_usage(dev.handle, KeyUse::default()).unwrap();
    let refused = store.set_usage(everywhere.handle, KeyUse::default());
    assert!(matches!(refused, Err(KeyStoreError::Duplicate(_))));
    store.set_usage(dev.handle, limited(&["dev"])).unwrap();
    assert_eq!(opens(&store, "k"), Ok(None), "limited keys open elsewhere");

    let chosen = |handles: &[Uuid]| {
        let key = store.select(handles).key(&KeyId::new("k")).unwrap();
        key.map(|key| key.fingerprint())
    };
    let all = [everywhere.handle, prod.handle, dev.handle];
    assert_eq!(
        chosen(&all),
        Some(prod.fingerprint.clone()),
        "the first that is not retired"
    );
    store
        .set_usage(everywhere.handle, KeyUse::default())
        .unwrap();
    assert_eq!(chosen(&all), Some(everywhere.fingerprint));
    assert_eq!(chosen(&[dev.handle, prod.handle]), Some(dev.fingerprint));
    store.remove(dev.handle).unwrap();
    assert_eq!(chosen(&[dev.handle, prod.handle]), Some(prod.fingerprint));
}

#[test]
fn secrets_of_any_length_are_kept_too() {
    let machine = Machine::new();
    let secret = crate::material::raw_any(b"a pass phrase").unwrap();
    let added = machine.store().import(&new("derived"), secret).unwrap();
    assert_eq!(added.bits, 8 * 13);
    let store = machine.loaded();
    assert_eq!(opens(&store, "derived"), Ok(Some(added.fingerprint)));
}
