//! What every room may be given: the settings and keys in force, and the Codec Server's rules, which `plan` makes of them.

mod access_in_force;

pub(crate) mod desktop_port;

pub(crate) mod idle;

pub(crate) mod in_force;

pub(crate) mod questions;

pub(crate) mod remembered_files;

pub(crate) mod secret_clipboard;

mod profile_in_force;

mod tell;

pub(crate) mod uses;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use access::Access;
use codec_server::{Namespace, Pause, Rules, Shut};
use key_store::{KeyRecord, KeyStore};
use payload_codec::CodecChain;
use payload_schema::Schemas;
use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::Settings;
use crate::config::profiles::DEFAULT_PROFILE;
use crate::config::store::SettingsStore;
use crate::error::{AppError, Code};
use crate::plan::{self, Plan};
use crate::schemas::message_types::MessageTypes;
use crate::schemas::page_messages::for_pages;
use crate::schemas::{ReadPlace, SchemasInForce};

use access_in_force::AccessInForce;
use questions::Questions;

pub(crate) use tell::Tell;

/// Settings and keys, and the plan that is made of them. Clones share it.
#[derive(Clone)]
pub(crate) struct Core(Arc<Inner>);

struct Inner {
    settings: SettingsStore,
    keys: RwLock<KeyStore>,
    plan: Mutex<Arc<Plan>>,
    rules: watch::Sender<Arc<Rules>>,
    pause: Pause,
    access: AccessInForce,
    schemas: Arc<SchemasInForce>,
    questions: Questions,
    revision: AtomicU64,
    runtime: Handle,
}

/// What a Namespace has.
pub(crate) struct Found {
    /// The profile's name; `None` where it is refused.
    pub(crate) profile: Option<String>,
    /// The pattern that decided.
    pub(crate) pattern: Option<String>,
}

impl Core {
    /// # Errors
    /// [`Code::InvalidOrigin`] where the settings name something that is no origin.
    pub(crate) fn new(
        settings: SettingsStore,
        keys: KeyStore,
        runtime: Handle,
    ) -> Result<Self, AppError> {
        let access = AccessInForce::new(runtime.clone());
        unwrap_by(&settings.get(), &keys);
        let plan = Arc::new(Plan::new(settings.get(), &keys));
        let pause = Pause::default();
        let questions = Questions::default();
        questions.follow(&settings.get().consent);
        let asks = Arc::new(questions.clone());
        let schemas = Arc::new(SchemasInForce::default());
        let rules = plan::rules(
            &plan,
            &pause,
            access.with_programs(&settings.get().access)?,
            asks,
            &for_pages(&schemas, &settings.get()),
        )?;
        Ok(Core(Arc::new(Inner {
            settings,
            keys: RwLock::new(keys),
            plan: Mutex::new(plan),
            rules: watch::Sender::new(Arc::new(rules)),
            pause,
            access,
            schemas,
            questions,
            revision: AtomicU64::new(0),
            runtime,
        })))
    }

    /// The way back here for what this itself holds, as long as it is there.
    pub(crate) fn watched(&self) -> impl Fn() -> Option<Core> + Send + Sync + use<> {
        let weak = Arc::downgrade(&self.0);
        move || weak.upgrade().map(Core)
    }

    /// The settings in force. Who changes them for the user does so through `SettingsChanges` of the settings.
    pub(crate) fn settings(&self) -> &SettingsStore {
        &self.0.settings
    }

    /// The keys in force.
    pub(crate) fn keys(&self) -> KeyStore {
        // Replaced whole, so what a panicking thread left behind is whole.
        let keys = self.0.keys.read();
        keys.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.0.runtime
    }

    /// Whether the Codec Server decodes and encodes, while it serves.
    pub(crate) fn pause(&self) -> &Pause {
        &self.0.pause
    }

    /// Why nothing would be opened for a client now.
    pub(crate) fn shut(&self) -> Option<Shut> {
        if self.0.pause.is_set() {
            return Some(Shut::Paused);
        }
        // The rules follow a moment later.
        let locked = self.keys().is_locked().then_some(Shut::Locked);
        locked.or_else(|| self.0.rules.borrow().shut)
    }

    /// The Codec Server's rules, now and whenever they change.
    pub(crate) fn rules(&self) -> watch::Receiver<Arc<Rules>> {
        self.0.rules.subscribe()
    }

    /// The number of a look at the state, to be taken before the look: commands run side by side, and the look that follows
    /// a change then has a larger number than any that could have missed it.
    pub(crate) fn next_revision(&self) -> u64 {
        self.0.revision.fetch_add(1, Ordering::SeqCst)
    }

    /// What decides how Payloads are treated now.
    pub(crate) fn plan(&self) -> Arc<Plan> {
        self.plan_mut().clone()
    }

    fn plan_mut(&self) -> MutexGuard<'_, Arc<Plan>> {
        // Plans are replaced whole.
        self.0.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts settings and keys in force for the next request.
    pub(crate) fn apply(&self) -> Result<(), AppError> {
        // Held from the look to the end: of two changes side by side, the older one must not come into force last.
        let mut in_force = self.plan_mut();
        let settings = self.0.settings.get();
        let access = self.0.access.with_programs(&settings.access)?;
        unwrap_by(&settings, &self.keys());
        let consent = settings.consent.clone();
        let messages = for_pages(&self.0.schemas, &settings);
        let plan = Arc::new(Plan::new(settings, &self.keys()));
        let rules = plan::rules(&plan, &self.0.pause, access, self.asks(), &messages)?;
        *in_force = plan;
        self.0.questions.follow(&consent);
        self.0.access.in_force(rules.access.as_ref());
        self.0.rules.send_replace(Arc::new(rules));
        Ok(())
    }

    /// Puts other settings and other keys in force for the next request, both at once. Requests under way end with those that they
    /// began with, which are forgotten after the last of them.
    ///
    /// # Errors
    /// Where the settings cannot be in force; nothing is changed then.
    pub(crate) fn replace(&self, settings: Settings, keys: KeyStore) -> Result<(), AppError> {
        let mut in_force = self.plan_mut();
        let access = self.0.access.with_programs(&settings.access)?;
        let plan = Arc::new(Plan::new(settings.clone(), &keys));
        let messages = for_pages(&self.0.schemas, &settings);
        let rules = plan::rules(&plan, &self.0.pause, access, self.asks(), &messages)?;
        unwrap_by(&settings, &keys);
        self.0.questions.follow(&settings.consent);
        self.0.settings.override_with(|now| *now = settings)?;
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        *in_force = plan;
        self.0.access.in_force(rules.access.as_ref());
        self.0.rules.send_replace(Arc::new(rules));
        Ok(())
    }

    /// The message types that Payloads are shown by, as their files are now.
    pub(crate) fn schemas(&self) -> Schemas {
        let paths = |settings: &Settings| settings.protobuf.paths.clone();
        self.0.schemas.of(&self.0.settings.read(paths))
    }

    /// By which of them the messages of a Namespace are read.
    pub(crate) fn message_types(&self, namespace: Option<&str>) -> MessageTypes {
        let rules = |settings: &Settings| settings.protobuf.rules.clone();
        MessageTypes::new(self.schemas(), &self.0.settings.read(rules), namespace)
    }

    /// The places that the user's are read from.
    pub(crate) fn schema_places(&self) -> Vec<ReadPlace> {
        let paths = |settings: &Settings| settings.protobuf.paths.clone();
        self.0.schemas.read(&self.0.settings.read(paths))
    }

    /// Reads them again, whether they changed or not.
    pub(crate) fn forget_schemas(&self) {
        self.0.schemas.forget();
    }

    /// Questions whether somebody may be served.
    pub(crate) fn questions(&self) -> &Questions {
        &self.0.questions
    }

    fn asks(&self) -> Arc<Questions> {
        Arc::new(self.0.questions.clone())
    }

    /// A server is about to listen: identity providers are asked for their keys, now and whenever others come into force.
    pub(crate) fn ask_providers(&self) {
        let rules = self.0.rules.borrow().clone();
        self.0.access.ask_providers(rules.access.as_ref());
    }

    /// Who may have what, for the Codec Server and for whoever tries a token: by the settings, whether they ask for it or not, or
    /// as it was handed over.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`].
    pub(crate) fn access(&self) -> Result<Arc<Access>, AppError> {
        let settings = self.0.settings.read(|settings| settings.access.clone());
        self.0.access.of(&settings)
    }

    /// What requests would be asked for by these settings; `None` where nothing is.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`].
    pub(crate) fn access_by(&self, settings: &Settings) -> Result<Option<Arc<Access>>, AppError> {
        self.0.access.by(&settings.access)
    }

    /// Puts access in force for the next request, in place of what the settings say.
    pub(crate) fn set_access(&self, access: Access) -> Result<(), AppError> {
        self.0.access.hand_over(access);
        self.apply()
    }

    /// The key of a handle.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`].
    pub(crate) fn find_key(&self, handle: &str) -> Result<KeyRecord, AppError> {
        Uuid::parse_str(handle)
            .ok()
            .and_then(|handle| {
                let mut records = self.keys().list().into_iter();
                records.find(|record| record.handle == handle)
            })
            .ok_or_else(|| {
                AppError::new(Code::KeyNotFound, "the key no longer exists")
                    .hint("Look for it in Keys; it may have been removed elsewhere.")
            })
    }

    /// The profile that a Namespace has, and the pattern that decided.
    pub(crate) fn found(&self, namespace: Option<&Namespace>) -> Found {
        let rules = self.0.rules.borrow().clone();
        let matching = namespace.and_then(|namespace| rules.directory.matching(namespace));
        match matching {
            Some(matching) => Found {
                profile: Some(matching.rule.to_string()),
                pattern: Some(matching.pattern.as_str().to_owned()),
            },
            None => Found {
                profile: rules
                    .directory
                    .has_default()
                    .then(|| DEFAULT_PROFILE.to_owned()),
                pattern: None,
            },
        }
    }

    /// The codecs of a Namespace now, as the Codec Server uses them; those of the default profile without one.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the Namespace is refused.
    pub(crate) fn chain(&self, namespace: Option<&str>) -> Result<CodecChain, AppError> {
        self.profile_of(namespace).map(|profile| profile.chain)
    }
}

/// Puts in force who unwraps data keys: a command that nobody agreed to is known, and not run.
fn unwrap_by(settings: &Settings, keys: &KeyStore) {
    let sources = settings.wrapped_keys.iter();
    let sources = sources.filter_map(|source| {
        let source = source.source().ok()?;
        let confirmed = keys.trusts(source.command());
        Some(source.confirmed(confirmed))
    });
    keys.data_keys().set_sources(sources.collect());
}
