//! What a sentence says was created or updated.

use crate::definitions::Definitions;

/// Where in a sentence a word is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// So far there were at most articles, and references of which it is not known yet what is said of them.
    Beginning,
    /// Behind these: "was", "have been".
    Being,
    /// Behind these: "created". Either they were, or they did it, and what they created follows.
    Said,
    /// Behind "created", in front of what was.
    Made,
    /// Behind "created with", where only "id" leads on.
    With,
    /// Behind "Task/1 was created".
    Done,
    /// Behind something that was created.
    Named,
    /// The same, and something else may follow: "and", a comma.
    Listing,
    /// Behind a word that is not known here: it may say anything, as "for" does in "created for Patient/4".
    Otherwise,
}

/// What a word does in a sentence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Signs only, such as a dash.
    Sign,
    Reference,
    Made,
    And,
    Being,
    Has,
    With,
    Id,
    /// An article, or another word that may be before a reference.
    Article,
    Other,
}

static WORDS: [(&str, Word); 41] = [
    ("created", Word::Made),
    ("updated", Word::Made),
    ("saved", Word::Made),
    ("stored", Word::Made),
    ("and", Word::And),
    ("or", Word::And),
    ("was", Word::Being),
    ("were", Word::Being),
    ("is", Word::Being),
    ("are", Word::Being),
    ("been", Word::Being),
    ("successfully", Word::Being),
    ("has", Word::Has),
    ("have", Word::Has),
    ("with", Word::With),
    ("as", Word::With),
    ("id", Word::Id),
    ("ids", Word::Id),
    ("a", Word::Article),
    ("an", Word::Article),
    ("the", Word::Article),
    ("this", Word::Article),
    ("these", Word::Article),
    ("new", Word::Article),
    ("following", Word::Article),
    ("resource", Word::Article),
    ("resources", Word::Article),
    ("record", Word::Article),
    ("records", Word::Article),
    ("entry", Word::Article),
    ("entries", Word::Article),
    ("instance", Word::Article),
    ("instances", Word::Article),
    ("referral", Word::Article),
    ("referrals", Word::Article),
    ("request", Word::Article),
    ("requests", Word::Article),
    ("order", Word::Article),
    ("orders", Word::Article),
    ("one", Word::Article),
    ("all", Word::Article),
];

/// With one of these a text says that something was not, or not yet, or was there before.
static NOT: [&str; 30] = [
    "not",
    "no",
    "none",
    "nothing",
    "never",
    "cannot",
    "already",
    "existing",
    "exists",
    "unchanged",
    "ignored",
    "failed",
    "failure",
    "fails",
    "unable",
    "error",
    "skipped",
    "rejected",
    "refused",
    "pending",
    "will",
    "would",
    "could",
    "should",
    "can",
    "may",
    "must",
    "be",
    "being",
    "if",
];

/// Whether a text says that something was not created.
pub(super) fn denies(text: &str) -> bool {
    tokens(text).map(bare).any(|word| word.ends_with("n't") || NOT.iter().any(|not| not.eq_ignore_ascii_case(word)))
}

/// The references of which a text says that they were created or updated: "Created ServiceRequest/1 and Task/2 for Patient/3" names two.
/// Only words that are known here may be between them and that.
pub(super) fn made_in<'t>(
    text: &'t str,
    is_reference: &dyn Fn(&str) -> bool,
    definitions: &Definitions,
) -> Vec<&'t str> {
    let (mut made, mut subjects) = (Vec::new(), Vec::new());
    let mut at = Place::Beginning;
    for token in tokens(text) {
        let written = token.trim_ascii();
        if !written.is_empty() {
            let word = word_of(written, is_reference, definitions);
            // "Practitioner/3 created Task/1", and not "Task/1 created".
            if at == Place::Said && matches!(word, Word::Reference | Word::Article) {
                subjects.clear();
            }
            // "Created Task/1, and Task/2 was updated": the second sentence has begun before it was known.
            if at == Place::Named && matches!(word, Word::Being | Word::Has) {
                subjects.extend(made.pop());
            }
            let next = behind(at, word, !subjects.is_empty());
            if at == Place::Said && !matches!(next, Place::Said | Place::Named) || next == Place::Done {
                made.append(&mut subjects);
            }
            match (next, word) {
                (Place::Named, Word::Reference) => made.push(bare(written)),
                (Place::Beginning, Word::Reference) => subjects.push(bare(written)),
                (Place::Otherwise, _) => subjects.clear(),
                _ => {}
            }
            at = next;
        }
        let next = after_sign(at, written, token);
        if at == Place::Said && next != Place::Said {
            made.append(&mut subjects);
        } else if next == Place::Beginning && at != Place::Beginning || ends_sentence(written) {
            subjects.clear();
        }
        at = next;
    }
    if at == Place::Said {
        made.append(&mut subjects);
    }
    made
}

fn behind(at: Place, word: Word, has_subject: bool) -> Place {
    match (at, word) {
        (Place::Beginning, Word::Made) if has_subject => Place::Said,
        (Place::Beginning | Place::Named, Word::Being) if has_subject => Place::Being,
        (Place::Beginning, Word::Article) if has_subject => Place::Otherwise,
        (Place::Beginning | Place::Listing | Place::Otherwise, Word::Made)
        | (Place::Said, Word::Article)
        | (Place::With, Word::Id) => Place::Made,
        (Place::Beginning, Word::Reference | Word::And | Word::Has | Word::Being | Word::Article)
        | (Place::Being, Word::Being)
        | (Place::Made, Word::Article | Word::And | Word::Made | Word::Id | Word::Sign)
        | (Place::Listing, Word::Article | Word::And) => at,
        (Place::Said | Place::Done, Word::And) | (Place::Named, Word::Has) => Place::Beginning,
        (Place::Being, Word::Made) => Place::Done,
        (Place::Made | Place::Said | Place::Listing, Word::Reference) => Place::Named,
        (Place::Made, Word::With) => Place::With,
        (Place::Named, Word::And) => Place::Listing,
        _ => Place::Otherwise,
    }
}

/// Where the next word is, by the signs behind this one.
fn after_sign(at: Place, written: &str, token: &str) -> Place {
    if ends_sentence(written) {
        return Place::Beginning;
    }
    let ends_line = token.ends_with(['\n', '\r']) && !matches!(at, Place::Made | Place::Listing);
    match (last_sign(written), at) {
        (Some(',' | ';'), Place::Named) => Place::Listing,
        (Some(',' | ';'), Place::Said | Place::Done) | (Some(':'), Place::Otherwise) => Place::Beginning,
        (Some(':'), Place::Named | Place::Done | Place::Said) => Place::Otherwise,
        _ if ends_line => Place::Beginning,
        _ => at,
    }
}

fn ends_sentence(written: &str) -> bool {
    matches!(last_sign(written), Some('.' | '!' | '?'))
}

/// What a word ends with, within quotation marks or without.
fn last_sign(written: &str) -> Option<char> {
    written.trim_end_matches(['"', '\'', ')', ']']).chars().next_back()
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|sign: char| sign.is_whitespace() || matches!(sign, ',' | ';'))
}

/// A word without the signs around it.
fn bare(written: &str) -> &str {
    written.trim_matches(|sign: char| !sign.is_ascii_alphanumeric() && sign != '/')
}

fn word_of(written: &str, is_reference: &dyn Fn(&str) -> bool, definitions: &Definitions) -> Word {
    let bare = bare(written);
    let known = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(bare));
    match known {
        // What is in brackets is said of something else.
        _ if written.starts_with('(') => Word::Other,
        Some((_, word)) => *word,
        None if written == "&" => Word::And,
        None if bare.is_empty() => Word::Sign,
        None if is_reference(bare) => Word::Reference,
        None if definitions.resource_type(bare).is_some() => Word::Article,
        None => Word::Other,
    }
}
