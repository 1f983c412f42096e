//! The stages of decoding, and how each went.

/// One stage of decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Which.
    pub name: StageName,
    /// How it went.
    pub outcome: StageOutcome,
    /// Its interim value, for people: hex, sizes, text. Never the bytes of a key, nor what was inside.
    pub value: String,
}

/// The stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageName {
    /// Whether the format claims the Payload.
    Match,
    /// Which key it names.
    KeyId,
    /// The cipher's key, made.
    Key,
    /// Data as the framing has it.
    Framing,
    /// The nonce.
    Nonce,
    /// What the tag covers beside the ciphertext.
    Aad,
    /// What is sealed.
    Ciphertext,
    /// The tag, and the text under it.
    Open,
    /// The Payload that the text is.
    Body,
}

impl StageName {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Match => "Match",
            StageName::KeyId => "Key id",
            StageName::Key => "Key",
            StageName::Framing => "Framing",
            StageName::Nonce => "Nonce",
            StageName::Aad => "AAD",
            StageName::Ciphertext => "Ciphertext",
            StageName::Open => "Open",
            StageName::Body => "Body",
        }
    }
}

/// How a stage went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageOutcome {
    /// Well.
    Ok,
    /// Not.
    Failed,
    /// There was nothing to do, or an earlier stage did not give what it needs.
    Skipped,
}
