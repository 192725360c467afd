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

/// The entities of HTML 4, and the characters that they stand for. R4: "there is no support for HTML entities like &nbsp; or &copy; etc.
/// Unicode characters SHALL be used instead", and HL7's validator refuses them.
#[rustfmt::skip] // one a line would be four pages
static ENTITIES: [(&str, u16); 248] = [
    ("AElig", 198), ("Aacute", 193), ("Acirc", 194), ("Agrave", 192), ("Alpha", 913), ("Aring", 197), ("Atilde", 195), ("Auml", 196),
    ("Beta", 914), ("Ccedil", 199), ("Chi", 935), ("Dagger", 8225), ("Delta", 916), ("ETH", 208), ("Eacute", 201), ("Ecirc", 202),
    ("Egrave", 200), ("Epsilon", 917), ("Eta", 919), ("Euml", 203), ("Gamma", 915), ("Iacute", 205), ("Icirc", 206), ("Igrave", 204),
    ("Iota", 921), ("Iuml", 207), ("Kappa", 922), ("Lambda", 923), ("Mu", 924), ("Ntilde", 209), ("Nu", 925), ("OElig", 338),
    ("Oacute", 211), ("Ocirc", 212), ("Ograve", 210), ("Omega", 937), ("Omicron", 927), ("Oslash", 216), ("Otilde", 213), ("Ouml", 214),
    ("Phi", 934), ("Pi", 928), ("Prime", 8243), ("Psi", 936), ("Rho", 929), ("Scaron", 352), ("Sigma", 931), ("THORN", 222), ("Tau", 932),
    ("Theta", 920), ("Uacute", 218), ("Ucirc", 219), ("Ugrave", 217), ("Upsilon", 933), ("Uuml", 220), ("Xi", 926), ("Yacute", 221),
    ("Yuml", 376), ("Zeta", 918), ("aacute", 225), ("acirc", 226), ("acute", 180), ("aelig", 230), ("agrave", 224), ("alefsym", 8501),
    ("alpha", 945), ("and", 8743), ("ang", 8736), ("aring", 229), ("asymp", 8776), ("atilde", 227), ("auml", 228), ("bdquo", 8222),
    ("beta", 946), ("brvbar", 166), ("bull", 8226), ("cap", 8745), ("ccedil", 231), ("cedil", 184), ("cent", 162), ("chi", 967),
    ("circ", 710), ("clubs", 9827), ("cong", 8773), ("copy", 169), ("crarr", 8629), ("cup", 8746), ("curren", 164), ("dArr", 8659),
    ("dagger", 8224), ("darr", 8595), ("deg", 176), ("delta", 948), ("diams", 9830), ("divide", 247), ("eacute", 233), ("ecirc", 234),
    ("egrave", 232), ("empty", 8709), ("emsp", 8195), ("ensp", 8194), ("epsilon", 949), ("equiv", 8801), ("eta", 951), ("eth", 240),
    ("euml", 235), ("euro", 8364), ("exist", 8707), ("fnof", 402), ("forall", 8704), ("frac12", 189), ("frac14", 188), ("frac34", 190),
    ("frasl", 8260), ("gamma", 947), ("ge", 8805), ("hArr", 8660), ("harr", 8596), ("hearts", 9829), ("hellip", 8230), ("iacute", 237),
    ("icirc", 238), ("iexcl", 161), ("igrave", 236), ("image", 8465), ("infin", 8734), ("int", 8747), ("iota", 953), ("iquest", 191),
    ("isin", 8712), ("iuml", 239), ("kappa", 954), ("lArr", 8656), ("lambda", 955), ("lang", 9001), ("laquo", 171), ("larr", 8592),
    ("lceil", 8968), ("ldquo", 8220), ("le", 8804), ("lfloor", 8970), ("lowast", 8727), ("loz", 9674), ("lrm", 8206), ("lsaquo", 8249),
    ("lsquo", 8216), ("macr", 175), ("mdash", 8212), ("micro", 181), ("middot", 183), ("minus", 8722), ("mu", 956), ("nabla", 8711),
    ("nbsp", 160), ("ndash", 8211), ("ne", 8800), ("ni", 8715), ("not", 172), ("notin", 8713), ("nsub", 8836), ("ntilde", 241), ("nu", 957),
    ("oacute", 243), ("ocirc", 244), ("oelig", 339), ("ograve", 242), ("oline", 8254), ("omega", 969), ("omicron", 959), ("oplus", 8853),
    ("or", 8744), ("ordf", 170), ("ordm", 186), ("oslash", 248), ("otilde", 245), ("otimes", 8855), ("ouml", 246), ("para", 182),
    ("part", 8706), ("permil", 8240), ("perp", 8869), ("phi", 966), ("pi", 960), ("piv", 982), ("plusmn", 177), ("pound", 163),
    ("prime", 8242), ("prod", 8719), ("prop", 8733), ("psi", 968), ("rArr", 8658), ("radic", 8730), ("rang", 9002), ("raquo", 187),
    ("rarr", 8594), ("rceil", 8969), ("rdquo", 8221), ("real", 8476), ("reg", 174), ("rfloor", 8971), ("rho", 961), ("rlm", 8207),
    ("rsaquo", 8250), ("rsquo", 8217), ("sbquo", 8218), ("scaron", 353), ("sdot", 8901), ("sect", 167), ("shy", 173), ("sigma", 963),
    ("sigmaf", 962), ("sim", 8764), ("spades", 9824), ("sub", 8834), ("sube", 8838), ("sum", 8721), ("sup", 8835), ("sup1", 185),
    ("sup2", 178), ("sup3", 179), ("supe", 8839), ("szlig", 223), ("tau", 964), ("there4", 8756), ("theta", 952), ("thetasym", 977),
    ("thinsp", 8201), ("thorn", 254), ("tilde", 732), ("times", 215), ("trade", 8482), ("uArr", 8657), ("uacute", 250), ("uarr", 8593),
    ("ucirc", 251), ("ugrave", 249), ("uml", 168), ("upsih", 978), ("upsilon", 965), ("uuml", 252), ("weierp", 8472), ("xi", 958),
    ("yacute", 253), ("yen", 165), ("yuml", 255), ("zeta", 950), ("zwj", 8205), ("zwnj", 8204),
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

/// The character that an entity of HTML stands for.
pub(super) fn entity(name: &str) -> Option<u16> {
    let place = ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    ENTITIES.get(place).map(|(_, character)| *character)
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
