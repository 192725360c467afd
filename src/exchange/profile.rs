//! What an endpoint asks for beyond the specification, as data.

use serde::{Deserialize, Serialize};

/// Whose rules hold at an endpoint: the specification's alone, or Netsmart's as well (synchronous only, a scope of Messaging).
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EndpointProfile"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The specification's, and no more.
    Fhir,
    /// Netsmart's: synchronous only, and a scope of Messaging. Source: its page of the Process Message operation.
    Netsmart,
}

/// Events in this system are synchronous wherever they are sent: the page that defines them says so.
pub(super) const SYNCHRONOUS_SYSTEM: &str = "http://ntst.com/fhir/message-events";

/// Netsmart's gateways are below this host.
const NETSMART_HOST: &str = "netsmartcloud.com";

impl Profile {
    /// The profile with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "fhir" => Some(Self::Fhir),
            "netsmart" => Some(Self::Netsmart),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fhir => "fhir",
            Self::Netsmart => "netsmart",
        }
    }

    /// The profile of the endpoints at a host.
    pub fn of_host(host: &str) -> Self {
        let host = host.strip_suffix('.').unwrap_or(host);
        let (below, name) = host.split_at_checked(host.len().saturating_sub(NETSMART_HOST.len())).unwrap_or((host, ""));
        let is_there = name.eq_ignore_ascii_case(NETSMART_HOST) && (below.is_empty() || below.ends_with('.'));
        if is_there { Self::Netsmart } else { Self::Fhir }
    }

    /// Whether it takes messages without `async` only.
    pub fn is_synchronous_only(self) -> bool {
        self == Self::Netsmart
    }

    /// Whether a token without a scope of Messaging is refused. The specification names no scope for messages.
    pub fn asks_for_scope(self) -> bool {
        self == Self::Netsmart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_says_whose_rules_hold() {
        for host in
            ["fhir.netsmartcloud.com", "FHIRTEST.NetsmartCloud.com", "netsmartcloud.com", "fhir.netsmartcloud.com."]
        {
            assert_eq!(Profile::of_host(host), Profile::Netsmart, "{host}");
        }
        for host in ["notnetsmartcloud.com", "netsmartcloud.com.example.org", "localhost", ""] {
            assert_eq!(Profile::of_host(host), Profile::Fhir, "{host}");
        }
    }
}
