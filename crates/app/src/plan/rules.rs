//! The rules that a Codec Server serves by, from a plan.

use std::sync::Arc;

use access::Access;
use codec_server::{
    AllowedOrigins, AskConsent, CodecDirectory, DefaultRule, KeysVersion, MakeProfile, Pause,
    ProgramHosts, ReadMessages, Rule, Rules,
};
use key_store::KeyStore;

use super::Plan;
use crate::config::choices::Unlisted;
use crate::config::patterns;
use crate::error::{AppError, Code};

/// What requests are asked for; and where nothing is, who names the programs that send a token all the same.
pub(crate) struct AccessOrPrograms {
    pub(crate) access: Option<Arc<Access>>,
    pub(crate) programs: Option<Arc<Access>>,
}

/// The keys of a plan, as the cache of answers looks at them.
struct KeysOfPlan(KeyStore);

impl KeysVersion for KeysOfPlan {
    fn version(&self) -> u64 {
        self.0.version()
    }
}

/// The rules that a plan makes.
pub(crate) fn rules(
    plan: &Arc<Plan>,
    pause: &Pause,
    AccessOrPrograms { access, programs }: AccessOrPrograms,
    consent: Arc<dyn AskConsent>,
    messages: &Arc<dyn ReadMessages>,
) -> Result<Rules, AppError> {
    let settings = &plan.settings;
    let make = |name: Option<&str>| -> MakeProfile {
        let plan = plan.clone();
        let profile = plan.settings_of(name).cloned().unwrap_or_default();
        let messages = profile.messages_as_json.then(|| messages.clone());
        Box::new(move |namespace| codec_server::Profile {
            messages: messages.clone(),
            ..plan.profile(&profile, namespace)
        })
    };
    let named = settings.profiles.iter().map(|named| {
        Ok(Rule {
            name: named.name.as_str().into(),
            namespaces: patterns::parse(&named.namespaces)?,
            profile: make(Some(&named.name)),
        })
    });
    let default = match settings.unlisted {
        Unlisted::Default => Some(DefaultRule {
            known: plan.limits.values().flatten().cloned().collect(),
            profile: make(None),
        }),
        Unlisted::Refuse => None,
    };
    Ok(Rules {
        origins: AllowedOrigins::parse(&settings.origins)
            .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))?,
        program_hosts: ProgramHosts::parse(&settings.program_hosts)
            .map_err(|error| AppError::new(Code::InvalidSetting, error.to_string()))?,
        directory: CodecDirectory::by_rules(named.collect::<Result<_, AppError>>()?, default),
        access,
        programs,
        consent: settings.consent.on.then_some(consent),
        shut: plan.shut(),
        awaits_passphrase: plan.awaits_passphrase(),
        max_body_bytes: (settings.server.max_body_mib as usize) << 20,
        pause: pause.clone(),
        keys_for_cache: settings
            .server
            .cache
            .then(|| -> Arc<dyn KeysVersion> { Arc::new(KeysOfPlan(plan.keys.clone())) }),
    })
}
