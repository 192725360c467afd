//! Why there is no HTTP answer, as whoever sent the request noticed it.

use serde::{Deserialize, Serialize};

/// What is noticed on the way, and no status says.
///
/// | failure | what happened |
/// |---|---|
/// | `connection-refused` | nothing takes connections at that host and port; nothing was sent |
/// | `unknown-host` | the name of the host has no address; nothing was sent |
/// | `certificate` | the receiver's certificate is not trusted; nothing was sent |
/// | `offline` | this machine has no network |
/// | `unreachable` | there was no connection, or the platform does not say why there is no answer |
/// | `broken` | the connection ended before the whole answer was there, or before any of it: whether the message was processed is not known |
/// | `timeout` | there was no answer in time |
/// | `too-long` | the answer is longer than what is read |
/// | `cors` | the receiver does not let the page's origin in |
/// | `redirect` | a redirect, of which a browser says nothing more |
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExchangeFailure"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// There was no connection, or nobody says why there was no answer.
    Unreachable,
    /// Nothing takes connections at that address.
    ConnectionRefused,
    /// The name of the host resolves to no address.
    UnknownHost,
    /// The receiver's certificate is not trusted.
    Certificate,
    /// This machine has no network.
    Offline,
    /// There was no answer in time.
    Timeout,
    /// The connection ended before the answer did; it may not even have begun.
    Broken,
    /// The answer is longer than what is read, so it was not read to its end.
    TooLong,
    /// The receiver does not let pages of this origin in.
    Cors,
    /// It is a redirect, of which a browser says nothing more.
    Redirect,
}

impl Failure {
    /// The failure with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "unreachable" => Self::Unreachable,
            "connection-refused" => Self::ConnectionRefused,
            "unknown-host" => Self::UnknownHost,
            "certificate" => Self::Certificate,
            "offline" => Self::Offline,
            "timeout" => Self::Timeout,
            "broken" => Self::Broken,
            "too-long" => Self::TooLong,
            "cors" => Self::Cors,
            "redirect" => Self::Redirect,
            _ => return None,
        })
    }
}
