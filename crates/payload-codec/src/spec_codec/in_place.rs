//! Opening where the data lie, of the layout that most formats have: `nonce ‖ ciphertext ‖ tag(16)` of a whole Payload, under a key
//! that metadata name.

use temporal_payload::Payload;

use crate::budget::Allowance;
use crate::cipher_name::CipherName;
use crate::key_id::KeyId;
use crate::open_in_place::{OpenInPlace, OpenedData};
use crate::spec::parts::Inputs;
use crate::spec::{Body, Framing, NoncePlace, TagPlace};
use crate::spec_codec::aad::aad;
use crate::spec_codec::derive::{cipher, work_to_make};
use crate::spec_codec::{SpecCodec, work};

impl SpecCodec {
    /// Whether it has that layout.
    pub(super) fn opens_in_place(&self) -> bool {
        let spec = &self.spec;
        let is_sealed = matches!(
            spec.cipher,
            CipherName::AesGcm | CipherName::Chacha20Poly1305 | CipherName::Xchacha20Poly1305
        );
        let is_laid_out = matches!(spec.nonce, NoncePlace::Prefix(_))
            && matches!(spec.tag, None | Some(TagPlace::Behind | TagPlace::Last))
            && spec.header.is_empty()
            && spec.framing == Framing::None;
        let names_its_key = spec.key_id.is_some() && !spec.any_key && !spec.takes_no_secret();
        is_sealed
            && is_laid_out
            && names_its_key
            && spec.body == Body::Payload
            && spec.compression.is_none()
            && self.bound.is_empty()
    }
}

impl OpenInPlace for SpecCodec {
    fn named(&self, beside: &Payload) -> Option<KeyId> {
        // What no id stands for may be opened by any key.
        self.spec
            .named_key(beside)
            .filter(|id| !id.as_str().is_empty())
    }

    fn open_in_place(
        &self,
        named: &KeyId,
        beside: &Payload,
        data: &mut [u8],
        allowance: &Allowance<'_>,
    ) -> Option<OpenedData> {
        let nonce_bytes = self.spec.nonce_bytes();
        let sent_bytes = data.len();
        let (nonce, sealed) = data.split_at_mut_checked(nonce_bytes)?;
        // Why there is none is for others to say.
        let key = self.find(named).ok().flatten()?;
        let inputs = Inputs::of(named, beside, allowance.context());
        let making = work_to_make(&self.spec, inputs, key.derived());
        let beside_bytes: usize = beside.metadata.values().map(Vec::len).sum();
        let opening = sealed.len().saturating_mul(work(self.spec.cipher));
        let work = sent_bytes + 2 * beside_bytes + making + opening + self.trial_work();
        if !allowance.has(work, sealed.len()) {
            return None;
        }
        let cipher = cipher(&self.spec, &key, inputs)?;
        let aad = aad(&self.spec, inputs, key.expose());
        let plain_bytes = cipher.open_in_place(nonce, &aad, sealed)?;
        Some(OpenedData {
            plain: nonce_bytes..nonce_bytes + plain_bytes,
            work,
        })
    }
}
