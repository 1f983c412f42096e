//! Settings and keys as the Codec Server's rules: who is served, which codecs decode, which key encodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use codec_server::{AllowedOrigins, CodecDirectory, EncodeRule, Profile, Rules};
use key_store::KeyStore;
use payload_codec::{
    AesGcmCodec, CodecChain, Compression, CompressionCodec, KeyId, Limits, PayloadCodec,
};

use crate::error::{AppError, Code};
use crate::settings::Settings;
use crate::view::{EncodeCompression, Undecodable};

/// The rules that settings and keys make.
pub(crate) fn rules(settings: &Settings, keys: &KeyStore) -> Result<Rules, AppError> {
    Ok(Rules {
        origins: AllowedOrigins::parse(&settings.origins)
            .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))?,
        directory: CodecDirectory::new(
            Profile {
                chain: chain(settings, keys),
                undecodable: match settings.profile.undecodable {
                    Undecodable::Explain => codec_server::Undecodable::Explain,
                    Undecodable::Fail => codec_server::Undecodable::Fail,
                    Undecodable::Pass => codec_server::Undecodable::Pass,
                },
                encode: EncodeRule::Chain,
            },
            BTreeMap::new(),
        ),
        token: None,
    })
}

/// Decodes every format with every key; encodes with the key that is chosen, and refuses without one.
pub(crate) fn chain(settings: &Settings, keys: &KeyStore) -> CodecChain {
    let encode_key = encode_key(settings, keys);
    let encrypts = encode_key.is_some();
    let aes: Arc<dyn PayloadCodec> = Arc::new(AesGcmCodec::new(Arc::new(keys.clone()), encode_key));

    let mut decoders = vec![aes.clone()];
    for format in Compression::ALL {
        decoders.push(Arc::new(CompressionCodec(format)));
    }
    let mut encoders = Vec::new();
    if encrypts {
        encoders.push(aes);
        if let Some(format) = compression(settings.profile.compression) {
            encoders.push(Arc::new(CompressionCodec(format)));
        }
    }
    CodecChain::new(decoders, encoders, Limits::default())
}

fn encode_key(settings: &Settings, keys: &KeyStore) -> Option<KeyId> {
    let handle = settings.profile.encode_key?;
    keys.list()
        .into_iter()
        .find(|record| record.handle == handle)
        .map(|record| record.id)
}

fn compression(setting: EncodeCompression) -> Option<Compression> {
    match setting {
        EncodeCompression::None => None,
        EncodeCompression::Zlib => Some(Compression::Zlib),
        EncodeCompression::Gzip => Some(Compression::Gzip),
        EncodeCompression::Snappy => Some(Compression::Snappy),
        EncodeCompression::Zstd => Some(Compression::Zstd),
    }
}
