//! What a text is that was given as one key and is hardly one, in words, and where it belongs.

use key_store::key_list::{Address, BadList, ListKind, OtherText};

use super::view::{KeyTextWay, OtherKeyText};

/// What it is, after *is*.
pub(super) fn called(other: OtherText) -> String {
    match other {
        OtherText::List { kind, entries, .. } => match kind {
            ListKind::Env if entries == 1 => "a variable with its name".to_owned(),
            ListKind::Env => format!("a .env file with {entries} variables"),
            ListKind::Json => format!("a JSON list {}", of_keys(entries)),
            ListKind::Yaml => format!("a YAML list {}", of_keys(entries)),
            ListKind::Keyring => format!("a keyring {}", of_keys(entries)),
            ListKind::Jwk => format!("JSON Web Keys: {}", entries_of(entries)),
            ListKind::Tink => format!("a Tink keyset {}", of_keys(entries)),
            ListKind::KubernetesSecret => format!("a Kubernetes Secret {}", of_keys(entries)),
            ListKind::OneKey => "a key".to_owned(),
        },
        OtherText::Bundle => "an encrypted key bundle".to_owned(),
        OtherText::Pem(pem) => pem.to_string(),
        OtherText::Address(address) => address.to_string(),
        OtherText::Json => "JSON in which no key was found".to_owned(),
    }
}

const OF_VARIABLES: &str = "No value in it is an AES key. If your codec derives its key from one of them, paste that value alone, without its name.";

const OF_PEM: &str = "Payloads are encrypted with a symmetric key of 16, 24 or 32 bytes, or with one that is derived from a secret. Ask for the one that the Workers’ codec uses.";

fn of_address(address: Address) -> &'static str {
    match address {
        Address::Secret => {
            "Let the program of that store print the secret, under “Command”, as in: op read op://Temporal/codec/key."
        }
        Address::KeyService => {
            "That key never leaves its service: “Wrapped keys” has a command of yours unwrap data keys with it."
        }
        Address::Other => "Open it where you are signed in, and paste the key that it shows.",
    }
}

/// What to do about a text that is no list; `otherwise` where that is not known of it.
pub(super) fn hint_of(bad: &BadList, otherwise: &'static str) -> &'static str {
    match bad {
        BadList::NoKeyInVariables { .. } => {
            "If your codec derives its key from one of them, add that value alone, without its name, with the codec’s format."
        }
        BadList::Pem(_) => OF_PEM,
        BadList::Address(address) => of_address(*address),
        BadList::Wrapped => "Export it unencrypted, such as with tinkey convert-keyset.",
        BadList::TooLarge | BadList::NotText { .. } | BadList::Damaged { .. } | BadList::NoKeys => {
            otherwise
        }
    }
}

fn of_keys(n: usize) -> String {
    format!("with {}", entries_of(n))
}

fn entries_of(n: usize) -> String {
    match n {
        1 => "1 key".to_owned(),
        n => format!("{n} keys"),
    }
}

/// What is said of it, and where it leads.
pub(super) fn other_text(other: OtherText) -> OtherKeyText {
    let (hint, way) = match other {
        OtherText::List { kind, keys, .. } => match (kind, keys) {
            (ListKind::Env, 0) => (OF_VARIABLES, None),
            (ListKind::Env, _) => (
                "Read it under “List, .env, bundle”: it takes the values that are keys, and you choose their ids.",
                Some(KeyTextWay::List),
            ),
            (_, 0) => (
                "None of it is a key that can be used here; “List, .env, bundle” says of each entry why.",
                Some(KeyTextWay::List),
            ),
            _ => (
                "Read it under “List, .env, bundle”: it takes each key with its id.",
                Some(KeyTextWay::List),
            ),
        },
        OtherText::Bundle => (
            "Open it under “List, .env, bundle”, with its passphrase.",
            Some(KeyTextWay::List),
        ),
        OtherText::Pem(_) => (OF_PEM, None),
        OtherText::Address(address) => (
            of_address(address),
            match address {
                Address::Secret => Some(KeyTextWay::Command),
                Address::KeyService => Some(KeyTextWay::WrappedKeys),
                Address::Other => None,
            },
        ),
        OtherText::Json => (
            "Paste the key alone, or a list: [{\"id\": \"my-key\", \"key\": \"…\"}]. “List, .env, bundle” says what is wrong with this one.",
            Some(KeyTextWay::List),
        ),
    };
    OtherKeyText {
        title: format!("This is {}, and not one key.", called(other)),
        hint: hint.to_owned(),
        way,
    }
}
