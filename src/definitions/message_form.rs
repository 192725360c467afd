//! How a known event is written down.

use super::form::{Reader, Writer};
use super::message_definition::{
    AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired,
};

const CATEGORIES: [Category; 3] = [Category::Consequence, Category::Currency, Category::Notification];
const RESPONSES: [ResponseRequired; 4] =
    [ResponseRequired::Always, ResponseRequired::OnError, ResponseRequired::Never, ResponseRequired::OnSuccess];

pub(super) fn write(message: &MessageDefinition, out: &mut Writer) {
    out.text(&message.url);
    match &message.event {
        Event::Coding { system, code } => {
            out.byte(0);
            out.text(system);
            out.text(code);
        }
        Event::Uri(uri) => {
            out.byte(1);
            out.text(uri);
        }
    }
    out.optional(message.category.map(|category| category as u32));
    out.optional(message.response_required.map(|required| required as u32));
    out.count(message.focus.len());
    for focus in &message.focus {
        out.text(&focus.code);
        write_cardinality(focus.cardinality, out);
        out.byte(focus.identified.into());
        write_optional(focus.profile.as_ref(), out);
    }
    out.count(message.allowed_responses.len());
    for allowed in &message.allowed_responses {
        out.text(&allowed.message);
        write_optional(allowed.situation.as_ref(), out);
    }
    out.count(message.content.len());
    for content in &message.content {
        out.text(&content.code);
        write_cardinality(content.cardinality, out);
        write_optional(content.profile.as_ref(), out);
    }
    out.byte(message.open.into());
    // Where a graph starts is written like a link that goes nowhere, and a profile behind the type that has to meet it: nearly no graph has any.
    out.count(message.links.len() + message.starts.len());
    for link in &message.links {
        out.text(&link.source);
        write_texts(&link.path, out);
        write_cardinality(link.cardinality, out);
        let profiles = link.profiles.iter().map(|(of, profile)| [of, "|", profile].concat());
        write_texts(&link.targets.iter().cloned().chain(profiles).collect::<Vec<_>>(), out);
    }
    for (of, profile) in &message.starts {
        out.text(of);
        write_texts(&[], out);
        write_cardinality(Cardinality { min: 0, max: None }, out);
        write_texts(std::slice::from_ref(profile), out);
    }
    out.count(message.severities.len());
    for (rule, severity) in &message.severities {
        out.text(rule);
        out.text(severity);
    }
    write_optional(message.base.as_ref(), out);
    write_texts(&message.replaces, out);
}

pub(super) fn read(from: &mut Reader<'_>) -> MessageDefinition {
    let mut message = read_as_written(from);
    let mut starts = Vec::new();
    message.links.retain_mut(|link| {
        if link.path.is_empty() {
            starts.extend(link.targets.pop().map(|profile| (std::mem::take(&mut link.source), profile)));
            return false;
        }
        link.targets.retain(|target| match target.split_once('|') {
            Some((of, profile)) => {
                link.profiles.push((of.to_owned(), profile.to_owned()));
                false
            }
            None => true,
        });
        true
    });
    message.starts = starts;
    message
}

fn read_as_written(from: &mut Reader<'_>) -> MessageDefinition {
    MessageDefinition {
        url: from.owned(),
        event: match from.byte() {
            0 => Event::Coding { system: from.owned(), code: from.owned() },
            _ => Event::Uri(from.owned()),
        },
        category: from.optional().and_then(|place| CATEGORIES.get(place as usize).copied()),
        response_required: from.optional().and_then(|place| RESPONSES.get(place as usize).copied()),
        focus: from.many(|from| Focus {
            code: from.owned(),
            cardinality: read_cardinality(from),
            identified: from.byte() != 0,
            profile: from.many(Reader::owned).pop(),
        }),
        allowed_responses: from
            .many(|from| AllowedResponse { message: from.owned(), situation: from.many(Reader::owned).pop() }),
        content: from.many(|from| Content {
            code: from.owned(),
            cardinality: read_cardinality(from),
            profile: from.many(Reader::owned).pop(),
        }),
        open: from.byte() != 0,
        links: from.many(|from| Link {
            source: from.owned(),
            path: from.many(Reader::owned),
            cardinality: read_cardinality(from),
            targets: from.many(Reader::owned),
            profiles: Vec::new(),
        }),
        starts: Vec::new(),
        severities: from.many(|from| (from.owned(), from.owned())),
        base: from.many(Reader::owned).pop(),
        replaces: from.many(Reader::owned),
    }
}

fn write_optional(text: Option<&String>, out: &mut Writer) {
    out.count(text.iter().len());
    text.iter().for_each(|text| out.text(text));
}

fn write_texts(texts: &[String], out: &mut Writer) {
    out.count(texts.len());
    texts.iter().for_each(|text| out.text(text));
}

fn write_cardinality(Cardinality { min, max }: Cardinality, out: &mut Writer) {
    out.number(min);
    out.count(max.iter().len());
    max.iter().for_each(|&max| out.number(max));
}

fn read_cardinality(from: &mut Reader<'_>) -> Cardinality {
    Cardinality { min: from.number(), max: from.many(Reader::number).pop() }
}
