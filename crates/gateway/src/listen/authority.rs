//! A certificate authority of the gateway's own, and the certificates that it issues by the name that a client asks
//! for: bucket names with dots in them fit no wildcard.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

/// Names that a certificate holds where the client asks for none, as it does for addresses.
const UNNAMED: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// How many certificates are kept: clients choose the names.
const MAX_KEPT: usize = 4096;

/// A certificate authority, made at start and good for this process.
pub struct Authority {
    pem: String,
    acceptor: TlsAcceptor,
}

/// A certificate that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the certificate authority could not be made: {0}")]
pub struct AuthorityError(String);

impl AuthorityError {
    fn of(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Authority {
    /// A new authority.
    ///
    /// # Errors
    /// An [`AuthorityError`] when keys or certificates cannot be made.
    pub fn new() -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(AuthorityError::of)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "stackproof local authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(AuthorityError::of)?;
        let leaf_key = KeyPair::generate().map_err(AuthorityError::of)?;
        let issuer = Issuer::new(params, key);
        let certificates = Certificates { issuer, leaf_key, kept: Mutex::default() };
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(AuthorityError::of)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(certificates));
        Ok(Self { pem: certificate.pem(), acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// The authority's certificate, for clients to trust.
    pub fn ca_pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// Issues certificates by name. All of them share one key, so that a new name costs a signature only.
struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    leaf_key: KeyPair,
    kept: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl Certificates {
    fn issue(&self, names: Vec<String>) -> Result<CertifiedKey, AuthorityError> {
        let mut params = CertificateParams::new(names).map_err(AuthorityError::of)?;
        params.distinguished_name.push(DnType::CommonName, "stackproof gateway");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&self.leaf_key, &self.issuer).map_err(AuthorityError::of)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.leaf_key.serialize_der()));
        let key = ring::sign::any_supported_type(&key).map_err(AuthorityError::of)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], key))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or_default().to_ascii_lowercase();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certificate) = kept.get(&name) {
            return Some(Arc::clone(certificate));
        }
        let names = match name.as_str() {
            "" => UNNAMED.map(str::to_owned).to_vec(),
            name => vec![name.to_owned()],
        };
        let certificate = Arc::new(self.issue(names).ok()?);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(name, Arc::clone(&certificate));
        Some(certificate)
    }
}
