//! What a narrative may hold.

/// Attributes, and the elements that may have them: `*` for all. Where HTML 4 names a few elements, and HL7's validator allows
/// all, all are allowed.
static ATTRIBUTES: [(&str, &str); 58] = [
    ("abbr", "*"),
    ("accesskey", "*"),
    ("align", "*"),
    ("alt", "img area"),
    ("axis", "*"),
    ("bgcolor", "table tr td th"),
    ("border", "img table"),
    ("cellpadding", "table"),
    ("cellspacing", "table"),
    ("char", "*"),
    ("charoff", "*"),
    ("charset", "a"),
    ("cite", "blockquote q"),
    ("class", "*"),
    ("clear", "br"),
    ("colspan", "*"),
    ("compact", "ul ol dl"),
    ("coords", "a area"),
    ("dir", "*"),
    ("frame", "table"),
    ("headers", "*"),
    ("height", "img td th"),
    ("href", "a area"),
    ("hreflang", "a"),
    ("hspace", "img"),
    ("id", "*"),
    ("idref", "*"),
    ("ismap", "img"),
    ("lang", "*"),
    ("longdesc", "img"),
    ("name", "a img map"),
    ("nohref", "area"),
    ("noshade", "hr"),
    ("nowrap", "td th"),
    ("rel", "a"),
    ("rev", "a"),
    ("rowspan", "*"),
    ("rules", "table"),
    ("scope", "*"),
    ("shape", "a area"),
    ("size", "hr"),
    ("space", "pre"),
    ("span", "*"),
    ("src", "img"),
    ("start", "ol"),
    ("style", "*"),
    ("summary", "table"),
    ("tabindex", "*"),
    ("title", "*"),
    ("type", "a ul ol li"),
    ("usemap", "img"),
    ("valign", "*"),
    ("value", "li"),
    ("vspace", "img"),
    ("width", "*"),
    ("xml:lang", "*"),
    ("xml:space", "*"),
    ("xmlns", "*"),
];

/// The entities of XML and of HTML 4. R4 says "there is no support for HTML entities", but HL7's own validator reads them in
/// JSON, and so they are not a reason to refuse a message.
static ENTITIES: [&str; 253] = [
    "AElig", "Aacute", "Acirc", "Agrave", "Alpha", "Aring", "Atilde", "Auml", "Beta", "Ccedil", "Chi", "Dagger",
    "Delta", "ETH", "Eacute", "Ecirc", "Egrave", "Epsilon", "Eta", "Euml", "Gamma", "Iacute", "Icirc", "Igrave",
    "Iota", "Iuml", "Kappa", "Lambda", "Mu", "Ntilde", "Nu", "OElig", "Oacute", "Ocirc", "Ograve", "Omega", "Omicron",
    "Oslash", "Otilde", "Ouml", "Phi", "Pi", "Prime", "Psi", "Rho", "Scaron", "Sigma", "THORN", "Tau", "Theta",
    "Uacute", "Ucirc", "Ugrave", "Upsilon", "Uuml", "Xi", "Yacute", "Yuml", "Zeta", "aacute", "acirc", "acute",
    "aelig", "agrave", "alefsym", "alpha", "amp", "and", "ang", "apos", "aring", "asymp", "atilde", "auml", "bdquo",
    "beta", "brvbar", "bull", "cap", "ccedil", "cedil", "cent", "chi", "circ", "clubs", "cong", "copy", "crarr", "cup",
    "curren", "dArr", "dagger", "darr", "deg", "delta", "diams", "divide", "eacute", "ecirc", "egrave", "empty",
    "emsp", "ensp", "epsilon", "equiv", "eta", "eth", "euml", "euro", "exist", "fnof", "forall", "frac12", "frac14",
    "frac34", "frasl", "gamma", "ge", "gt", "hArr", "harr", "hearts", "hellip", "iacute", "icirc", "iexcl", "igrave",
    "image", "infin", "int", "iota", "iquest", "isin", "iuml", "kappa", "lArr", "lambda", "lang", "laquo", "larr",
    "lceil", "ldquo", "le", "lfloor", "lowast", "loz", "lrm", "lsaquo", "lsquo", "lt", "macr", "mdash", "micro",
    "middot", "minus", "mu", "nabla", "nbsp", "ndash", "ne", "ni", "not", "notin", "nsub", "ntilde", "nu", "oacute",
    "ocirc", "oelig", "ograve", "oline", "omega", "omicron", "oplus", "or", "ordf", "ordm", "oslash", "otilde",
    "otimes", "ouml", "para", "part", "permil", "perp", "phi", "pi", "piv", "plusmn", "pound", "prime", "prod", "prop",
    "psi", "quot", "rArr", "radic", "rang", "raquo", "rarr", "rceil", "rdquo", "real", "reg", "rfloor", "rho", "rlm",
    "rsaquo", "rsquo", "sbquo", "scaron", "sdot", "sect", "shy", "sigma", "sigmaf", "sim", "spades", "sub", "sube",
    "sum", "sup", "sup1", "sup2", "sup3", "supe", "szlig", "tau", "there4", "theta", "thetasym", "thinsp", "thorn",
    "tilde", "times", "trade", "uArr", "uacute", "uarr", "ucirc", "ugrave", "uml", "upsih", "upsilon", "uuml",
    "weierp", "xi", "yacute", "yen", "yuml", "zeta", "zwj", "zwnj",
];

/// Whether a narrative may have this element. R4 allows "the basic html formatting elements described in chapters 7-11 (except
/// section 4 of chapter 9) and 15 of the HTML 4.0 standard, `<a>` elements (either name or href), images", and no deprecated
/// elements. `ins` and `del` are section 4 of chapter 9.
pub(super) fn element(name: &str) -> bool {
    // A match compares short constants without a call: there are many tags.
    #[rustfmt::skip] // one a line would be a page
    let allowed = matches!(
        name,
        "a" | "abbr" | "acronym" | "address" | "area" | "b" | "bdo" | "big" | "blockquote" | "br" | "caption" | "cite"
        | "code" | "col" | "colgroup" | "dd" | "dfn" | "div" | "dl" | "dt" | "em" | "h1" | "h2" | "h3"
        | "h4" | "h5" | "h6" | "hr" | "i" | "img" | "kbd" | "li" | "map" | "ol" | "p" | "pre"
        | "q" | "samp" | "small" | "span" | "strong" | "sub" | "sup" | "table" | "tbody" | "td" | "tfoot" | "th"
        | "thead" | "tr" | "tt" | "ul" | "var"
    );
    allowed
}

/// The attribute's place in the table, when this element may have it.
pub(super) fn attribute(name: &str, element: &str) -> Option<u32> {
    let place = ATTRIBUTES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    let (_, elements) = ATTRIBUTES.get(place)?;
    (*elements == "*" || elements.split(' ').any(|known| known == element)).then_some(place as u32)
}

/// Whether an entity has this name.
pub(super) fn entity(name: &str) -> bool {
    ENTITIES.binary_search(&name).is_ok()
}

/// Whether XML allows this as a name. What is not in the tables is refused anyway; this tells why.
pub(super) fn is_name(name: &str) -> bool {
    let begins = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || !byte.is_ascii();
    let goes_on = |byte: u8| begins(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    name.bytes().next().is_some_and(begins) && name.bytes().all(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(ATTRIBUTES.is_sorted());
        assert!(ENTITIES.is_sorted());
    }

    #[test]
    fn a_place_in_the_attributes_is_a_bit() {
        assert!(ATTRIBUTES.len() <= 64);
    }

    #[test]
    fn attributes_of_some_elements_only() {
        assert!(attribute("href", "a").is_some() && attribute("href", "p").is_none());
        assert!(attribute("class", "p").is_some() && attribute("onclick", "p").is_none());
    }
}
