//! What the XHTML of a narrative may hold.
//!
//! Source: R4 page narrative: "the basic html formatting elements and attributes described in chapters 7-11 (except section 4 of
//! chapter 9) and 15 of the HTML 4.0 standard, `<a>` elements (either name or href), images and internally contained style attributes".

const ELEMENTS: &str = "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 \
    h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var";

/// On every element.
const ATTRIBUTES: &str = "id ID idref title class style lang xml:lang xml:space xmlns dir accesskey tabindex";

/// On some elements. Those of tables stand on all parts of a table: authors and HL7's own tools take them lightly.
const OF_ELEMENTS: &[(&str, &str)] = &[
    ("a", "href name rel rev target type charset hreflang shape coords"),
    ("img", "src alt width height longdesc usemap ismap border align hspace vspace name"),
    ("area", "shape coords href nohref alt"),
    ("map", "name"),
    ("q blockquote del ins", "cite datetime"),
    ("br", "clear"),
    ("hr", "align noshade size width"),
    ("ul ol li dl", "type start value compact"),
    ("pre", "width"),
    ("div p h1 h2 h3 h4 h5 h6", "align"),
    (
        "table caption colgroup col thead tfoot tbody tr th td",
        "summary width border frame rules cellspacing cellpadding align valign char charoff span abbr axis headers scope rowspan colspan \
         nowrap height bgcolor background cols",
    ),
];

/// HTML 4's names for characters, sorted.
const ENTITIES: &str = "\
    AElig Aacute Acirc Agrave Alpha Aring Atilde Auml Beta Ccedil Chi Dagger Delta ETH Eacute Ecirc Egrave Epsilon \
    Eta Euml Gamma Iacute Icirc Igrave Iota Iuml Kappa Lambda Mu Ntilde Nu OElig Oacute Ocirc Ograve Omega Omicron \
    Oslash Otilde Ouml Phi Pi Prime Psi Rho Scaron Sigma THORN Tau Theta Uacute Ucirc Ugrave Upsilon Uuml Xi \
    Yacute Yuml Zeta aacute acirc acute aelig agrave alefsym alpha amp and ang apos aring asymp atilde auml bdquo \
    beta brvbar bull cap ccedil cedil cent chi circ clubs cong copy crarr cup curren dArr dagger darr deg delta \
    diams divide eacute ecirc egrave empty emsp ensp epsilon equiv eta eth euml euro exist fnof forall frac12 \
    frac14 frac34 frasl gamma ge gt hArr harr hearts hellip iacute icirc iexcl igrave image infin int iota iquest \
    isin iuml kappa lArr lambda lang laquo larr lceil ldquo le lfloor lowast loz lrm lsaquo lsquo lt macr mdash \
    micro middot minus mu nabla nbsp ndash ne ni not notin nsub ntilde nu oacute ocirc oelig ograve oline omega \
    omicron oplus or ordf ordm oslash otilde otimes ouml para part permil perp phi pi piv plusmn pound prime prod \
    prop psi quot rArr radic rang raquo rarr rceil rdquo real reg rfloor rho rlm rsaquo rsquo sbquo scaron sdot \
    sect shy sigma sigmaf sim spades sub sube sum sup sup1 sup2 sup3 supe szlig tau there4 theta thetasym thinsp \
    thorn tilde times trade uArr uacute uarr ucirc ugrave uml upsih upsilon uuml weierp xi yacute yen yuml zeta \
    zwj zwnj";

fn is_among(list: &str, wanted: &str) -> bool {
    list.split_ascii_whitespace().any(|word| word == wanted)
}

pub(super) fn is_element(name: &str) -> bool {
    is_among(ELEMENTS, name)
}

pub(super) fn is_attribute(element: &str, name: &str) -> bool {
    is_among(ATTRIBUTES, name)
        || name.starts_with("xmlns:")
        || OF_ELEMENTS.iter().any(|(elements, attributes)| is_among(elements, element) && is_among(attributes, name))
}

pub(super) fn is_entity(name: &str) -> bool {
    is_among(ENTITIES, name)
}
