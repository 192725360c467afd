//! White space, character references, and the scheme of a link behind both.

/// White space as XML means it: a no-break space is content.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// The character that `#233` or `#xE9` refers to, where XML has it.
pub(super) fn numbered(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |digits| (digits, 16));
    // The standard parser of numbers would take a sign, too.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let character = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    (character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}') || is_space(character)).then_some(character)
}

/// Whether a link runs a script. Browsers skip white space and control characters in the scheme, and resolve references.
pub(super) fn is_script(url: &str) -> bool {
    // Most links begin with another letter.
    if !url.starts_with(|first: char| first <= ' ' || matches!(first, 'j' | 'J' | 'v' | 'V' | '&')) {
        return false;
    }
    ["javascript:", "vbscript:"].iter().any(|scheme| {
        let mut rest = url;
        scheme.chars().all(|wanted| next_of_scheme(&mut rest).is_some_and(|next| next.eq_ignore_ascii_case(&wanted)))
    })
}

fn next_of_scheme(rest: &mut &str) -> Option<char> {
    loop {
        let first = rest.chars().next()?;
        let reference = rest.strip_prefix('&').and_then(|rest| rest.split_once(';'));
        let numbered = reference.and_then(|(name, behind)| Some((numbered(name)?, behind)));
        let (next, behind) = match numbered {
            Some(found) => found,
            None => (first, rest.get(first.len_utf8()..)?),
        };
        *rest = behind;
        if next > ' ' {
            return Some(next);
        }
    }
}
