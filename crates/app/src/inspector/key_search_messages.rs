//! What a diagnosis is in words: its kind, what it means, and what can be done.

use payload_codec::{Diagnosis, Mark, Verdict};

use crate::hints::UNWRAP;
use crate::inspector::key_search_view::{DiagnosisKind, DiagnosisView};
use crate::payload::mark_in_words;

pub(super) fn kind(verdict: &Verdict) -> DiagnosisKind {
    match verdict {
        Verdict::Opens | Verdict::OpensWithoutKey => DiagnosisKind::Opens,
        Verdict::UnknownKey { .. } => DiagnosisKind::UnknownKey,
        Verdict::WrongKeyOrDamaged { .. } | Verdict::DamagedLayer(_) => {
            DiagnosisKind::WrongKeyOrDamaged
        }
        Verdict::RightKey { .. } | Verdict::OtherInside { .. } => DiagnosisKind::RightKey,
        Verdict::Truncated { .. } => DiagnosisKind::Truncated,
        Verdict::NotEncrypted { .. } => DiagnosisKind::NotEncrypted,
        Verdict::OtherScheme { .. } => DiagnosisKind::OtherScheme,
        Verdict::NeedsKeyService(_) => DiagnosisKind::NeedsKms,
    }
}

/// The key that it names, where nobody has it.
pub(super) fn missing_key(verdict: &Verdict) -> Option<String> {
    let Verdict::UnknownKey { id } = verdict else {
        return None;
    };
    Some(id.as_str().to_owned())
}

/// `is_wrapped`: whether a data key seals it that a command could unwrap.
pub(super) fn explanation(
    diagnosis: &Diagnosis,
    n_unread: usize,
    mark: Option<Mark>,
    is_wrapped: bool,
) -> String {
    let mut text = match &diagnosis.verdict {
        Verdict::Opens | Verdict::OpensWithoutKey => "Press “Apply change” to decode every Payload like this one.",
        Verdict::UnknownKey { .. } => {
            "Ask whoever runs the Workers for the key with this id, then add it in Keys."
        }
        Verdict::WrongKeyOrDamaged { .. } => {
            "Compare the key’s fingerprint with that of the Workers’ key. If they match, the format is another one, or the data was changed or cut off."
        }
        Verdict::RightKey { .. } => {
            "No other key is needed. Either the Workers authenticate additional data that no format here has: describe it in Formats. Or the data was changed or cut off on its way: copy it again from its source."
        }
        Verdict::OtherInside { .. } => {
            "No other key is needed. Say in Formats what is inside: a Payload, its data alone, or something compressed."
        }
        Verdict::Truncated { .. } => {
            "Copy the Payload again from its source; a log or a terminal may have cut it off."
        }
        Verdict::NotEncrypted { .. } => "No key is needed; its content is shown as it is.",
        Verdict::OtherScheme { .. } => {
            "If your team’s codec wrote it, describe the codec in Formats: start from the closest format and try it on this Payload."
        }
        Verdict::NeedsKeyService(_) if is_wrapped => UNWRAP,
        Verdict::NeedsKeyService(_) => {
            "Decode it with a client that has access to that service or store; its key cannot be added here."
        }
        Verdict::DamagedLayer(_) => "Copy the Payload again from its source; its compressed data is damaged or cut off.",
    }
    .to_owned();
    if let (Some(mark), true) = (mark, diagnosis.findings.is_empty()) {
        text = format!("{} {text}", mark_in_words(mark));
    }
    if diagnosis.stopped {
        text.push_str(
            " The search reached its limit, so a key that was not tried may still open it.",
        );
    }
    if n_unread > 0 && diagnosis.findings.is_empty() {
        let keys = if n_unread == 1 {
            "1 key was".to_owned()
        } else {
            format!("{n_unread} keys were")
        };
        text.push_str(&format!(
            " {keys} not tried, because the keychain is not available."
        ));
    }
    text
}

pub(super) fn locked(verdict: &str, explanation: &str) -> DiagnosisView {
    DiagnosisView {
        verdict: verdict.to_owned(),
        kind: DiagnosisKind::Locked,
        explanation: explanation.to_owned(),
        missing_key: None,
        findings: Vec::new(),
        nearest: None,
        n_trials: 0,
        stopped: false,
    }
}

pub(super) fn opens_already(diagnosis: &Diagnosis) -> DiagnosisView {
    DiagnosisView {
        verdict: "The current keys and formats decode it.".to_owned(),
        kind: DiagnosisKind::Opens,
        explanation: "Nothing needs to change.".to_owned(),
        missing_key: None,
        findings: Vec::new(),
        nearest: None,
        n_trials: diagnosis.n_trials,
        stopped: diagnosis.stopped,
    }
}
