//! "Which key opens this?", asked of every key and format at hand, and using what was found from now on.

use std::sync::{Mutex, PoisonError};

use codec_server::{Namespace, NamespacePattern};
use key_store::{KeyRecord, KeyState};
use payload_codec::{
    Candidate, CodecSpec, Finding, FoundFormat, KeyProvider as _, Nearest, SearchLimits, diagnose,
    visible_mark, wrapped_keys, zeroize_stack_once,
};
use payload_schema::Schemas;

use crate::config::profiles::named_only;
use crate::core::in_force::InForce;
use crate::error::{AppError, Code};
use crate::hints::sentence;
use crate::inspector::documents::Documents;
use crate::inspector::key_search_messages::{
    explanation, kind, locked, missing_key, opens_already,
};
use crate::inspector::key_search_view::{
    AdoptFindingRequest, DiagnosisView, FindingView, NearestView,
};
use crate::inspector::view::InspectPayloadRequest;
use crate::keys::adopt_finding::{AdoptFinding, Change};
use crate::keys::view::KeysView;
use crate::payload::content;
use crate::plan::key_messages::called;
use crate::plan::{Plan, other_with_id, others_with_its_ids};

/// Diagnoses whose findings can still be adopted.
const KEPT: usize = 16;

/// What was found in the last diagnoses: no content, no keys.
#[derive(Default)]
struct Findings(Mutex<Vec<Kept>>);

struct Kept {
    document: u32,
    index: u32,
    changes: Vec<Change>,
}

/// Searches, and remembers what was found.
pub(super) struct KeySearch {
    in_force: InForce,
    adoption: AdoptFinding,
    findings: Findings,
}

impl KeySearch {
    pub(super) fn new(in_force: InForce, adoption: AdoptFinding) -> Self {
        KeySearch {
            in_force,
            adoption,
            findings: Findings::default(),
        }
    }

    /// Which keys and formats open it, and what would have to change. Takes up to some seconds where there are many keys and the Payload is large.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`] where there is no such Payload, [`Code::PayloadDamaged`] where it
    /// cannot be read at all, [`Code::InvalidSetting`] where its Namespace is refused.
    pub(super) fn diagnose(
        &self,
        documents: &Documents,
        request: InspectPayloadRequest,
    ) -> Result<DiagnosisView, AppError> {
        let sent = documents.sent_payload(request)?;
        let chain = self.in_force.chain(sent.namespace())?;
        let context = sent.context();
        let chain = chain.within(context.clone());
        let decoded = chain.decode(sent.payload.clone());
        if self.in_force.is_locked() {
            return Ok(locked(
                "The app is locked, so no key can be tried.",
                "Press “Unlock” in the sidebar, then ask again.",
            ));
        }
        let mut records = self.in_force.keys();
        // The same bytes may be there twice, since a key was replaced by itself: the one in use is named then.
        records.sort_by_key(|record| record.usage.retired);
        let (known, candidates): (Vec<&KeyRecord>, Vec<Candidate>) = records
            .iter()
            .filter_map(|record| Some((record, self.candidate(record)?)))
            .unzip();
        let plan = self.in_force.plan();
        let formats: Vec<(String, CodecSpec)> = plan
            .formats
            .all()
            .map(|(name, spec)| (name.to_owned(), spec.clone()))
            .collect();
        let limits = SearchLimits::default();
        let diagnosis = zeroize_stack_once(|| {
            diagnose(&decoded.payload, &context, &formats, &candidates, &limits)
        });
        if decoded.error.is_none() && !decoded.steps.is_empty() && diagnosis.findings.is_empty() {
            return Ok(opens_already(&diagnosis));
        }
        let n_unread = records.len() - candidates.len();
        if diagnosis.findings.is_empty() && n_unread > 0 && candidates.is_empty() {
            return Ok(locked(
                "No key can be tried, because the keychain is not available.",
                "Unlock the keychain, press “Retry” in Keys, then ask again.",
            ));
        }

        let describe = Describe {
            in_force: &self.in_force,
            plan: &plan,
            formats: &formats,
            known: &known,
            namespace: sent.namespace(),
        };
        let changes: Vec<Change> = diagnosis
            .findings
            .iter()
            .map(|finding| describe.change(finding))
            .collect();
        let findings = diagnosis.findings.iter().zip(&changes);
        let view = DiagnosisView {
            verdict: sentence(&diagnosis.verdict.to_string()),
            kind: kind(&diagnosis.verdict),
            explanation: explanation(
                &diagnosis,
                n_unread,
                visible_mark(&decoded.payload.data),
                !wrapped_keys(&decoded.payload).is_empty(),
            ),
            missing_key: missing_key(&diagnosis.verdict),
            findings: findings
                .map(|(finding, change)| describe.finding(finding, change, &chain))
                .collect(),
            nearest: diagnosis
                .nearest
                .as_ref()
                .map(|nearest| describe.nearest(nearest)),
            n_trials: diagnosis.n_trials,
            stopped: diagnosis.stopped,
        };
        self.findings.keep(Kept {
            document: request.document,
            index: request.index,
            changes,
        });
        Ok(view)
    }

    /// Uses what was found from now on.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`] where it was not asked about lately; [`Code::KeyNotFound`], [`Code::InvalidFormat`],
    /// [`Code::DuplicateKey`], [`Code::File`].
    pub(super) fn adopt_finding(&self, request: AdoptFindingRequest) -> Result<KeysView, AppError> {
        let change = self.findings.get(request).ok_or_else(|| {
            AppError::new(Code::DocumentClosed, "this result has expired")
                .hint("Press “Which key opens this?” again.")
        })?;
        self.adoption.adopt(&change)
    }

    /// `None` where its bytes are not in memory.
    fn candidate(&self, record: &KeyRecord) -> Option<Candidate> {
        if record.state != KeyState::Loaded {
            return None;
        }
        let keys = self.in_force.select(record);
        let (_, key) = keys.keys().ok()?.into_iter().next()?;
        let ids = std::iter::once(&record.id).chain(&record.also_opens);
        Some(Candidate {
            ids: ids.cloned().collect(),
            formats: crate::plan::formats_of(record).map(str::to_owned).collect(),
            key,
        })
    }
}

impl Findings {
    fn keep(&self, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| (other.document, other.index) != (kept.document, kept.index));
        if all.len() == KEPT {
            all.remove(0);
        }
        all.push(kept);
    }

    fn get(&self, request: AdoptFindingRequest) -> Option<Change> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all
            .iter()
            .find(|kept| (kept.document, kept.index) == (request.document, request.index))?;
        kept.changes.get(request.finding as usize).cloned()
    }
}

/// Findings in words.
struct Describe<'a> {
    in_force: &'a InForce,
    plan: &'a Plan,
    formats: &'a [(String, CodecSpec)],
    /// The candidates' records, in their order.
    known: &'a [&'a KeyRecord],
    namespace: Option<&'a str>,
}

impl Describe<'_> {
    fn key(&self, finding: &Finding) -> Option<&KeyRecord> {
        finding.key.and_then(|place| self.known.get(place)).copied()
    }

    fn change(&self, finding: &Finding) -> Change {
        let key = self.key(finding);
        let namespace = self.namespace.and_then(Namespace::new);
        let profile = self.in_force.found(namespace.as_ref()).profile;
        let settings = profile
            .as_deref()
            .and_then(|name| self.plan.settings_of(named_only(name)));
        let is_for = |record: &KeyRecord| {
            let mut patterns = record.usage.namespaces.iter();
            let matches = |text: &String| {
                let pattern = NamespacePattern::new(text).ok();
                let both = pattern.zip(namespace.as_ref());
                both.is_some_and(|(pattern, namespace)| pattern.matches(namespace))
            };
            !record.usage.is_limited() || patterns.any(matches)
        };
        let decodes = |record: &KeyRecord| {
            let handles = settings.and_then(|settings| settings.decode_keys.as_ref());
            handles.is_none_or(|handles| handles.contains(&record.handle))
        };
        Change {
            key: key.map(|record| record.handle),
            adoption: finding.adoption.clone(),
            spec: match &finding.format {
                FoundFormat::Layout { spec, .. } => Some(spec.clone()),
                FoundFormat::Listed(_) => None,
            },
            restore: key.is_some_and(|record| record.usage.retired),
            namespace: key
                .filter(|record| !is_for(record))
                .and(namespace.as_ref())
                .map(|namespace| namespace.as_str().to_owned()),
            profile: key.filter(|record| !decodes(record)).and(profile),
        }
    }

    fn finding(
        &self,
        finding: &Finding,
        change: &Change,
        chain: &payload_codec::CodecChain,
    ) -> FindingView {
        let key = self.key(finding);
        let opened = chain.decode(finding.opened.clone()).payload;
        let (format, format_title) = self.format(finding);
        FindingView {
            key_label: key
                .map(|record| record.label.clone())
                .filter(|label| !label.is_empty()),
            key_id: key.map(|record| record.id.as_str().to_owned()),
            fingerprint: key.map(|record| record.fingerprint.clone()),
            change: self.words(key, change, &format_title),
            format,
            format_title,
            preview: content::preview(&opened, false, &Schemas::default()).into(),
        }
    }

    fn nearest(&self, nearest: &Nearest) -> NearestView {
        let record = nearest.key.and_then(|place| self.known.get(place)).copied();
        let (format, title) = self.listed(nearest.format);
        let key = record.map(|record| format!(" with key {}", called(record)));
        NearestView {
            key: record.map(|record| record.handle.to_string()),
            words: sentence(&format!(
                "as {title}{}: {}",
                key.unwrap_or_default(),
                nearest.trial.verdict()
            )),
            format,
        }
    }

    /// Name and title of a format, by its place.
    fn listed(&self, of: usize) -> (String, String) {
        self.formats
            .get(of)
            .map(|(name, _)| (name.clone(), self.plan.formats.title(name)))
            .unwrap_or_default()
    }

    fn format(&self, finding: &Finding) -> (String, String) {
        match &finding.format {
            FoundFormat::Listed(of) => self.listed(*of),
            FoundFormat::Layout { of, name, spec } => (
                name.clone(),
                of.map_or_else(|| spec.summary(), |of| self.layout(of, spec)),
            ),
        }
    }

    /// A layout of a format, by its place, under another label.
    fn layout(&self, of: usize, spec: &CodecSpec) -> String {
        let own = self.formats.get(of).map(|(_, spec)| &spec.header);
        let is_own = own == Some(&spec.header);
        let front = match spec.names_keys() && spec.key_id.is_none() {
            _ if is_own => "",
            true => ", behind the key id",
            false => ", behind other bytes",
        };
        format!("{}, with another encoding{front}", self.listed(of).1)
    }

    /// The keys that have the ids of the one that is restored, for people.
    fn in_place_of(&self, change: &Change) -> Vec<String> {
        let mut known = self.known.iter();
        let Some(record) = known.find(|record| Some(record.handle) == change.key) else {
            return Vec::new();
        };
        let others = others_with_its_ids(record, self.known);
        let words = |other: &&KeyRecord| {
            let print = &other.fingerprint;
            format!("{} (fingerprint {print})", called(other))
        };
        others.iter().map(words).collect()
    }

    fn words(&self, key: Option<&KeyRecord>, change: &Change, format_title: &str) -> String {
        let mut words = Vec::new();
        if let (Some(name), true) = (&change.adoption.format, change.spec.is_some()) {
            words.push(format!("Adds the format {name} ({format_title})."));
        }
        if let Some(key) = key.map(called) {
            if let Some(id) = &change.adoption.also_opens {
                let record = self.known.iter().find(|it| Some(it.handle) == change.key);
                let known = self.known.iter().copied();
                let other = record.and_then(|record| other_with_id(id, record, known));
                words.push(match other.map(called) {
                    Some(other) => format!(
                        "Uses {key} for the id \"{id}\", in place of {other}, which is retired, also in profiles."
                    ),
                    None => format!("Uses {key} for the id \"{id}\" as well."),
                });
            }
            if let Some(name) = &change.adoption.format {
                let title = match change.spec {
                    Some(_) => name.clone(),
                    None => self.plan.formats.title(name),
                };
                words.push(format!("Uses {key} with the format {title} as well."));
            }
            if change.restore {
                let others = self.in_place_of(change);
                words.push(match others.is_empty() {
                    true => format!("Restores {key}."),
                    false => format!(
                        "Restores {key} in place of {}, which is retired: an id has one key in a Namespace.",
                        others.join(" and ")
                    ),
                });
            }
            if let Some(namespace) = &change.namespace {
                words.push(format!("Uses {key} in the Namespace {namespace} as well."));
            }
            if let Some(profile) = &change.profile {
                words.push(format!("Lets the profile {profile} decode with {key}."));
            }
            let limited = self
                .known
                .iter()
                .find(|record| Some(record.handle) == change.key)
                .is_some_and(|record| record.usage.is_limited());
            if words.is_empty() && limited && self.namespace.is_none() {
                return format!(
                    "The key {key} is limited to some Namespaces: decode the Payload as one of them."
                );
            }
        }
        if words.is_empty() {
            return "Nothing needs to change: decode the Payload again.".to_owned();
        }
        words.join(" ")
    }
}
